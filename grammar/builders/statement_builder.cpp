// The part of ItemBuilder that reads loops, conditions, checks and tests.
#include "grammar/builders/item_builder.h"

namespace infra {

using Node = decltype(ast::Item::node);

Node ItemBuilder::assertion(P::AssertItemContext* context, Span& header) {
  if (context->value != nullptr) return ast::Assign{places_.name(context->word), exprs_.expr(context->value)};
  header = cover(header, places_.span(context->condition));
  return ast::Assert{exprs_.expr(context->condition), value(context->message)};
}

Node ItemBuilder::policy(P::PolicyItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  auto name = label(context->title);
  header = cover(header, name.span);
  if (context->kind == nullptr) {
    return ast::BlockItem{.kind = places_.name(context->word),
                          .label = std::move(name),
                          .doc = places_.doc(context->word),
                          .items = block(context->body)};
  }
  return ast::Policy{.name = std::move(name),
                     .doc = places_.doc(context->word),
                     .kind = places_.name(context->kind),
                     .variable = named(context->variable, header),
                     .items = block(context->body)};
}

Node ItemBuilder::test(P::TestItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  auto name = exprs_.fixed_text(context->title, "a test's name");
  header = cover(header, name.span);
  return ast::Test{std::move(name.text), name.span, block(context->body)};
}

Node ItemBuilder::with(P::WithItemContext* context, Span& header) {
  if (context->more->body == nullptr) return rest(context->word, context->more, header);
  return ast::With{block(context->more->body)};
}

Node ItemBuilder::expect(P::ExpectItemContext* context, Span& header) {
  if (context->value != nullptr) return ast::Assign{places_.name(context->word), exprs_.expr(context->value)};
  header = cover(header, places_.span(context->condition));
  return ast::Expect{exprs_.expr(context->condition)};
}

Node ItemBuilder::rejects(P::RejectsItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  auto code = named(context->code, header);
  return ast::Rejects{std::move(code), block(context->body)};
}

Node ItemBuilder::existing(P::ExistingItemContext* context, Span& header) {
  if (context->more != nullptr) return rest(context->word, context->more, header);
  ast::BlockItem out{.kind = named(context->kind, header),
                     .label = {},
                     .doc = places_.doc(context->word),
                     .existing = true,
                     .items = {}};
  if (context->title != nullptr) {
    out.label = label(context->title);
    header = cover(header, out.label->span);
  }
  out.items = block(context->body);
  return out;
}

Node ItemBuilder::loop(P::ForItemContext* context, Span& header) {
  if (context->value != nullptr) return ast::Assign{places_.name(context->word), exprs_.expr(context->value)};
  header = cover(header, places_.span(context->over));
  auto over = exprs_.clause(context->over);
  return ast::For{std::move(over), block(context->body)};
}

Node ItemBuilder::condition(P::IfItemContext* context, Span& header) {
  if (context->value != nullptr) return ast::Assign{places_.name(context->word), exprs_.expr(context->value)};
  header = cover(header, places_.span(context->condition));
  ast::If out{.condition = exprs_.expr(context->condition), .then_items = block(context->body), .else_items = {}};
  otherwise(out, context);
  return out;
}

// `else if` after `else if` is an If in an If; from the last one up, so that none is looked for.
void ItemBuilder::otherwise(ast::If& first, P::IfItemContext* context) {
  if (context->branches.size() > ExprBuilder::kHighest / 4) {
    diagnostics_.error("E0104", places_.span(context->branches.back()->word), "this `if` has too many branches",
                       "one too many", "use a map of values instead");
    return;
  }
  ast::Items tail;
  for (std::size_t i = context->branches.size(); i-- > 0;) {
    auto* branch = context->branches[i];
    auto items = block(branch->body);
    if (branch->condition == nullptr) {
      if (i + 1 < context->branches.size()) {
        diagnostics_.error("E0102", places_.span(context->branches[i + 1]->word), "nothing can follow an `else`",
                           "a second `else`", "give the first one a condition: `else if … { }`");
      }
      tail = std::move(items);
      continue;
    }
    const auto span = places_.span(branch->word);
    ast::Item nested{
        .span = cover(span, places_.span(branch->condition)), .whole = places_.span(branch), .node = ast::Assign{}};
    nested.node = ast::If{
        .condition = exprs_.expr(branch->condition), .then_items = std::move(items), .else_items = std::move(tail)};
    tail.clear();
    tail.push_back(std::move(nested));
  }
  first.else_items = std::move(tail);
}

}  // namespace infra
