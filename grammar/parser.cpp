#include "grammar/parser.h"

#include <InfraParser.h>

#include "grammar/builders/item_builder.h"
#include "grammar/builders/places.h"
#include "grammar/explain/syntax_error.h"
#include "grammar/recovery.h"
#include "grammar/reuse.h"
#include "grammar/scan/scanner.h"
#include "grammar/scan/token_stream.h"

namespace infra {
namespace {

constexpr std::size_t kMostErrors = 200;  // a file with more isn't one of ours

class RetryCounter : public antlr4::BaseErrorListener {
 public:
  explicit RetryCounter(int& count) : count_(count) {}
  void reportAttemptingFullContext(antlr4::Parser* /*parser*/, const antlr4::dfa::DFA& /*dfa*/, std::size_t /*start*/,
                                   std::size_t /*stop*/, const antlrcpp::BitSet& /*alternatives*/,
                                   antlr4::atn::ATNConfigSet* /*configs*/) override {
    ++count_;
  }

 private:
  int& count_;
};

// Line by line: parse, build, drop the parse. A line that fails is parsed again by the mode that can explain it.
class FileParser {
 public:
  FileParser(const SourceFile& source, FileId file, const Tokens& tokens, Diagnostics& diagnostics,
             const ParseOptions& options);
  ast::Items items();

 private:
  void parse_line(ast::Items& out);
  P::LineContext* fast();
  P::LineContext* slow();
  std::size_t report(antlr4::Parser& parser, const antlr4::RecognitionException& error);

