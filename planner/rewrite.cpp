#include "planner/rewrite.h"

#include <fmt/format.h>

#include "compiler/functions/functions.h"

namespace infra {
namespace {

class Rewriter {
 public:
  Rewriter(const ReplaceRef& replace, std::vector<std::string>* problems) : replace_(replace), problems_(problems) {}

  Value rewritten(const Value& value) {
    if (value.known()) return value;
    if (const auto* ref = value.ref()) return replace_(*ref).value_or(value);
    if (const auto* call = value.call()) return evaluated(*call);
    if (const auto* inner = value.secret()) return Value::secret(rewritten(*inner));
    if (const auto* items = value.list()) return rewritten_items(*items);
    if (const auto* members = value.map()) return rewritten_members(*members);
    return value;
  }

 private:
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

  Value evaluated(const Call& call) {
    auto arguments = rewritten_items(call.arguments);
    std::string error;
    if (auto result = call_function(call.function, arguments, error)) return *std::move(result);
    if (problems_ != nullptr) problems_->push_back(fmt::format("`{}` can't be applied here: {}", call.function, error));
    return Call{call.function, std::move(arguments)};
  }

  const ReplaceRef& replace_;
  std::vector<std::string>* problems_;
};

}  // namespace

Value rewrite(const Value& value, const ReplaceRef& replace, std::vector<std::string>* problems) {
  return Rewriter(replace, problems).rewritten(value);
}

}  // namespace infra
