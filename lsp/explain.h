// What hover and completion say about a thing, as Markdown.
#pragma once
#include "lsp/lsp_session.h"

namespace infra::lsp {

std::string explain(const Attribute& attribute);
std::string explain(const Block& block);
std::string explain(const Kind& kind);
std::string explain(const Function& function);
std::string explain(const Symbol& symbol, const Analysis& analysis);
std::string headline(const Symbol& symbol);  // "param replicas: Int(1..50)"
std::string signature(const Function& function);
std::string signature(const ast::Fn& fn, const Analysis& analysis);

// "= 3": what is known of a value, or "".
std::string value_line(const ExpressionFacts* facts);
std::string code_block(const std::string& code);

}  // namespace infra::lsp
