#include <fmt/format.h>

#include <algorithm>

#include "compiler/expand/expander.h"
#include "compiler/expand/failed.h"
#include "compiler/functions/functions.h"
#include "compiler/index.h"

namespace infra {

Value Expander::eval_name(const ast::Expr& e, const ast::NameRef& ref, Context& at) {
  const auto meaning = types_.meanings.find(&e);
  if (meaning == types_.meanings.end()) return kFailed;
  switch (meaning->second.kind) {
    case Meaning::enumerator:
      return ref.name;
    case Meaning::let:
      return let_value(*meaning->second.definition, at);
    case Meaning::decl:
      return declared(e, meaning->second, at);
    case Meaning::param: {
      const auto& memo = param(ref.name, e.span);
      if (at.needs != nullptr) at.needs->add(memo.needs);
      return memo.value;
    }
    case Meaning::fn:
      return kFailed;
    case Meaning::port:  // in brackets or behind a dot, never a bare name
    case Meaning::child:
    case Meaning::local:
      break;
  }
  for (const auto* b = at.env.get(); b != nullptr; b = b->outer.get()) {
    if (b->name == ref.name) return b->value;
  }
  return kFailed;
}

Value Expander::declared(const ast::Expr& e, const Meaning& meaning, Context& at) {
  const Value value = reference(*meaning.declaration, at.keys, meaning.turns, e.span, at);
  return meaning.declaration->kind->role == KindRole::module ? opened(value, at) : value;
}

Value Expander::let_value(const ast::Let& let, Context& at) {
  auto& memo = lets_[&let];
  if (memo.progress == Memo::open) {
    memo.progress = Memo::doing;
    memo.value = kFailed;
    Context top{.needs = &memo.needs};
    if (let.value) {
      Value value = eval(*let.value, top);
      if (const auto type = types_.lets.find(&let); type != types_.lets.end()) {
        value = coerced(value, type->second, let.value->span);
        if (!check_value(type->second, value, let.value->span, fmt::format("`{}`", let.name.text))) value = kFailed;
      }
      memo.value = std::move(value);
    }
    memo.progress = Memo::done;
  }
  if (at.needs != nullptr) at.needs->add(memo.needs);
  return memo.value;
}

// The sum of no sizes is a size.
Value Expander::with_unit(const ast::Expr& e, Value value) {
  const auto sum = types_.sums.find(&e);
  if (sum == types_.sums.end() || value.integer() == nullptr) return value;
  switch (sum->second.kind()) {
    case TypeKind::bytes:
      return Bytes{*value.integer()};
    case TypeKind::duration:
      return Duration{*value.integer()};
    case TypeKind::cpu:
      return Cpu{*value.integer()};
    default:
      return value;
  }
}

Value Expander::eval_member(const ast::Expr& e, const ast::Member& m, Context& at) {
  if (const auto meaning = types_.meanings.find(&e); meaning != types_.meanings.end()) {
    if (meaning->second.kind == Meaning::let) return let_value(*meaning->second.definition, at);  // names.zones
    if (meaning->second.kind == Meaning::port) return port(e, at);
    return declared(e, meaning->second, at);  // task.api
  }
  const auto* self = std::get_if<ast::NameRef>(&m.object->node);
  if (self != nullptr && self->name == "self" && !types_.meanings.contains(m.object.get())) {
    return at.self != nullptr ? attribute(*at.self, m.name.text, m.name.span) : kFailed;
  }
  if (auto* module = module_named(*m.object, at)) return output_of(*module, m.name.text, at);
  Value object = eval(*m.object, at);
  if (object.is_null()) return Null{};  // of a?.b, or in what types have refused
  if (const auto* ref = object.ref(); ref != nullptr && ref->attribute.empty())
    return member_of(*ref, m.name.text, m.name.span, at);
  if (object.unknown() != nullptr) return object;
  if (object.map() != nullptr) {
    if (const auto* member = object.map()->find(m.name.text)) return *member;
  }
  if (const auto* inner = object.secret(); inner != nullptr && inner->map() != nullptr)
    return Value::secret((*inner)[m.name.text]);
  if (find_function(m.name.text) != nullptr &&
      (object.map() == nullptr || object.map()->find(m.name.text) == nullptr)) {
    return with_unit(e, apply(m.name.text, {object}, e.span));
  }
  return Null{};  // an optional field that isn't there
}

// `link[key]`, without making the map of all turns first: a chain of 10,000 would make 10,000 maps of 10,000.
std::optional<Value> Expander::turn_of(const ast::Index& i, Context& at) {
  const auto meaning = types_.meanings.find(i.object.get());
  if (meaning == types_.meanings.end() || meaning->second.kind != Meaning::decl) return std::nullopt;
  const Decl& decl = *meaning->second.declaration;
  if (decl.loops.size() != meaning->second.turns + 1) return std::nullopt;
  ensure(decl.item);
  const auto key = to_text(eval(*i.index, at));
  if (!key) return std::nullopt;
  std::vector<std::string> keys(at.keys.begin(), at.keys.begin() + static_cast<std::ptrdiff_t>(meaning->second.turns));
  keys.push_back(*key);
  for (const auto* twin : twins(decl)) {
    const auto& all = by_decl_[twin];
    const auto found = all.find(keys);
    if (found == all.end()) continue;
    if (at.needs != nullptr) at.needs->add(found->second->address);
    return Ref{found->second->address, ""};
  }
  return std::nullopt;
}

Value Expander::eval_index(const ast::Expr& e, const ast::Index& i, Context& at) {
  if (const auto meaning = types_.meanings.find(&e); meaning != types_.meanings.end()) {
    if (meaning->second.kind == Meaning::port) return port(e, at);
    if (meaning->second.kind == Meaning::decl) return declared(e, meaning->second, at);  // task["web-1"]
    const Value parent = eval(*i.object, at);
    const auto* ref = parent.ref();
    return ref != nullptr ? member_of(*ref, meaning->second.declaration->label, i.index->span, at) : kFailed;
  }
  if (auto turn = turn_of(i, at)) return turn->ref()->address.kind == "module" ? opened(*turn, at) : *std::move(turn);
  const Value object = eval(*i.object, at);
  Value key = eval(*i.index, at);
  if (object.map() != nullptr && key.string() == nullptr && key.known())
    key = to_text(key).value_or("");  // keys of number loops
  if (object.unknown() != nullptr || key.unknown() != nullptr) return kFailed;
  if (object.map() != nullptr && key.string() != nullptr && object.map()->find(*key.string()) == nullptr) {
    std::vector<std::string> keys;
    for (const auto& [k, v] : *object.map()) keys.push_back(k);
    const auto near = did_you_mean(*key.string(), keys);
    diagnostics_->error("E0303", i.index->span, fmt::format("there is no key \"{}\"", *key.string()), "no such key",
                        near.empty()
                            ? keys.empty()
                                  ? "there is none at all"
                                  : fmt::format("the keys are {}",
                                                keys.size() > 10 ? "others" : fmt::format("{}", fmt::join(keys, ", ")))
                            : fmt::format("did you mean \"{}\"?", near));
    return kFailed;
  }
  return apply("[]", {object, key}, e.span);
}

}  // namespace infra
