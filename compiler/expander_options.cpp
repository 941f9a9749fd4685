// Options that name things instead of having a value.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/expander.h"
#include "compiler/option_paths.h"

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
  const auto written = assign != nullptr ? written_address(*assign->value) : std::nullopt;
  if (!written) return std::nullopt;
  Context at{.env = given->env, .keys = given->keys, .self = &instance};
  Address from{.kind = written->kind};
  for (const auto& step : written->steps) {
    if (step.key == nullptr) {
      from.path += (from.path.empty() ? "" : ".") + step.label;
      continue;
    }
    const auto key = to_text(eval(*step.key, at));
    if (!key) {
      diagnostics_.error("E0317", step.key->span, "the key of an address must be known", "this isn't");
      return std::nullopt;
    }
    from.path += "[" + to_source(Value(*key)) + "]";
  }
  return Move{from, instance.address, assign->value->span};
}

// Where a declaration has moved, what stands inside it has, too.
void Expander::moves(Graph& graph) {
  std::map<Address, const Move*> sources;
  std::map<const Instance*, Address> before;
  graph.moves.reserve(instances_.size());  // `sources` points into it
  for (auto& instance : instances_) {      // what is around stands before what is inside
    auto found = move(instance);
    if (const auto parent = before.find(instance.parent); !found && parent != before.end()) {
      const auto below = instance.address.path.substr(instance.parent->address.path.size());
      found = Move{
          {.kind = instance.address.kind, .path = parent->second.path + below}, instance.address, instance.decl->span};
    }
    if (!found || found->from == found->to) continue;
    before[&instance] = found->from;
    if (by_address_.contains(found->from)) {
      diagnostics_.error("E0317", found->span, fmt::format("{} is still declared", found->from.text()),
                         "can't have moved from there", "rename its declaration, or remove it");
      continue;
    }
    graph.moves.push_back(*std::move(found));
    const auto& move = graph.moves.back();
    const auto [first, fresh] = sources.try_emplace(move.from, &move);
    if (fresh) continue;
    diagnostics_.error(
        "E0317", move.span,
        fmt::format("{} can't become both {} and {}", move.from.text(), first->second->to.text(), move.to.text()),
        "in a loop, add the key: moved_from = KIND.NAME[key]");
  }
  std::sort(graph.moves.begin(), graph.moves.end(), [](const Move& a, const Move& b) { return a.to < b.to; });
}

void Expander::imports(Graph& graph) {
  for (auto& instance : instances_) {
    if (instance.decl->kind->role != KindRole::resource) continue;
    const Flat::Attribute* given = nullptr;
    const auto* assign = last_of(instance, "import", &given);
    if (assign == nullptr) continue;
    const auto id = attribute(instance, "import", assign->name.span);
    if (id.string() != nullptr) graph.imports.push_back({instance.address, *id.string(), assign->value->span});
  }
  std::sort(graph.imports.begin(), graph.imports.end(),
            [](const Import& a, const Import& b) { return a.address < b.address; });
}

}  // namespace infra
