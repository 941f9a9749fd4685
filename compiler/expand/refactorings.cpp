// Options that name things instead of having a value.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/expand/expander.h"
#include "compiler/names/option_paths.h"

namespace infra {
namespace {

const ast::Assign* last_of(const Instance& instance, std::string_view name, const Flat::Attribute** given) {
  const ast::Assign* out = nullptr;
  for (const auto& attribute : instance.flat.attributes) {
    if (attribute.assign->name.text != name || !attribute.assign->value) continue;
    out = attribute.assign;
    *given = &attribute;
  }
  return out;
}

}  // namespace

std::vector<std::string> Expander::ignored(const Instance& instance) {
  std::vector<std::string> out;
  const Flat::Attribute* given = nullptr;
  const auto* assign = last_of(instance, "ignore", &given);
  const auto* list = assign != nullptr ? std::get_if<ast::ListExpr>(&assign->value->node) : nullptr;
  if (list == nullptr) return out;
  for (const auto& item : list->items) {
    if (auto path = attribute_path(*item)) out.push_back(*std::move(path));
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<Move> Expander::move(Instance& instance) {
  const Flat::Attribute* given = nullptr;
  const auto* assign = last_of(instance, "moved_from", &given);
  if (assign == nullptr) return std::nullopt;
  Context at{.env = given->env, .keys = given->keys, .self = &instance};
  auto from = former_address(*assign->value, instance.address.kind, at);
  if (!from) return std::nullopt;
  from->path.insert(0, prefix_);  // of the module that it stands in
  return Move{*std::move(from), instance.address, assign->value->span};
}

// An address as it is written, one of several by a condition, or its text. Null: it hasn't moved.
std::optional<Address> Expander::former_address(const ast::Expr& e, const std::string& kind, Context& at) {
  const auto written = written_address(e);
  if (written && (written->kind == kind || find_kind(written->kind) != nullptr))
    return written->kind == kind ? evaluated(*written, at) : std::nullopt;
  if (const auto* choice = std::get_if<ast::Conditional>(&e.node)) {
    const Value condition = eval(*choice->condition, at);
    if (const auto* truth = condition.boolean()) return former_address(*truth ? *choice->yes : *choice->no, kind, at);
    must_be_known(condition, choice->condition->span, "where this has moved from");
    return std::nullopt;
  }
  const Value value = eval(e, at);
  if (value.is_null() || value.unknown() != nullptr) return std::nullopt;
  must_be_known(value, e.span, "where this has moved from");
  if (value.string() == nullptr) return std::nullopt;
  if (is_address_of(*value.string(), kind)) return Address::parse(*value.string());
  diagnostics_->error("E0317", e.span, fmt::format("\"{}\" is no address of a {}", *value.string(), kind),
                      "not an address",
                      fmt::format("an address is a kind and a name, as a plan shows it: {}.NAME", kind));
  return std::nullopt;
}

std::optional<Address> Expander::evaluated(const WrittenAddress& written, Context& at) {
  Address out{.kind = written.kind};
  for (const auto& step : written.steps) {
    if (step.key == nullptr) {
      out.path += (out.path.empty() ? "" : ".") + step.label;
      continue;
    }
    const auto key = to_text(eval(*step.key, at));
    if (!key) {
      diagnostics_->error("E0317", step.key->span, "the key of an address must be known", "this isn't");
      return std::nullopt;
    }
    out.path += out.path.empty() ? *key : "[" + to_source(Value(*key)) + "]";
  }
  return out;
}

namespace {

// Every address that an instance may be recorded under. Where what is around it has moved (a declaration, or the module
// that it stands in), it has moved along, from each of the addresses that that one had.
class Origins {
 public:
  // In the order in which instances are made: what is around first.
  std::vector<Move> of(const Instance& instance, const Instance* module, std::optional<Move> own) {
    std::vector<Move> out;
    const auto& path = instance.address.path;
    const auto* around = instance.parent != nullptr ? instance.parent : module;
    if (around != nullptr) {
      const auto length = around->address.path.size();
      for (const auto& old : before_[around]) {
        // Its own `moved_from` is written inside the module, wherever that one was at the time.
        const bool inside_module = own && instance.parent == nullptr;
        if (inside_module) out.push_back({at(instance, old.path + own->from.path.substr(length)), {}, own->span});
        if (!own || inside_module)
          out.push_back({at(instance, old.path + path.substr(length)), {}, instance.decl->span});
      }
    }
    if (own) out.insert(out.begin(), *std::move(own));
    std::erase_if(out, [&](const Move& move) { return move.from == instance.address; });
    for (auto& move : out) {
      move.to = instance.address;
      before_[&instance].push_back(move.from);
    }
    return out;
  }

  // What is wrong of it is said once, and not again of all that stands inside it.
  void drop(const Instance& instance) { before_.erase(&instance); }

 private:
  static Address at(const Instance& instance, std::string path) {
    return {.kind = instance.address.kind, .path = std::move(path)};
  }
  std::map<const Instance*, std::vector<Address>> before_;
};

}  // namespace

// Where a declaration has moved, what stands inside it has, too.
void Expander::moves(Graph& graph) {
  Origins origins;
  std::map<Address, Address> taken;
  for (auto& instance : site_->instances) {
    const auto found = origins.of(instance, instance.home->module_, instance.home->move(instance));
    for (const auto& move : found) {
      if (site_->by_address.contains(move.from)) {
        diagnostics_->error("E0317", move.span, fmt::format("{} is still declared", move.from.text()),
                            "can't have moved from there", "rename its declaration, or remove it");
        origins.drop(instance);
        break;
      }
      if (const auto [first, fresh] = taken.try_emplace(move.from, move.to); !fresh) {
        diagnostics_->error(
            "E0317", move.span,
            fmt::format("{} can't become both {} and {}", move.from.text(), first->second.text(), move.to.text()),
            "in a loop, add the key: moved_from = KIND.NAME[key]");
        origins.drop(instance);
        break;
      }
      // Of a module nothing is recorded but what it declares.
      if (instance.decl->kind->role == KindRole::resource) graph.moves.push_back(move);
    }
  }
  std::stable_sort(graph.moves.begin(), graph.moves.end(), [](const Move& a, const Move& b) { return a.to < b.to; });
}

void Expander::imports(Graph& graph) {
  for (auto& instance : site_->instances) {
    if (instance.decl->kind->role != KindRole::resource) continue;
    const Flat::Attribute* given = nullptr;
    const auto* assign = last_of(instance, "import", &given);
    if (assign == nullptr) continue;
    const auto id = instance.home->attribute(instance, "import", assign->name.span);
    if (id.string() != nullptr) graph.imports.push_back({instance.address, *id.string(), assign->value->span});
  }
  std::sort(graph.imports.begin(), graph.imports.end(),
            [](const Import& a, const Import& b) { return a.address < b.address; });
}

}  // namespace infra
