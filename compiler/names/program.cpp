#include "compiler/names/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/overloaded.h"
#include "compiler/names/language_habits.h"

namespace infra {

const Decl* Decl::child(std::string_view name) const {
  const auto at = std::find_if(children.begin(), children.end(), [&](const Decl* d) { return d->label == name; });
  return at != children.end() ? *at : nullptr;
}

const Decl* Program::find(std::string_view kind, const std::string& label) const {
  const auto at = by_label.find(label);
  if (at == by_label.end()) return nullptr;
  for (const auto* decl : at->second) {
    if (decl->kind->schema->name == kind) return decl;
  }
  return nullptr;
}

namespace {

std::vector<std::string> kind_names(bool top_level) {
  std::vector<std::string> out;
  for (const auto& kind : all_kinds()) {
    if (kind.parent.empty() == top_level) out.push_back(kind.schema->name);
  }
  if (top_level) out.emplace_back("module");
  return out;
}

// Declarations of one kind and name. Two are fine in the two branches of one `if`: only one of them comes to be. Each
// branch is known by its own first item, so two of which neither's branches begin with all of the other's are apart.
class SameName {
 public:
  // One that is there together with this one, or nullptr; and this one from now on.
  const Decl* add(const Decl& decl) {
    const auto* other = beside(decl.branches);
    by_branches_.try_emplace(decl.branches, &decl);
    return other;
  }

 private:
  using Branches = std::vector<const ast::Item*>;

  const Decl* beside(const Branches& branches) const {
    const auto further_in = by_branches_.lower_bound(branches);
    if (further_in != by_branches_.end() && further_in->first.size() >= branches.size() &&
        std::equal(branches.begin(), branches.end(), further_in->first.begin()))
      return further_in->second;
    for (Branches around = branches; !around.empty();) {
      around.pop_back();
      if (const auto at = by_branches_.find(around); at != by_branches_.end()) return at->second;
    }
    return nullptr;
  }

  std::map<Branches, const Decl*> by_branches_;
};

class Collector {
 public:
  Collector(Program& program, Diagnostics& diagnostics) : program_(program), diagnostics_(diagnostics) {}

  void top(const ast::Items& items) {
    for (const auto& item : items) {
      if (!program_.library.empty()) {
        library_item(item);
      } else if (nested_) {
        nested_item(item);
      } else {
        top_item(item);
      }
    }
  }

 private:
  // A library only names things: whoever uses it gets no resource that its own files don't show.
  void library_item(const ast::Item& item) {
    std::visit(Overloaded{
                   [&](const ast::Let& l) { name(program_.lets, l, "let"); },
                   [&](const ast::Fn& f) { name(program_.functions, f, "fn"); },
                   [&](const ast::TypeDecl& t) { name(program_.types, t, "type"); },
                   [&](const ast::Use& u) { use(u); },
                   [&](const auto&) {
                     diagnostics_.error("E0214", item.span, "this isn't allowed in a library file",
                                        "a library has only `let`, `fn`, `type` and `use`",
                                        "move it to a file of the stack (one that doesn't end in .lib.infra)");
                   },
               },
               item.node);
  }

  void top_item(const ast::Item& item) {
    std::visit(Overloaded{
                   [&](const ast::Stack& s) { stack(s, item); },
                   [&](const ast::Param& p) { name(program_.params, p, "param"); },
                   [&](const ast::Let& l) { name(program_.lets, l, "let"); },
                   [&](const ast::Fn& f) { name(program_.functions, f, "fn"); },
                   [&](const ast::TypeDecl& t) { name(program_.types, t, "type"); },
                   [&](const ast::Output& o) { output(o); },
                   [&](const ast::Assert& a) { program_.asserts.push_back(&a); },
                   [&](const ast::Assign& a) { setting(a); },
                   [&](const ast::Use& u) { use(u); },
                   [&](const ast::Policy& p) { policy(p); },
                   [&](const ast::Test& t) { program_.tests.push_back(&t); },
                   [&](const ast::BlockItem& b) {
                     if (is_environment(b)) return;  // read_environments has read it
                     program_.items.push_back(&item);
                     nested_item(item);
                   },
                   [&](const auto&) {
                     program_.items.push_back(&item);
                     nested_item(item);
                   },
               },
               item.node);
  }

