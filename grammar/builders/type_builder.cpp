#include "grammar/builders/type_builder.h"

namespace infra {

using ast::TypePtr;

TypePtr TypeBuilder::make(Span span, decltype(ast::TypeExpr::node) node) {
  return std::make_unique<ast::TypeExpr>(ast::TypeExpr{.span = span, .node = std::move(node)});
}

TypePtr TypeBuilder::type(P::TypeExprContext* context) {
  if (context->members.size() == 1) return member(context->members.front());
  ast::TypeUnion out;
  for (auto* one : context->members) out.members.push_back(member(one));
  return make(places_.span(context), std::move(out));
}

TypePtr TypeBuilder::member(P::TypeMemberContext* context) {
  auto inner = core(context);
  if (context->optional == nullptr) return inner;
  const auto span = places_.span(context);
  return make(span, ast::TypeOptional{std::move(inner)});
}

TypePtr TypeBuilder::core(P::TypeMemberContext* context) {
  if (context->name != nullptr) return named(context);
  if (context->fields != nullptr) return record(context->fields);
  if (context->inner != nullptr) return type(context->inner);
  const auto name = exprs_.fixed_text(context->text, "a type");
  return make(name.span, ast::TypeLiteral{name.text});
}

TypePtr TypeBuilder::named(P::TypeMemberContext* context) {
  ast::TypeName out{.name = std::string(places_.text(context->name->start)), .arguments = {}};
  auto span = places_.span(context->name);
  for (auto* part : context->path) {
    out.name += '.';
    out.name += places_.text(part->start);
    span = cover(span, places_.span(part));
  }
  for (auto* argument : context->arguments) out.arguments.push_back(type(argument));
  if (context->close != nullptr) span = cover(span, places_.span(context->close));
  auto base = make(span, std::move(out));
  return context->limit == nullptr ? std::move(base) : refined(std::move(base), context->limit);
}

TypePtr TypeBuilder::refined(TypePtr base, P::RefinementContext* context) {
  const auto span = cover(base->span, places_.span(context));
  ast::TypeRefined out{.base = std::move(base), .range = {}, .regex = {}, .argument = {}};
  if (context->range != nullptr) {
    out.range = exprs_.expr(context->range);
    out.argument = places_.span(context->range);
  } else {
    const auto text = places_.text(context->regex);
    out.argument = places_.span(context->regex);
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {  // `\/` is only how a slash is written between slashes
      if (text[i] == '\\' && text[i + 1] == '/') continue;
      out.regex += text[i];
      if (text[i] == '\\' && i + 2 < text.size()) out.regex += text[++i];
    }
  }
  return make(span, std::move(out));
}

TypePtr TypeBuilder::record(P::RecordContext* context) {
  ast::TypeRecord out;
  for (auto* field : context->fields) out.fields.emplace_back(places_.name(field->name), type(field->of));
  return make(places_.span(context), std::move(out));
}

}  // namespace infra
