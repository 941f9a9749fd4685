// `module` blocks: the stack that each stands for, and the values that it gives to that one's params.
#include <fmt/format.h>

#include <algorithm>

#include "base/overloaded.h"
#include "compiler/index.h"
#include "compiler/names/compilation_units.h"
#include "compiler/types/checker.h"
#include "compiler/walk.h"

namespace infra {
namespace {

const ast::Assign* assigned(const ast::Items& items, std::string_view name) {
  for (const auto& item : items) {
    const auto* a = std::get_if<ast::Assign>(&item.node);
    if (a != nullptr && a->name.text == name && a->value) return a;
  }
  return nullptr;
}

// Where a module is: a text, or a record for git.
Type source_type() {
  return types::any_of({types::string(), Type::record({{.name = "commit", .type = types::string()},
                                                       {.name = "git", .type = types::string()}})});
}

}  // namespace

// All turns of a loop have one type, so they are of one stack.
bool Checker::differs_by_turn(const ast::Expr& from, const Decl& decl) {
  if (const auto* ref = std::get_if<ast::NameRef>(&from.node)) {
    const auto binds = [&](const ast::For* f) {
      return f->clause.first.text == ref->name || (f->clause.second && f->clause.second->text == ref->name);
    };
    if (std::none_of(decl.loops.begin(), decl.loops.end(), binds)) return false;
    diagnostics_->add({.code = "E0305",
                       .message = "where a module is must be the same in every turn of a loop",
                       .primary = {from.span, "differs from turn to turn"},
                       .help = "write a module block for each of the folders"});
    return true;
  }
  bool differs = false;
  each_part(from, [&](const ast::Expr& part) { differs = differs || differs_by_turn(part, decl); });
  return differs;
}

// What the parent sees of it: its outputs. Loaded when somebody asks first, for a `let` may need it before its turn.
Type Checker::module_type(const Decl& decl) {
  auto [at, fresh] = out_.modules.try_emplace(&decl, nullptr);
  if (fresh) {
    if (const auto* from = assigned(decl.block->items, "from")) {
      const std::size_t before = diagnostics_->errors();
      if (!differs_by_turn(*from->value, decl)) {
        const Elsewhere at_the_top(*this, *program_);
        const bool outer = std::exchange(loading_, true);
        check(*from->value, source_type(), "`from`");
        loading_ = outer;
      }
      if (diagnostics_->errors() == before) {
        const auto* unit = modules_.load(decl, *from, out_, *diagnostics_);
        out_.modules[&decl] = unit;
      }
    } else {
      diagnostics_->add({.code = "E0206",
                         .message = fmt::format("module `{}` doesn't say where it is", decl.label),
                         .primary = {decl.span, "`from` is missing"},
                         .help = "add `from = \"./FOLDER\"`, outside of any `if`"});
    }
  }
  const auto* unit = out_.modules[&decl];
  if (unit == nullptr) return {};
  std::vector<Field> fields;
  for (const auto& [name, type] : unit->types.outputs) fields.push_back({name, type});
  return Type::record(std::move(fields));
}

void Checker::load_modules() {
  for (const auto& decl : program_->decls) {
    if (decl.kind->role == KindRole::module) module_type(decl);
  }
}

void Checker::module(const ast::BlockItem& b) {
  const Decl& decl = *program_->by_block.at(&b);
  std::map<std::string, Span> given;
  module_items(b.items, decl, given);
  const auto* unit = out_.modules[&decl];
  if (unit == nullptr) return;
  for (const auto& [name, param] : unit->program.params) {
    if (given.contains(name) || param->fallback || unit->types.params.at(name).optional) continue;
    diagnostics_->add({.code = "E0217",
                       .message = fmt::format("module `{}` needs a value for its param `{}`", decl.label, name),
                       .primary = {decl.span, fmt::format("`{}` is missing", name)},
                       .secondary = {{param->name.span, fmt::format("declared here as {}, without a default",
                                                                    to_text(unit->types.params.at(name)))}},
                       .help = fmt::format("add `{} = …` to the module", name)});
  }
}

void Checker::module_items(const ast::Items& items, const Decl& decl, std::map<std::string, Span>& given) {
  for (const auto& item : items) {
    std::visit(Overloaded{
                   [&](const ast::Assign& a) {
                     const auto [at, fresh] = given.try_emplace(a.name.text, a.name.span);
                     if (!fresh) {
                       diagnostics_->add({.code = "E0202",
                                          .message = fmt::format("`{}` is set twice", a.name.text),
                                          .primary = {a.name.span, "set again here"},
                                          .secondary = {{at->second, "first set here"}}});
                     }
                     if (a.value) module_value(a, decl);
                   },
                   [&](const ast::If& i) {
                     check(*i.condition, types::boolean(), "an `if`");
                     auto otherwise = given;
                     module_items(i.then_items, decl, given);
                     module_items(i.else_items, decl, otherwise);
                     given.merge(otherwise);
                   },
                   [&](const auto&) {
                     diagnostics_->add(
                         {.code = "E0214",
                          .message = "this isn't allowed inside a module block",
                          .primary = {item.span, "only `from`, `platform`, `moved_from` and the module's params may"},
                          .help = "what the module declares stands in its own folder"});
                   },
               },
               item.node);
  }
}

// `blog.address`: an editor goes to the module's output.
void Checker::note_module_output(const ast::Member& m) {
  const auto* decl = static_decl(out_.meanings, *m.object);
  if (index_ == nullptr || decl == nullptr || decl->kind->role != KindRole::module) return;
  const auto unit = out_.modules.find(decl);
  if (unit == out_.modules.end() || unit->second == nullptr) return;
  const auto& outputs = unit->second->program.outputs;
  if (const auto output = outputs.find(m.name.text); output != outputs.end())
    index_->use(m.name.span, output->second->name.span, m.name.text);
}

void Checker::module_value(const ast::Assign& a, const Decl& decl) {
  const std::string& name = a.name.text;
  if (name == "from") return;  // checked when the module was loaded
  if (name == "platform") {
    check(*a.value, Type::resource("platform"), "`platform`");
    return;
  }
  if (name == "moved_from") {
    moved_from(*a.value, *decl.kind->schema);
    return;
  }
  const auto* unit = out_.modules[&decl];
  if (unit == nullptr) {
    infer(*a.value);
    return;
  }
  const auto param = unit->program.params.find(name);
  if (index_ != nullptr && param != unit->program.params.end()) {
    index_->use(a.name.span, param->second->name.span, name);
  }
  if (param == unit->program.params.end()) {
    infer(*a.value);
    std::vector<std::string> names;
    for (const auto& [known, p] : unit->program.params) names.push_back(known);
    const auto near = did_you_mean(name, names);
    Diagnostic d{.code = "E0218",
                 .message = fmt::format("module `{}` has no param `{}`", decl.label, name),
                 .primary = {a.name.span, "unknown param"},
                 .help = meant_param(name, names)};
    if (!near.empty()) d.fixes.push_back({a.name.span, near});
    diagnostics_->add(std::move(d));
    return;
  }
  Diagnostics found;
  auto* all = std::exchange(diagnostics_, &found);
  const Type& type = unit->types.params.at(name);
  check(*a.value, type, fmt::format("`{}` of module `{}`", name, decl.label));
  diagnostics_ = all;
  for (auto d : found.all()) {  // both files are shown: what is given, and what is wanted
    d.secondary.push_back({param->second->name.span, fmt::format("declared here as {}", to_text(type))});
    diagnostics_->add(std::move(d));
  }
}

}  // namespace infra
