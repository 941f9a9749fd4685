// A module's expander inside its parent's: its params come from the parent's block, its outputs are asked for one by
// one, so that two modules may need each other's outputs as long as these don't go in a circle.
#include <fmt/format.h>

#include "compiler/expand/expander.h"

namespace infra {

void Expander::expand_module(Instance& instance) {
  const auto unit = types_.modules.find(instance.decl);
  if (unit == types_.modules.end() || unit->second == nullptr) return;
  instance.inside = std::shared_ptr<Expander>(new Expander(*this, instance, *unit->second));
  instance.inside->prefix_ = instance.address.path + ".";
}

// The module that `e` names: `blog`, `module.blog`, `site["a"]`. nullptr if it names something else.
Instance* Expander::module_named(const ast::Expr& e, Context& at) {
  const auto meaning = types_.meanings.find(&e);
  const auto* index = std::get_if<ast::Index>(&e.node);
  Value value;
  if (meaning != types_.meanings.end() && meaning->second.kind == Meaning::decl) {
    const Decl& decl = *meaning->second.declaration;
    if (decl.kind->role != KindRole::module || decl.loops.size() != meaning->second.turns) return nullptr;
    value = reference(decl, at.keys, meaning->second.turns, e.span, at);
  } else if (index != nullptr) {
    const auto object = types_.meanings.find(index->object.get());
    if (object == types_.meanings.end() || object->second.kind != Meaning::decl ||
        object->second.declaration->kind->role != KindRole::module)
      return nullptr;
    value = turn_of(*index, at).value_or(Value());
  }
  if (value.ref() == nullptr) return nullptr;
  const auto found = site_->by_address.find(value.ref()->address);
  return found != site_->by_address.end() ? found->second : nullptr;
}

Value Expander::output_of(Instance& module, const std::string& name, Context& at) {
  if (!module.inside) return Unknown{"error"};
  auto& inside = *module.inside;
  const auto output = inside.program_.outputs.find(name);
  if (output == inside.program_.outputs.end() || !output->second->value) return Unknown{"error"};
  auto& memo = inside.outputs_[name];
  if (memo.progress == Memo::doing) {
    diagnostics_->add({.code = "E0301",
                       .message = fmt::format("output `{}` of {} is computed from itself", name, module.address.text()),
                       .primary = {output->second->name.span, "needed for its own value"},
                       .secondary = {{module.decl->span, "by way of this module's params"}}});
    return Unknown{"error"};
  }
  if (memo.progress == Memo::open) {
    memo.progress = Memo::doing;
    Context here{.needs = &memo.needs};
    Value value = inside.eval(*output->second->value, here);
    const auto type = inside.types_.outputs.find(name);
    if (type != inside.types_.outputs.end()) {
      value = inside.coerced(value, type->second, output->second->value->span);
      if (output->second->type)
        inside.check_value(type->second, value, output->second->value->span, fmt::format("output `{}`", name));
    }
    memo.value = std::move(value);
    memo.progress = Memo::done;
  }
  if (at.needs != nullptr) at.needs->add(memo.needs);
  return memo.value;
}

Value Expander::outputs_of(Instance& module, Context& at) {
  std::vector<Entry> out;
  if (!module.inside) return Unknown{"error"};
  for (const auto& [name, output] : module.inside->program_.outputs)
    out.emplace_back(name, output_of(module, name, at));
  return Map(std::move(out));
}

namespace {

class ModuleOpener : public LeafMapper {
 public:
  explicit ModuleOpener(std::function<Value(const Address&)> open) : open_(std::move(open)) {}
  std::optional<Value> change(const Value& leaf) override {
    const auto* ref = leaf.ref();
    if (ref == nullptr || ref->address.kind != "module") return std::nullopt;
    return open_(ref->address);
  }

 private:
  std::function<Value(const Address&)> open_;
};

}  // namespace

// A module as a value is the record of its outputs, a looped one the map of these.
Value Expander::opened(const Value& modules, Context& at) {
  ModuleOpener opener([&](const Address& address) {
    const auto found = site_->by_address.find(address);
    return found != site_->by_address.end() ? outputs_of(*found->second, at) : Value(Unknown{"error"});
  });
  return map_leaves(modules, opener);
}

// What the parent's block says of a param; `given` is false if it says nothing.
Value Expander::given_by_parent(const ast::Param& param, Needs& needs, bool& given) {
  for (const auto& attribute : module_->flat.attributes) {
    if (attribute.assign->name.text != param.name.text || !attribute.assign->value) continue;
    given = true;
    const auto& expression = *attribute.assign->value;
    Context there{.env = attribute.env, .keys = attribute.keys, .self = module_, .needs = &needs};
    Value value = parent_->eval(expression, there);
    const auto& type = types_.params.at(param.name.text);
    value = coerced(value, type, expression.span);
    const auto what = fmt::format("`{}` of {}", param.name.text, module_->address.text());
    if (!type.later) parent_->must_be_known(value, expression.span, what);
    parent_->check_value(type, value, expression.span, what);
    return value;
  }
  given = false;
  return {};
}

// Its block's `platform`, else what the parent's resources are on.
std::string Expander::platform_of_module() {
  for (const auto& attribute : module_->flat.attributes) {
    if (attribute.assign->name.text != "platform" || !attribute.assign->value) continue;
    Context there{.env = attribute.env, .keys = attribute.keys, .self = module_};
    const Value value = parent_->eval(*attribute.assign->value, there);
    if (value.ref() != nullptr) return value.ref()->address.path;
  }
  return parent_->platform_;
}

}  // namespace infra