  // What may stand inside loops and branches too.
  void nested_item(const ast::Item& item) {
    std::visit(Overloaded{
                   [&](const ast::BlockItem& b) { block(b, item); },
                   [&](const ast::For& f) { loop(f, [&] { nested(f.items); }); },
                   [&](const ast::If& i) { branches(i, [&](const ast::Items& items) { nested(items); }); },
                   [&](const auto&) { misplaced(item); },
               },
               item.node);
  }

  void nested(const ast::Items& items) {
    const bool before = std::exchange(nested_, true);
    top(items);
    nested_ = before;
  }

  void loop(const ast::For& f, const std::function<void()>& inside) {
    loops_.push_back(&f);
    inside();
    loops_.pop_back();
  }

  void branches(const ast::If& i, const std::function<void(const ast::Items&)>& inside) {
    for (const auto* items : {&i.then_items, &i.else_items}) {
      branches_.push_back(items->empty() ? nullptr : items->data());  // a branch is known by its first item
      inside(*items);
      branches_.pop_back();
    }
  }

  void stack(const ast::Stack& s, const ast::Item& item) {
    if (program_.stack != nullptr) {
      auto& d = diagnostics_.error("E0202", item.span, "the stack is named twice", "named again here");
      d.secondary.push_back({program_.stack->name.span, "first named here"});
      return;
    }
    program_.stack = &s;
  }

  template <class Table, class Node>
  void name(Table& table, const Node& node, std::string_view what) {
    const auto [at, fresh] = table.try_emplace(node.name.text, &node);
    if (!fresh) duplicate(what, node.name, at->second->name.span);
    if (fresh && what != "type") value_name(what, node.name);
  }

  // Values share one scope: a param and a let of one name would hide each other.
  void value_name(std::string_view what, const ast::Name& name) {
    const auto [other, first] = value_names_.try_emplace(name.text, name.span);
    if (!first) duplicate(what, name, other->second);
  }

  void use(const ast::Use& u) {
    if (program_.uses.try_emplace(u.alias.text, &u).second) {
      value_name("use", u.alias);
    } else {
      duplicate("use", u.alias, program_.uses.at(u.alias.text)->alias.span);
    }
  }

  void policy(const ast::Policy& p) {
    const auto [at, fresh] = program_.policies.try_emplace(p.name.text, &p);
    if (!fresh) duplicate("policy", p.name, at->second->name.span);
  }

  void output(const ast::Output& o) {
    const auto [at, fresh] = program_.outputs.try_emplace(o.name.text, &o);
    if (!fresh) duplicate("output", o.name, at->second->name.span);
  }

  void duplicate(std::string_view what, const ast::Name& name, Span first) {
    auto& d = diagnostics_.error("E0202", name.span, fmt::format("{} `{}` is declared twice", what, name.text),
                                 "declared again here");
    d.secondary.push_back({first, "first declared here"});
  }

  void setting(const ast::Assign& a) {
    if (a.name.text != "platform") {
      diagnostics_.error(
          "E0203", a.name.span, fmt::format("`{}` can't be set at the top of a stack", a.name.text), "unknown setting",
          fmt::format("for a named value write `let {} = …`; the only setting here is `platform`", a.name.text));
      return;
    }
    const auto [at, fresh] = program_.settings.try_emplace(a.name.text, &a);
    if (!fresh) duplicate("setting", a.name, at->second->name.span);
  }

  void misplaced(const ast::Item& item) {
    diagnostics_.error("E0214", item.span, "this isn't allowed here",
                       "only blocks, `for` and `if` are allowed inside `for` and `if`",
                       "move it to the top of the file");
  }

  void unknown_kind(const ast::BlockItem& b) {
    const auto habit = habit_of_kind(b.kind.text);
    const auto near = habit.empty() ? did_you_mean(b.kind.text, kind_names(true)) : std::string();
    auto& d =
        diagnostics_.error("E0205", b.kind.span, fmt::format("there is no kind `{}`", b.kind.text), "unknown kind",
                           !habit.empty() ? habit
                           : near.empty() ? fmt::format("the kinds are {}", fmt::join(kind_names(true), ", "))
                                          : fmt::format("did you mean `{}`?", near));
    if (!near.empty()) d.fixes.push_back({b.kind.span, near});
  }

