#include <fmt/format.h>

#include <algorithm>

#include "base/values/join_all.h"
#include "compiler/types/checker.h"
#include "compiler/words.h"

namespace infra {

namespace {

// What joining them costs: the fields of records are copied once for each time that their number can be halved.
std::uint64_t join_cost(const std::vector<Type>& types) {
  std::uint64_t out = 1;
  for (const auto& type : types) out += type.facts().depth > 1 ? 4 * type.facts().size : 1;
  return out;
}

}  // namespace

// The first element that doesn't fit those before it.
void Checker::tell_misfit(const ast::ListExpr& list, const std::vector<Type>& types) {
  Type all;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (!spend(all.facts().size + types[i].facts().size, list.items[i]->span)) return;
    auto both = join(all, types[i]);
    if (!both) {
      diagnostics_->error(
          "E0204", list.items[i]->span,
          fmt::format("the elements of a list have one type: {} and {} don't fit", to_text(all), to_text(types[i])),
          fmt::format("this is {}", to_text(types[i])));
      return;
    }
    all = *std::move(both);
  }
}

Type Checker::infer_list(const ast::ListExpr& list) {
  std::vector<Type> types;
  for (const auto& item : list.items) types.push_back(infer(*item));
  if (!list.items.empty() && !spend(join_cost(types), list.items.back()->span)) return Type::list(Type());
  auto all = join_all(types);
  if (all) return Type::list(*std::move(all));
  tell_misfit(list, types);
  return Type::list(Type());
}

namespace {

// The keys that a map can have, as far as their types tell.
class Keys {
 public:
  void add(const Type& key) {
    open_ = open_ || key.kind() != TypeKind::literals;
    names_.insert(names_.end(), key.members().begin(), key.members().end());
  }
  [[nodiscard]] std::vector<std::string> all() const {
    return open_ ? std::vector<std::string>() : Type::literals(names_).members();
  }

 private:
  std::vector<std::string> names_;
  bool open_ = false;
};

}  // namespace

Type Checker::infer_map(const ast::MapExpr& map) {
  equal_keys(map);
  std::vector<Field> fields;
  std::vector<Type> types;
  bool computed_keys = false;
  Keys keys;
  for (const auto& entry : map.entries) {
    const Type type = infer(*entry.value);
    keys.add(entry.key_expr ? check(*entry.key_expr, types::string(), "a key") : Type::literals({entry.key.text}));
    computed_keys = computed_keys || entry.key_expr != nullptr;
    fields.push_back({entry.key.text, type});
    types.push_back(type);
  }
  if (!computed_keys) return Type::record(std::move(fields));
  if (!spend(join_cost(types), map.entries.back().value->span)) return Type::map(Type());
  return Type::map(join_all(std::move(types)).value_or(Type()), keys.all());
}

Type Checker::infer_interpolation(const ast::Interpolation& text) {
  Type out = types::string();
  for (const auto& part : text.parts) {
    const Type type = infer(*part);
    out.later = out.later || type.later;
    out.secret = out.secret || type.secret;
    switch (type.kind()) {
      case TypeKind::bytes:
      case TypeKind::duration:
      case TypeKind::cpu:
      case TypeKind::percent: {
        const char* example = type.kind() == TypeKind::bytes     ? ".mib"
                              : type.kind() == TypeKind::cpu     ? ".units"
                              : type.kind() == TypeKind::percent ? ".percent"
                                                                 : ".seconds";
        diagnostics_->error("E0209", part->span, fmt::format("a {} needs a unit to be part of a text", to_text(type)),
                            {}, fmt::format("choose one, for example {}", example));
        break;
      }
      case TypeKind::list:
      case TypeKind::map:
      case TypeKind::record:
      case TypeKind::range:
      case TypeKind::null:
        diagnostics_->error("E0209", part->span, fmt::format("a {} can't be part of a text", to_text(type)), {},
                            type.kind() == TypeKind::list ? "join its elements: xs.join(\", \")" : "");
        break;
      case TypeKind::resource:
        if (type.name() != "image" && type.name() != "repository") {
          diagnostics_->error("E0209", part->span, fmt::format("a {} can't be part of a text", to_text(type)), {},
                              "name one of its attributes");
        }
        out.later = true;
        break;
      default:
        if (type.optional) {
          diagnostics_->error("E0219", part->span,
                              fmt::format("this may be null ({}), and null can't be part of a text", to_text(type)), {},
                              "give a value for that case with `?? …`");
        }
    }
  }
  return out;
}

Type Checker::infer_for(const ast::ListFor& loop) {
  const Scope scope(locals_);
  bind_loop(loop.clause, false);
  return Type::list(infer(*loop.item));
}

Type Checker::infer_for(const ast::MapFor& loop, Span) {
  const Scope scope(locals_);
  bind_loop(loop.clause, false);
  Keys keys;
  keys.add(check(*loop.key, types::string(), "a key"));
  return Type::map(infer(*loop.value), keys.all());
}

}  // namespace infra
