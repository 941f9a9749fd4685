#include <fmt/format.h>

#include <algorithm>

#include "base/overloaded.h"
#include "compiler/expand/expander.h"

namespace infra {
namespace {

constexpr std::size_t kMostInstances = 120'000;

std::string keyed(const std::string& label, const std::vector<std::string>& keys, std::size_t from) {
  std::string out = label;
  for (std::size_t i = from; i < keys.size(); ++i) out += "[" + to_source(Value(keys[i])) + "]";
  return out;
}

// A name is read by people and in logs: `side-admin`, not `side["admin"]`.
std::string label_of(const ast::BlockItem& block, const std::vector<std::string>& keys, std::size_t outer) {
  if (!block.label) return "";
  std::string out = block.label->text;
  for (std::size_t i = outer; i < keys.size(); ++i) out += "-" + keys[i];
  return out;
}

}  // namespace

// Top items are expanded when something asks for what they declare, so that their order doesn't matter.
void Expander::ensure(std::size_t item) {
  if (items_.empty()) items_.assign(program_.items.size(), Progress::todo);
  if (items_[item] == Progress::done) return;
  const auto& top = *program_.items[item];
  if (items_[item] == Progress::doing)
    return;  // its own loop or condition asks for it; reference() reports what is missing
  items_[item] = Progress::doing;
  Context at;
  expand(top, at, nullptr);
  items_[item] = Progress::done;
}

void Expander::expand(const ast::Item& item, Context& at, Instance* parent) {
  std::visit(Overloaded{
                 [&](const ast::BlockItem& b) {
                   if (const auto decl = program_.by_block.find(&b); decl != program_.by_block.end())
                     instantiate(*decl->second, at, parent);
                 },
                 [&](const ast::For& f) {
                   each_turn(f, at, [&](Context& inside) {
                     for (const auto& inner : f.items) expand(inner, inside, parent);
                   });
                 },
                 [&](const ast::If& i) {
                   if (const auto* items = chosen(i, at)) {
                     for (const auto& inner : *items) expand(inner, at, parent);
                   }
                 },
                 [](const auto&) {},
             },
             item.node);
}

// The key of a turn becomes a part of names. Types tell this before, but for what comes out of JSON and the like.
bool Expander::may_be_key(const Value& element, Span span) {
  if (element.unknown() != nullptr) return false;
  if (element.secret() == nullptr && to_text(element)) return true;
  const bool secret = element.secret() != nullptr;
  diagnostics_->error(secret ? "E0413" : "E0306", span,
                      secret ? "the keys of this loop would show a secret"
                             : fmt::format("a loop over {} has no keys", to_text(type_of(element))),
                      "computed here", "loop over a map: for name, value in { … }");
  return false;
}

void Expander::each_turn(const ast::For& f, Context& at, const std::function<void(Context&)>& inside) {
  std::map<std::string, std::size_t> seen;
  for (const auto& turn : turns(f.clause, at)) {
    if (!may_be_key(turn.first, f.clause.source->span)) return;
    if (!seen.try_emplace(turn.key, seen.size()).second) {
      diagnostics_->error("E0302", f.clause.source->span, fmt::format("this loop has the key \"{}\" twice", turn.key),
                          "keys must differ", "remove the repetition, or loop over xs.distinct()");
      continue;
    }
    Context next = at;
    next.env = bind(at.env, f.clause, turn);
    next.keys.push_back(turn.key);
    inside(next);
  }
}

const ast::Items* Expander::chosen(const ast::If& i, Context& at) {
  const Value condition = eval(*i.condition, at);
  if (condition.boolean() == nullptr) {
    must_be_known(condition, i.condition->span, "an `if`");
    if (condition.secret() != nullptr) would_show(i.condition->span, "an `if`");
    for (const auto* items : {&i.then_items, &i.else_items}) {
      if (!items->empty()) undecided_.insert(items->data());
    }
    return nullptr;
  }
  return *condition.boolean() ? &i.then_items : &i.else_items;
}

void Expander::instantiate(const Decl& decl, const Context& at, Instance* parent) {
  const std::string own = keyed(decl.label, at.keys, parent != nullptr ? parent->keys.size() : 0);
  Address address{.kind = decl.kind->schema->name,
                  .path = parent != nullptr ? parent->address.path + "." + own : prefix_ + own};
  if (const auto same = site_->by_address.find(address); same != site_->by_address.end()) {
    diagnostics_->add({.code = "E0202",
                       .message = fmt::format("{} is declared twice", address.text()),
                       .primary = {decl.span, "declared again here"},
                       .secondary = {{same->second->decl->span, "first declared here"}}});
    return;
  }
  if (site_->instances.size() >= kMostInstances) {
    if (!std::exchange(site_->too_many, true))
      diagnostics_->error("E0307", decl.span, fmt::format("a stack declares at most {} resources", kMostInstances),
                          "one more here", "make its loops smaller, or divide it into several stacks");
    return;
  }
  auto& instance = site_->instances.emplace_back(Instance{
      .decl = &decl, .home = this, .address = std::move(address), .parent = parent, .keys = at.keys, .env = at.env});
  site_->by_address.emplace(instance.address, &instance);
  by_decl_[&decl].emplace(instance.keys, &instance);
  Context inside{.env = at.env, .keys = at.keys, .self = &instance, .needs = &instance.needs};
  instance.flat.outer = at.keys.size();
  flatten(decl.block->items, inside, &instance, instance.flat);
  if (decl.kind->role == KindRole::module) expand_module(instance);
}

void Expander::flatten(const ast::Items& items, Context& at, Instance* instance, Flat& out) {
  for (const auto& item : items) {
    std::visit(Overloaded{
                   [&](const ast::Assign& a) {
                     out.attributes.push_back({&a, at.env, at.keys});
                   },
                   [&](const ast::BlockItem& b) {
                     if (const auto child = program_.by_block.find(&b); child != program_.by_block.end()) {
                       instantiate(*child->second, at, instance);
                     } else {
                       out.blocks.push_back({&b, label_of(b, at.keys, out.outer), at.env, at.keys});
                     }
                   },
                   [&](const ast::For& f) {
                     each_turn(f, at, [&](Context& inside) { flatten(f.items, inside, instance, out); });
                   },
                   [&](const ast::If& i) {
                     if (const auto* chosen_items = chosen(i, at)) flatten(*chosen_items, at, instance, out);
                   },
                   [](const auto&) {},
               },
               item.node);
  }
}

// Whether it is there depends on a value that this run doesn't have (`validate`), or that couldn't be computed.
bool Expander::is_undecided(const Decl& decl) const {
  const auto open = [this](const void* node) { return undecided_.contains(node); };
  return std::any_of(decl.loops.begin(), decl.loops.end(), [&](const ast::For* f) { return open(&f->clause); }) ||
         std::any_of(decl.branches.begin(), decl.branches.end(), [&](const ast::Item* first) { return open(first); });
}

Value Expander::not_declared(const Decl& decl, const Address& address, Span use) {
  if (is_undecided(decl)) return Unknown{address.text()};
  diagnostics_->add({.code = "E0304",
                     .message = fmt::format("{} is not declared in this run", address.text()),
                     .primary = {use, "used here"},
                     .secondary = {{decl.span, "declared here under a condition"}},
                     .help = "its `if` is false; use it only where it is true"});
  return Unknown{"error"};
}

// Branches that exclude each other may share a name: what there is of it is what any of them has made.
std::vector<const Decl*> Expander::twins(const Decl& decl) {
  const auto& siblings = decl.parent != nullptr ? decl.parent->children : program_.by_label.at(decl.label);
  std::vector<const Decl*> out;
  for (const auto* other : siblings) {
    if (other->kind != decl.kind || other->label != decl.label || other->loops.size() != decl.loops.size()) continue;
    ensure(other->item);
    out.push_back(other);
  }
  return out;
}

// The declaration itself, or a map by the keys of the loops that aren't this turn's. Of a map only what ends up in a
// value is needed, which attribute_value sees: `images.app[team]` waits for one repository and not for all.
Value Expander::reference(const Decl& decl, const std::vector<std::string>& keys, std::size_t turns, Span use,
                          Context& at) {
  ensure(decl.item);
  std::vector<std::string> prefix(keys.begin(),
                                  keys.begin() + static_cast<std::ptrdiff_t>(std::min(turns, keys.size())));
  auto matches = [&](const std::vector<std::string>& own) {
    return own.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), own.begin());
  };
  const auto& all = by_decl_[&decl];
  if (prefix.size() == decl.loops.size()) {
    if (const auto found = all.find(prefix); found != all.end()) {
      if (at.needs != nullptr) at.needs->add(found->second->address);
      return Ref{found->second->address, ""};
    }
    // The other branch of an `if` may have declared the same name.
    Address twin{.kind = decl.kind->schema->name, .path = prefix_ + keyed(decl.label, prefix, 0)};
    if (decl.parent == nullptr) {
      for (const auto& candidate : program_.by_label.at(decl.label)) ensure(candidate->item);
      if (const auto other = site_->by_address.find(twin); other != site_->by_address.end()) {
        if (at.needs != nullptr) at.needs->add(twin);
        return Ref{twin, ""};
      }
    }
    return not_declared(decl, twin, use);
  }
  if (is_undecided(decl)) return Unknown{decl.label};
  struct Node {
    std::map<std::string, Node> children;
    const Instance* instance = nullptr;
  };
  Node root;
  for (const auto* twin : twins(decl)) {
    for (const auto& [own, instance] : by_decl_[twin]) {
      if (!matches(own)) continue;
      Node* node = &root;
      for (std::size_t i = prefix.size(); i < own.size(); ++i) node = &node->children[own[i]];
      node->instance = instance;
    }
  }
  const std::function<Value(const Node&)> build = [&](const Node& node) -> Value {
    if (node.instance != nullptr) return Ref{node.instance->address, ""};
    std::vector<Entry> entries;
    for (const auto& [key, child] : node.children) entries.emplace_back(key, build(child));
    return Map(std::move(entries));
  };
  return build(root);
}

