// What a stack says of itself: assert, policy, test.
#include <fmt/format.h>

#include <algorithm>

#include "base/diagnostics/codes.h"
#include "base/overloaded.h"
#include "compiler/index.h"
#include "compiler/types/checker.h"
#include "compiler/types/schema_type.h"

namespace infra {

void Checker::assertion(const ast::Assert& a) {
  check(*a.condition, types::boolean(), "an `assert`");
  if (a.message) check(*a.message, types::string(), "an assert's message");
}

void Checker::policies() {
  for (const auto& [name, policy] : program_->policies) {
    const auto type = policy_subject(policy->kind.text);
    if (!type) {
      const auto near = did_you_mean(policy->kind.text, policy_kinds());
      Diagnostic d{.code = "E0205",
                   .message = fmt::format("there is no kind or block `{}`", policy->kind.text),
                   .primary = {policy->kind.span, "unknown kind"},
                   .help = near.empty() ? "a policy is on a kind (`service`) or on a block of one (`container`)"
                                        : fmt::format("did you mean `{}`?", near)};
      if (!near.empty()) d.fixes.push_back({policy->kind.span, near});
      diagnostics_->add(std::move(d));
      continue;
    }
    const Scope scope(locals_);
    bind(policy->variable, *type);
    policy_items(policy->items);
  }
}

void Checker::policy_items(const ast::Items& items) {
  for (const auto& item : items) {
    std::visit(Overloaded{
                   [&](const ast::Assert& a) { assertion(a); },
                   [&](const ast::For& f) {
                     const Scope scope(locals_);
                     bind_loop(f.clause, false);
                     policy_items(f.items);
                   },
                   [&](const ast::If& i) { branch(i, [&](const ast::Items& inner) { policy_items(inner); }); },
                   [&](const auto&) {
                     diagnostics_->error("E0214", item.span, "this isn't allowed inside a policy",
                                         "only `assert`, `for` and `if` may", "move it to the top of the file");
                   },
               },
               item.node);
  }
}

namespace {

bool is_code(std::string_view text) {
  const auto codes = all_codes();
  return std::any_of(codes.begin(), codes.end(), [&](const Code& c) { return c.code == text; });
}

}  // namespace

void Checker::tests() {
  std::map<std::string, Span> seen;
  for (const auto* test : program_->tests) {
    const auto [first, fresh] = seen.try_emplace(test->name, test->name_span);
    if (!fresh) {
      diagnostics_->add({.code = "E0202",
                         .message = fmt::format("test \"{}\" is declared twice", test->name),
                         .primary = {test->name_span, "again"},
                         .secondary = {{first->second, "first here"}}});
    }
    bool with = false;
    for (const auto& item : test->items) {
      std::visit(Overloaded{
                     [&](const ast::With& w) {
                       if (std::exchange(with, true))
                         diagnostics_->error("E0202", item.span, "a test has one `with`", "again");
                       test_params(w.items, false);
                     },
                     [&](const ast::Expect& e) { check(*e.condition, types::boolean().as_later(), "an `expect`"); },
                     [&](const ast::Rejects& r) {
                       if (!is_code(r.code.text)) {
                         diagnostics_->error("E0215", r.code.span, fmt::format("there is no error {}", r.code.text),
                                             "unknown code", "a message starts with its code: error[E0210]");
                       }
                       test_params(r.items, true);
                     },
                     [&](const auto&) {
                       diagnostics_->error("E0214", item.span, "this isn't allowed inside a test",
                                           "only `with`, `expect` and `rejects` may");
                     },
                 },
                 item.node);
    }
  }
}

// `mock` stands for some value of the param's type. What a `rejects` gives may be wrong: that is its point.
void Checker::test_params(const ast::Items& items, bool rejected) {
  std::map<std::string, Span> seen;
  for (const auto& item : items) {
    const auto* a = std::get_if<ast::Assign>(&item.node);
    if (a == nullptr) {
      diagnostics_->error("E0214", item.span, "only values of params are allowed here", {}, "write NAME = VALUE");
      continue;
    }
    const auto [first, fresh] = seen.try_emplace(a->name.text, a->name.span);
    if (!fresh) {
      diagnostics_->add({.code = "E0202",
                         .message = fmt::format("`{}` is set twice", a->name.text),
                         .primary = {a->name.span, "set again here"},
                         .secondary = {{first->second, "first set here"}}});
    }
    if (!a->value) continue;
    if (!program_->params.contains(a->name.text)) {
      std::vector<std::string> names;
      for (const auto& [known, param] : program_->params) names.push_back(known);
      const auto near = did_you_mean(a->name.text, without_set(names, items));
      Diagnostic d{.code = "E0218",
                   .message = fmt::format("this stack has no param `{}`", a->name.text),
                   .primary = {a->name.span, "unknown param"},
                   .help = near.empty() ? meant_param("", names) : fmt::format("did you mean `{}`?", near)};
      if (!near.empty()) d.fixes.push_back({a->name.span, near});
      diagnostics_->add(std::move(d));
      continue;
    }
    if (index_ != nullptr) index_->use(a->name.span, program_->params.at(a->name.text)->name.span, a->name.text);
    if (is_mock(*a->value)) continue;
    Diagnostics found;
    auto* all = std::exchange(diagnostics_, &found);
    check(*a->value, out_.params[a->name.text], fmt::format("`{}`", a->name.text));
    diagnostics_ = all;
    for (const auto& d : found.all()) {
      if (!rejected || (d.code != "E0204" && d.code != "E0210")) diagnostics_->add(d);
    }
  }
}

bool Checker::is_mock(const ast::Expr& e) const {
  const auto* ref = std::get_if<ast::NameRef>(&e.node);
  return ref != nullptr && ref->name == "mock" && !program_->params.contains("mock") &&
         !program_->lets.contains("mock") && !program_->by_label.contains("mock");
}

}  // namespace infra
