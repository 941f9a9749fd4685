// assert, policy and test's expect: conditions over this run's values, with the values that they were made from.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/overloaded.h"
#include "compiler/expand/expander.h"

namespace infra {
namespace {

bool is_value(const ast::Expr& e) {
  return std::holds_alternative<ast::NameRef>(e.node) || std::holds_alternative<ast::Member>(e.node) ||
         std::holds_alternative<ast::Index>(e.node) || std::holds_alternative<ast::CallExpr>(e.node);
}

// The operands that a reader wants to see: what is compared, down to the names in it.
void operands(const ast::Expr& e, std::vector<const ast::Expr*>& out) {
  if (is_value(e)) {
    out.push_back(&e);
    if (const auto* call = std::get_if<ast::CallExpr>(&e.node)) {
      for (const auto& argument : call->arguments) operands(*argument, out);
      if (const auto* m = std::get_if<ast::Member>(&call->function->node)) operands(*m->object, out);
    }
    if (const auto* index = std::get_if<ast::Index>(&e.node)) operands(*index->index, out);
  } else if (const auto* b = std::get_if<ast::Binary>(&e.node)) {
    operands(*b->left, out);
    operands(*b->right, out);
  } else if (const auto* u = std::get_if<ast::Unary>(&e.node)) {
    operands(*u->operand, out);
  } else if (const auto* c = std::get_if<ast::Conditional>(&e.node)) {
    operands(*c->condition, out);
    operands(*c->yes, out);
    operands(*c->no, out);
  } else if (const auto* text = std::get_if<ast::Interpolation>(&e.node)) {
    out.push_back(&e);
    for (const auto& part : text->parts) operands(*part, out);
  } else if (const auto* loop = std::get_if<ast::ListFor>(&e.node)) {
    operands(*loop->clause.source, out);  // what is inside has another value in each turn
  } else if (const auto* entries = std::get_if<ast::MapFor>(&e.node)) {
    operands(*entries->clause.source, out);
  } else if (const auto* l = std::get_if<ast::ListExpr>(&e.node)) {
    for (const auto& item : l->items) operands(*item, out);
  } else if (const auto* r = std::get_if<ast::RangeExpr>(&e.node)) {
    operands(*r->low, out);
    operands(*r->high, out);
  }
}

// What to mark as false: the operator, so that its operands can be marked beside it.
Span falsity(const ast::Expr& e) {
  const auto* b = std::get_if<ast::Binary>(&e.node);
  return b != nullptr ? b->op_span : e.span;
}

// "service.api.urls", "length(…)": enough to know an operand by.
std::string written(const ast::Expr& e) {
  if (const auto* ref = std::get_if<ast::NameRef>(&e.node)) return ref->name;
  if (const auto* m = std::get_if<ast::Member>(&e.node)) return written(*m->object) + "." + m->name.text;
  if (const auto* i = std::get_if<ast::Index>(&e.node)) return written(*i->object) + "[…]";
  if (const auto* c = std::get_if<ast::CallExpr>(&e.node))
    return written(*c->function) + (c->arguments.empty() ? "()" : "(…)");
  return "…";
}

constexpr std::size_t kLongestValue = 80;

}  // namespace

std::string Part::text() const {
  std::string out = to_source(value);
  if (out.size() > kLongestValue) {
    std::size_t end = kLongestValue;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
    out.resize(end);
    out += "…";
  }
  return name.empty() ? out : name + " = " + out;
}

// What `or` and `and` would have left out is computed here too, so what goes wrong in it is nobody's business.
std::vector<Part> Expander::parts_of(const ast::Expr& condition, Context& at) {
  std::vector<const ast::Expr*> all;
  operands(condition, all);
  std::vector<Part> out;
  for (const auto* part : all) {
    if (part == &condition) continue;  // its value is known to be false
    Diagnostics ignored;
    auto* reported = std::exchange(diagnostics_, &ignored);
    Value value = eval(*part, at);
    diagnostics_ = reported;
    const auto* ref = value.ref();
    const bool resource = ref != nullptr && ref->attribute.empty();
    if (resource || value.unknown() != nullptr) continue;
    const bool alone = std::count_if(all.begin(), all.end(), [&](const ast::Expr* other) {
                         return other->span.begin == part->span.begin;
                       }) == 1;
    out.push_back({part->span, alone ? "" : written(*part), std::move(value)});
  }
  return out;
}

// Types tell this before, but for what a policy looks at.
void Expander::would_show(Span span, std::string_view what) {
  diagnostics_->add({.code = "E0413",
                     .message = fmt::format("{} would show a secret", what),
                     .primary = {span, "this is secret"},
                     .help = "look at its keys or how many there are, which everybody may see"});
}

void Expander::check_assert(const ast::Assert& a, Context& at, const Rule& rule) {
  const Value holds = eval(*a.condition, at);
  if (holds.secret() != nullptr) return would_show(a.condition->span, "an `assert`");
  if (holds.boolean() == nullptr || *holds.boolean()) return;
  const Value message = a.message ? eval(*a.message, at) : Value();
  const auto* said = message.string();
  Diagnostic d{.code = "E0308", .message = said != nullptr ? *said : "an assert failed"};
  const Label condition{falsity(*a.condition), "this is false"};
  if (rule.policy.empty()) {
    d.primary = condition;
  } else {
    d.message = said != nullptr ? fmt::format("policy `{}`: {}: {}", rule.policy, rule.subject, *said)
                                : fmt::format("policy `{}` doesn't hold for {}", rule.policy, rule.subject);
    d.primary = {rule.place, "breaks the policy"};
    d.secondary.push_back(condition);
  }
  if (module_ != nullptr) d.secondary.push_back({module_->decl->span, "in " + module_->address.text()});
  for (const auto& part : parts_of(*a.condition, at)) d.secondary.push_back({part.span, part.text()});
  diagnostics_->add(std::move(d));
}

void Expander::asserts() {
  for (const auto* a : program_.asserts) {
    Context at;
    check_assert(*a, at, {});
  }
}

namespace {

// A built image stands for its name, which is known after apply: what a policy asks of it can't be false yet.
class NamesOfImages : public LeafMapper {
 public:
  std::optional<Value> change(const Value& leaf) override {
    const auto* ref = leaf.ref();
    if (ref == nullptr || !ref->attribute.empty() || ref->address.kind != "image") return std::nullopt;
    return Value(Ref{ref->address, "ref"});
  }
};

struct Subject {
  std::string what;  // "container `web` of task.api"
  Span span;
  Value value;
};

// Every block of one name in a resource's config, however deep.
class BlockFinder {
 public:
  BlockFinder(const Resource& resource, std::string_view wanted, std::vector<Subject>& out)
      : resource_(resource), wanted_(wanted), out_(out) {}

