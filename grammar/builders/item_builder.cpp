#include "grammar/builders/item_builder.h"

#include <fmt/format.h>

namespace infra {

using Node = decltype(ast::Item::node);

std::optional<ast::Item> ItemBuilder::line(P::LineContext* context) {
  if (context->exception) return broken(context);
  return item(context->content);
}

ast::Items ItemBuilder::block(P::BlockContext* context) {
  ast::Items out;
  out.reserve(context->lines.size());
  for (auto* one : context->lines) {
    if (auto built = line(one)) out.push_back(std::move(*built));
  }
  return out;
}

ast::Item ItemBuilder::item(P::ItemContext* context) {
  ast::Item out{.span = places_.span(context->start), .whole = places_.span(context), .node = ast::Assign{}};
  out.node = statement(context, out.span);
  return out;
}

Node ItemBuilder::statement(P::ItemContext* context, Span& header) {
  if (context->name != nullptr) return plain(context, header);
  if (context->stack != nullptr) return stack(context->stack, header);
  if (context->param != nullptr) return param(context->param, header);
  if (context->let != nullptr) return let(context->let, header);
  if (context->alias != nullptr) return alias(context->alias, header);
  if (context->fn != nullptr) return fn(context->fn, header);
  if (context->use != nullptr) return use(context->use, header);
  if (context->output != nullptr) return output(context->output, header);
  if (context->assertion != nullptr) return assertion(context->assertion, header);
  if (context->policy != nullptr) return policy(context->policy, header);
  if (context->test != nullptr) return test(context->test, header);
  if (context->with != nullptr) return with(context->with, header);
  if (context->expect != nullptr) return expect(context->expect, header);
  if (context->rejects != nullptr) return rejects(context->rejects, header);
  if (context->existing != nullptr) return existing(context->existing, header);
  if (context->loop != nullptr) return loop(context->loop, header);
  if (context->condition != nullptr) return condition(context->condition, header);
  return ast::Assign{places_.name(context->otherwise->word), exprs_.expr(context->otherwise->value)};
}

// What a line that couldn't be parsed was to define, so that its name isn't reported as missing, too.
std::optional<ast::Item> ItemBuilder::broken(P::LineContext* context) {
  const auto first = context->start->getTokenIndex();
  const auto word = places_.scanned(first);
  const auto next = places_.scanned(first + 1);
  const auto is_name = [](const Token& t) { return t.type >= P::KW_STACK && t.type <= P::NAME; };
  const auto make = [&](const Token& name, auto node) {
    const auto span = cover(places_.span(word), places_.span(name));
    node.name = {.text = std::string(places_.text(places_.span(name))), .span = places_.span(name)};
    return ast::Item{.span = span, .whole = span, .node = std::move(node)};
  };
  const auto nothing = [&] { return exprs_.broken(places_.span(next)); };
  if (is_name(word) && next.type == P::ASSIGN) return make(word, ast::Assign{.name = {}, .value = nothing()});
  if (!is_name(next)) return std::nullopt;
  switch (word.type) {
    case P::KW_PARAM:
      return make(next, ast::Param{.name = {}, .doc = {}, .type = {}, .fallback = nothing()});
    case P::KW_LET:
      return make(next, ast::Let{.name = {}, .doc = {}, .type = {}, .value = nothing()});
    case P::KW_OUTPUT:
      return make(next, ast::Output{.name = {}, .doc = {}, .type = {}, .value = nothing()});
    default:
      return std::nullopt;
  }
}

ast::Name ItemBuilder::label(P::LabelContext* context) {
  return context->name != nullptr ? places_.name(context->name) : exprs_.fixed_text(context->text, "a label");
}

ast::Name ItemBuilder::named(P::AnyNameContext* context, Span& header) {
  auto out = places_.name(context);
  header = cover(header, out.span);
  return out;
}

Node ItemBuilder::rest(const antlr4::Token* word, P::RestContext* context, Span& header) {
  header = places_.span(word);
  if (context->value != nullptr) return ast::Assign{places_.name(word), exprs_.expr(context->value)};
  return ast::BlockItem{
      .kind = places_.name(word), .label = {}, .doc = places_.doc(word), .items = block(context->body)};
}

Node ItemBuilder::plain(P::ItemContext* context, Span& header) {
  const auto* word = context->name->start;
  if (context->more != nullptr) return rest(word, context->more, header);
  ast::BlockItem out{.kind = places_.name(word), .label = label(context->title), .doc = places_.doc(word), .items = {}};
  header = cover(header, out.label->span);
  out.items = block(context->body);
  return out;
}

Node ItemBuilder::stack(P::StackItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  ast::Stack out{label(context->title)};
  header = cover(header, out.name.span);
  return out;
}

Node ItemBuilder::param(P::ParamItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  return ast::Param{.name = named(context->name, header),
                    .doc = places_.doc(context->word),
                    .type = type(context->of),
                    .fallback = value(context->value)};
}

Node ItemBuilder::let(P::LetItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  return ast::Let{.name = named(context->name, header),
                  .doc = places_.doc(context->word),
                  .type = type(context->of),
                  .value = value(context->value)};
}

Node ItemBuilder::alias(P::TypeItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  return ast::TypeDecl{named(context->name, header), places_.doc(context->word), type(context->of)};
}

Node ItemBuilder::fn(P::FnItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  ast::Fn out{.name = named(context->name, header),
              .doc = places_.doc(context->word),
              .parameters = {},
              .result = {},
              .body = {}};
  for (auto* one : context->parameters) out.parameters.push_back({places_.name(one->name), type(one->of)});
  out.result = type(context->of);
  out.body = value(context->value);
  return out;
}

Node ItemBuilder::use(P::UseItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  const auto path = exprs_.fixed_text(context->path, "the path of a library");
  return ast::Use{path.text, path.span, named(context->alias, header)};
}

Node ItemBuilder::output(P::OutputItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  return ast::Output{.name = named(context->name, header),
                     .doc = places_.doc(context->word),
                     .type = type(context->of),
                     .value = value(context->value)};
}

}  // namespace infra