  void block(const ast::BlockItem& b, const ast::Item& item) {
    const auto* kind = b.kind.text == "module" ? &module_kind() : find_kind(b.kind.text);
    if (kind == nullptr) return unknown_kind(b);
    if (kind->role == KindRole::environment && !b.existing) {
      diagnostics_.error("E0214", b.kind.span, "an environment is declared at the top of a file", "not here",
                         "move it out of the `for` or `if`: it is read before these are");
      return;
    }
    if (!kind->parent.empty() && !b.existing) {
      diagnostics_.error("E0214", b.kind.span, fmt::format("`{}` belongs inside a `{}`", b.kind.text, kind->parent),
                         "not here",
                         fmt::format("write it as {} NAME {{ {} {} {{ … }} }}", kind->parent, b.kind.text,
                                     b.label ? b.label->text : "NAME"));
      return;
    }
    if (b.existing && kind->role != KindRole::resource) {
      diagnostics_.error("E0214", b.kind.span, fmt::format("a {} can't be `existing`", b.kind.text), "not a resource",
                         "only what a platform has can exist already");
      return;
    }
    declare(*kind, b, item, nullptr);
  }

  void declare(const Kind& kind, const ast::BlockItem& b, const ast::Item& item, Decl* parent) {
    if (!b.label) {
      diagnostics_.error("E0213", b.kind.span, fmt::format("a `{}` needs a name", b.kind.text), "name missing",
                         fmt::format("write `{} NAME {{ … }}`", b.kind.text));
      return;
    }
    auto& decl = program_.decls.emplace_back(Decl{.kind = &kind,
                                                  .label = b.label->text,
                                                  .block = &b,
                                                  .span = item.span,
                                                  .parent = parent,
                                                  .loops = loops_,
                                                  .branches = branches_,
                                                  .item = program_.items.size() - 1});
    program_.by_block.emplace(&b, &decl);
    auto& siblings = parent != nullptr ? parent->children : program_.by_label[decl.label];
    if (const auto* other = same_names_[{parent, &kind, decl.label}].add(decl))
      duplicate(kind.schema->name, *b.label, other->block->label->span);
    siblings.push_back(&decl);
    children(decl, b.items);
  }

  void children(Decl& decl, const ast::Items& items) {
    for (const auto& item : items) {
      std::visit(Overloaded{
                     [&](const ast::BlockItem& b) {
                       const auto* slot = decl.kind->schema->block(b.kind.text);
                       const bool inside = slot != nullptr && slot->resource && !decl.block->existing && !b.existing;
                       if (inside) declare(*find_kind(b.kind.text), b, item, &decl);
                     },
                     [&](const ast::For& f) { loop(f, [&] { children(decl, f.items); }); },
                     [&](const ast::If& i) { branches(i, [&](const ast::Items& inner) { children(decl, inner); }); },
                     [](const auto&) {},
                 },
                 item.node);
    }
  }

  Program& program_;
  Diagnostics& diagnostics_;
  std::vector<const ast::For*> loops_;
  std::vector<const ast::Item*> branches_;
  std::map<std::string, Span> value_names_;
  std::map<std::tuple<const Decl*, const Kind*, std::string>, SameName> same_names_;
  bool nested_ = false;
};

}  // namespace

std::string meant_param(const std::string& name, const std::vector<std::string>& params) {
  constexpr std::size_t kFew = 5;
  if (params.empty()) return "it has no params";
  if (const auto near = did_you_mean(name, params); !near.empty()) return fmt::format("did you mean `{}`?", near);
  if (params.size() <= kFew) return fmt::format("its params are: {}", fmt::join(params, ", "));
  return fmt::format("it has {} params, none of them like this; `infra docs` lists them", params.size());
}

Program collect_names(const std::vector<ast::File>& files, const std::string& library, Diagnostics& diagnostics) {
  Program program;
  program.library = library;
  Collector collector(program, diagnostics);
  for (const auto& file : files) collector.top(file.items);
  if (!library.empty()) return program;
  for (const auto& file : files) {
    for (auto& one : read_environments(file, diagnostics)) program.environments.push_back(std::move(one));
  }
  check_environments(program, diagnostics);
  return program;
}

}  // namespace infra