Value Expander::member_of(const Ref& object, const std::string& name, Span span, Context& at) {
  const auto found = site_->by_address.find(object.address);
  if (found == site_->by_address.end()) return Unknown{"error"};
  Instance& instance = *found->second;
  Expander& home = *instance.home;  // of a module or its parent, if it came by a param or an output
  if (instance.inside) return output_of(instance, name, at);
  if (const auto* child = instance.decl->child(name))
    return home.reference(*child, instance.keys, instance.decl->loops.size(), span, at);
  if (at.needs != nullptr) at.needs->add(instance.address);
  if (instance.parent != nullptr && instance.decl->kind->parent == name) return Ref{instance.parent->address, ""};
  // A param may stand for it, whose type doesn't tell that it is read.
  if (instance.decl->block->existing) return home.attribute(instance, name, span);
  if (const auto* slot = instance.decl->kind->schema->block(name)) return home.block_value(instance, *slot);
  return home.attribute(instance, name, span);
}

// `task.api.container["web"].image`
Value Expander::block_value(Instance& instance, const Block& slot) {
  if (const auto done = instance.known.find(slot.name); done != instance.known.end()) return done->second;
  instance.known[slot.name] = Unknown{"error"};  // for a block that looks at itself
  std::vector<std::pair<std::string, Span>> places;
  Value value = block_config(slot, instance.flat.blocks, instance, "", places);
  return instance.known[slot.name] = std::move(value);
}

