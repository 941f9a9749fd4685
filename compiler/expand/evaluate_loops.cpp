#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "compiler/expand/expander.h"
#include "compiler/expand/failed.h"

namespace infra {
namespace {

constexpr std::int64_t kMostTurns = 1'000'000;

}  // namespace

// Types tell this before, but for what comes out of JSON and the like.
void Expander::not_looped_over(const Value& source, Span span) {
  if (!source.known() || source.is_null()) return;  // of nothing there are no turns
  const bool secret = source.secret() != nullptr;
  diagnostics_->error(secret ? "E0413" : "E0306", span,
                      secret
                          ? "what a loop goes over would show a secret"
                          : fmt::format("a loop goes over a list, a map or a range, not {}", to_text(type_of(source))),
                      "computed here");
}

std::vector<Expander::Turn> Expander::turns(const ast::ForClause& clause, Context& at) {
  const Value source = eval(*clause.source, at);
  std::vector<Turn> out;
  if (const auto* items = source.list()) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      out.push_back({(*items)[i], static_cast<std::int64_t>(i), to_text((*items)[i]).value_or("")});
    }
  } else if (const auto* members = source.map()) {
    for (const auto& [key, value] : *members) out.push_back({key, value, key});
  } else if (const auto* range = source.get<Range>()) {
    if (range->high - range->low >= kMostTurns || range->of_bytes) {
      diagnostics_->error("E0307", clause.source->span, fmt::format("a loop turns at most {} times", kMostTurns),
                          to_source(source));
      return {};
    }
    for (auto n = range->low; n <= range->high; ++n) out.push_back({n, n - range->low, fmt::format("{}", n)});
  } else {
    must_be_known(source, clause.source->span, "what a loop goes over");
    not_looped_over(source, clause.source->span);
    undecided_.insert(&clause);
  }
  if (clause.condition) {
    std::erase_if(out, [&](const Turn& turn) {
      Context inside = at;
      inside.env = bind(at.env, clause, turn);
      const Value keep = eval(*clause.condition, inside);
      if (keep.secret() != nullptr) would_show(clause.condition->span, "a condition");
      if (keep.boolean() == nullptr) undecided_.insert(&clause);
      return keep.boolean() == nullptr || !*keep.boolean();
    });
  }
  return out;
}

Env Expander::bind(Env env, const ast::ForClause& clause, const Turn& turn) {
  env = std::make_shared<const Binding>(Binding{clause.first.text, turn.first, std::move(env)});
  if (clause.second) env = std::make_shared<const Binding>(Binding{clause.second->text, turn.second, std::move(env)});
  return env;
}

Value Expander::eval_loop(const ast::ListFor& loop, Context& at) {
  List out;
  for (const auto& turn : turns(loop.clause, at)) {
    Context inside = at;
    inside.env = bind(at.env, loop.clause, turn);
    out.push_back(eval(*loop.item, inside));
    if (!charge(out.back().facts().weight, loop.item->span)) return kFailed;
  }
  return out;
}

Value Expander::eval_loop(const ast::MapFor& loop, Context& at) {
  std::vector<Entry> out;
  std::unordered_set<std::string> seen;
  for (const auto& turn : turns(loop.clause, at)) {
    Context inside = at;
    inside.env = bind(at.env, loop.clause, turn);
    const auto key = map_key(*loop.key, inside);
    if (!key) return kFailed;
    if (!seen.insert(*key).second) return equal_keys(*key, loop.key->span);
    out.emplace_back(*key, eval(*loop.value, inside));
    if (!charge(out.back().second.facts().weight + sizeof(std::string), loop.value->span)) return kFailed;
  }
  return Map(std::move(out));
}

}  // namespace infra