  const SourceFile& source_;
  FileId file_;
  const Tokens& tokens_;
  Diagnostics& diagnostics_;
  bool exact_;
  int retries_ = 0;
  RetryCounter counter_;
  antlr::TokenStream stream_;
  P parser_;
  Places places_;
  ItemBuilder builder_;
  std::shared_ptr<antlr4::ANTLRErrorStrategy> bail_ = std::make_shared<antlr4::BailErrorStrategy>();
  std::shared_ptr<antlr4::ANTLRErrorStrategy> recovery_;
  int* full_context_;
};

FileParser::FileParser(const SourceFile& source, FileId file, const Tokens& tokens, Diagnostics& diagnostics,
                       const ParseOptions& options)
    : source_(source),
      file_(file),
      tokens_(tokens),
      diagnostics_(diagnostics),
      exact_(options.exact),
      counter_(retries_),
      stream_(tokens.all),
      parser_(&stream_),
      places_(source, file, tokens),
      builder_(places_, source.text, diagnostics),
      recovery_(std::make_shared<antlr::Recovery>(
          [this](antlr4::Parser& parser, const antlr4::RecognitionException& error) { return report(parser, error); })),
      full_context_(options.full_context) {
  parser_.setBuildParseTree(false);  // the labels of the grammar hold all that the AST needs
  parser_.removeErrorListeners();
  if (exact_) parser_.addErrorListener(&counter_);
}

ast::Items FileParser::items() {
  ast::Items out;
  const auto before = diagnostics_.errors();
  while (stream_.LA(1) != antlr4::Token::EOF && diagnostics_.errors() - before < kMostErrors) {
    const auto type = stream_.LA(1);
    if (type == P::NEWLINE || type == P::SEMICOLON)
      stream_.consume();
    else
      parse_line(out);
  }
  if (full_context_ != nullptr) *full_context_ = retries_;
  return out;
}

void FileParser::parse_line(ast::Items& out) {
  auto* line = exact_ ? slow() : fast();
  if (line == nullptr) line = slow();
  if (auto item = builder_.line(line)) out.push_back(std::move(*item));
  parser_.getTreeTracker().reset();
}

P::LineContext* FileParser::fast() {
  const auto start = stream_.index();
  parser_.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(antlr4::atn::PredictionMode::SLL);
  parser_.setErrorHandler(bail_);
  try {
    return parser_.line();
  } catch (const antlr4::ParseCancellationException&) {
    stream_.seek(start);
    return nullptr;
  }
}

P::LineContext* FileParser::slow() {
  parser_.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(antlr4::atn::PredictionMode::LL);
  parser_.setErrorHandler(recovery_);
  const auto start = stream_.index();
  auto* line = parser_.line();
  if (stream_.index() == start) stream_.consume();  // whatever happens, it goes on
  return line;
}

std::size_t FileParser::report(antlr4::Parser& parser, const antlr4::RecognitionException& error) {
  SyntaxError described{.text = source_.text, .file = file_, .tokens = &tokens_.all};
  std::size_t line_start = 0;
  for (auto* rule = parser.getContext(); rule != nullptr && rule->start != nullptr;
       rule = static_cast<antlr4::ParserRuleContext*>(rule->parent)) {
    described.rules.push_back({.rule = rule->getRuleIndex(), .first = rule->start->getTokenIndex()});
    if (rule->getRuleIndex() == P::RuleLine) line_start = std::max(line_start, described.rules.back().first);
  }
  const auto found = error.getOffendingToken()->getTokenIndex();
  const auto at =
      parser.getContext()->getRuleIndex() == P::RuleBlock ? found : blamed_token(tokens_.all, line_start, found);
  described.at = at;
  const auto& before = tokens_.all[at == 0 ? 0 : at - 1];
  const bool known = tokens_.all[at].repaired || (before.repaired && before.type != P::NEWLINE);
  if (known && diagnostics_.has_errors()) return at;
  if (dynamic_cast<const antlr::TooDeep*>(&error) != nullptr) {
    diagnostics_.error("E0104", places_.span(tokens_.all[at]), "nested too deeply", "one level too many",
                       "give inner parts a name with `let` or `type`");
    return at;
  }
  for (const auto type : parser.getExpectedTokens().toList()) {
    if (type >= 0 && type < 255) described.expected.set(static_cast<std::size_t>(type));
  }
  diagnostics_.add(explain(described));
  return at;
}

void add_flaw(std::optional<Span>& flaws, const Diagnostic& diagnostic) {
  const auto add = [&](const Span& span) {
    if (!flaws) flaws = span;
    flaws->begin = std::min(flaws->begin, span.begin);
    flaws->end = std::max(flaws->end, span.end);
  };
  add(diagnostic.primary.span);
  for (const auto& label : diagnostic.secondary) add(label.span);
}

// What follows begins where an item ends, and all mistakes lie before that item: nothing reaches further, such as a
// comment in front of all that is left of its line.
bool ends_well(const ast::Items& items, std::uint32_t end, const std::optional<Span>& flaws) {
  if (items.empty() || items.back().whole.end != end) return false;
  return !flaws || flaws->end <= items.back().whole.begin;
}

}  // namespace

ast::File parse(const SourceMap& sources, FileId file, Diagnostics& diagnostics, const ParseOptions& options) {
  if (options.full_context != nullptr) *options.full_context = 0;
  ast::File out{.id = file, .items = {}};
  const auto before = diagnostics.all().size();
  const auto tokens = scan(sources, file, diagnostics);
  if (tokens) out.items = FileParser(sources.file(file), file, *tokens, diagnostics, options).items();
  // Which bracket is said not to be closed depends on all of the file.
  if (!tokens || tokens->open_end) out.flaws = {file, 0, static_cast<std::uint32_t>(sources.file(file).text.size())};
  for (auto i = before; i < diagnostics.all().size(); ++i) add_flaw(out.flaws, diagnostics.all()[i]);
  return out;
}

std::optional<ast::File> reparse(const SourceMap& sources, FileId file, ParsedBefore before, Diagnostics& diagnostics) {
  const auto& source = sources.file(file);
  const auto reuse = find_reuse(before, source.text);
  if (!reuse) return std::nullopt;
  Diagnostics found;
  const auto tokens = scan(sources, file, found, reuse->range);
  if (!tokens || tokens->open_end) return std::nullopt;
  auto items = FileParser(source, file, *tokens, found, {}).items();
  std::optional<Span> flaws;
  for (const auto& diagnostic : found.all()) add_flaw(flaws, diagnostic);
  if (reuse->kept_back > 0 && !ends_well(items, reuse->range.end, flaws)) return std::nullopt;
  diagnostics.add_all(found);
  auto out = spliced(before.file, *reuse, std::move(items));
  out.flaws = flaws;
  return out;
}

}  // namespace infra