// One attribute's value on demand: `main.cidr` doesn't wait for the rest of main.
Value Expander::attribute(Instance& instance, const std::string& name, Span use) {
  if (const auto done = instance.known.find(name); done != instance.known.end()) return done->second;
  const bool existing = instance.decl->block->existing;
  if (existing && name == "id") return Ref{instance.address, name};
  const auto* schema = instance.decl->kind->schema->attribute(name);
  if (schema == nullptr) schema = common_options().attribute(name);
  if (schema == nullptr) return existing ? Value(Ref{instance.address, name}) : Value(Unknown{"error"});
  if (schema->computed) return Ref{instance.address, name};
  if (std::find(instance.evaluating.begin(), instance.evaluating.end(), name) != instance.evaluating.end()) {
    diagnostics_->error("E0301", use, fmt::format("`{}` of {} is computed from itself", name, instance.address.text()),
                        "needed here again");
    return Unknown{"error"};
  }
  instance.evaluating.push_back(name);
  Value value = existing ? Value(Ref{instance.address, name}) : schema->fallback.value_or(Value());
  for (const auto& given : instance.flat.attributes) {
    if (given.assign->name.text == name) value = attribute_value(*schema, given, instance);
  }
  instance.evaluating.pop_back();
  return instance.known[name] = std::move(value);
}

}  // namespace infra