  // `within` is "task.api", or "container `web` of task.api".
  void find(const Schema& schema, const Value& config, const std::string& path, const std::string& within) {
    for (const auto& slot : schema.blocks) {
      if (slot.resource) continue;
      const Value& value = config[slot.name];
      if (slot.labelled && value.map() != nullptr) {
        for (const auto& [label, block] : *value.map()) visit(slot, block, label, path, within);
      } else if (const auto* list = value.list()) {
        for (const auto& block : *list) visit(slot, block, "", path, within);
      } else if (!slot.labelled && value.map() != nullptr) {
        visit(slot, value, "", path, within);
      }
    }
  }

 private:
  void visit(const Block& slot, const Value& block, const std::string& label, const std::string& path,
             const std::string& within) {
    const std::string below = path + slot.name + (label.empty() ? "" : "." + label);
    const std::string what =
        fmt::format("{} of {}", label.empty() ? slot.name : fmt::format("{} `{}`", slot.name, label), within);
    if (slot.name == wanted_) {
      NamesOfImages names;
      out_.push_back({what, resource_.place(below), map_leaves(block, names)});
    }
    find(*slot.schema, block, below + ".", what);
  }

  const Resource& resource_;
  std::string_view wanted_;
  std::vector<Subject>& out_;
};

std::vector<Subject> subjects(const Graph& graph, const std::string& kind, const std::string& prefix) {
  std::vector<Subject> out;
  for (const auto& resource : graph.resources) {
    if (!resource.address.path.starts_with(prefix)) continue;
    if (resource.address.kind == kind) {
      out.push_back({resource.address.text(), resource.span, Ref{resource.address, ""}});
    } else if (const auto* known = find_kind(resource.address.kind)) {
      BlockFinder(resource, kind, out).find(*known->schema, resource.config, "", resource.address.text());
    }
  }
  return out;
}

}  // namespace

// A stack's policies hold for what its modules declare, too; a module's for its own.
void Expander::policies(const Graph& graph) {
  for (const auto& [name, policy] : program_.policies) {
    for (auto& subject : subjects(graph, policy->kind.text, prefix_)) {
      Context at{.env = std::make_shared<const Binding>(Binding{policy->variable.text, subject.value, nullptr})};
      policy_items(policy->items, at, {.policy = name, .subject = subject.what, .place = subject.span});
    }
  }
}

void Expander::policy_items(const ast::Items& items, Context& at, const Rule& rule) {
  for (const auto& item : items) {
    std::visit(Overloaded{
                   [&](const ast::Assert& a) { check_assert(a, at, rule); },
                   [&](const ast::For& f) {
                     for (const auto& turn : turns(f.clause, at)) {
                       Context inside = at;
                       inside.env = bind(at.env, f.clause, turn);
                       policy_items(f.items, inside, rule);
                     }
                   },
                   [&](const ast::If& i) {
                     if (const auto* chosen_items = chosen(i, at)) policy_items(*chosen_items, at, rule);
                   },
                   [](const auto&) {},
               },
               item.node);
  }
}

void Expander::evaluate_test() {
  for (const auto& item : options_.test->items) {
    const auto* expect = std::get_if<ast::Expect>(&item.node);
    if (expect == nullptr) continue;
    Context at;
    Expectation out{.condition = eval(*expect->condition, at), .span = falsity(*expect->condition)};
    out.parts = parts_of(*expect->condition, at);
    expectations_.push_back(std::move(out));
  }
}

}  // namespace infra
