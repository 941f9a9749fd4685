#include "planner/rewrite.h"

#include <fmt/format.h>

#include <unordered_map>

#include "compiler/functions/functions.h"

namespace infra {
namespace {

class Rewriter {
 public:
  Rewriter(const ReplaceRef& replace, std::vector<std::string>* problems) : replace_(replace), problems_(problems) {}

  Value rewritten(const Value& value) {
    if (value.known()) return value;
    if (const auto* ref = value.ref()) return replace_(*ref).value_or(value);
    if (value.facts().size <= kWorthRemembering) return entered(value);
    if (const auto at = met_.find(value.identity()); at != met_.end()) return at->second;
    return met_.emplace(value.identity(), entered(value)).first->second;
  }

 private:
  Value entered(const Value& value) {
    if (const auto* call = value.call()) return evaluated(*call);
    if (const auto* inner = value.secret()) return Value::secret(rewritten(*inner));
    if (const auto* items = value.list()) return rewritten_items(*items);
    if (const auto* members = value.map()) return rewritten_members(*members);
    return value;
  }

  List rewritten_items(const List& items) {
    List out;
    out.reserve(items.size());
    for (const auto& item : items) out.push_back(rewritten(item));
    return out;
  }

  Map rewritten_members(const Map& members) {
    std::vector<Entry> out;
    out.reserve(members.size());
    for (const auto& [key, item] : members) out.emplace_back(key, rewritten(item));
    return Map(std::move(out));
  }

  // Of what a condition chooses from only what it chooses: the other may not be computable then.
  std::optional<Value> chosen(const Call& call) {
    if (call.arguments.empty()) return std::nullopt;
    const bool choice = call.function == "?:";
    if (!choice && call.function != "and" && call.function != "or") return std::nullopt;
    const Value condition = rewritten(call.arguments[0]);
    const auto* truth = condition.boolean();
    if (truth == nullptr) return std::nullopt;
    if (choice) return rewritten(call.arguments[*truth ? 1 : 2]);
    return *truth == (call.function == "or") ? std::optional(condition) : std::nullopt;
  }

  Value evaluated(const Call& call) {
    if (auto value = chosen(call)) return *std::move(value);
    auto arguments = rewritten_items(call.arguments);
    std::string error;
    if (auto result = call_function(call.function, arguments, error)) return *std::move(result);
    if (problems_ != nullptr) problems_->push_back(fmt::format("`{}` can't be applied here: {}", call.function, error));
    return Call{call.function, std::move(arguments)};
  }

  const ReplaceRef& replace_;
  std::vector<std::string>* problems_;
  std::unordered_map<const void*, Value>
      met_;  // large parts that are shared, as they became; all are parts of one value
};

}  // namespace

Value rewrite(const Value& value, const ReplaceRef& replace, std::vector<std::string>* problems) {
  return Rewriter(replace, problems).rewritten(value);
}

}  // namespace infra
