#include "compiler/functions.h"
#include "planner/planner.h"

namespace infra {
namespace {

using Find = std::function<const Value*(const Address&)>;

// Rebuilds only what holds something unknown; the rest of a value is shared.
class Resolver {
 public:
  Resolver(const Find& find, std::vector<std::string>* problems) : find_(find), problems_(problems) {}

  Value resolved(const Value& value) {
    if (value.known()) return value;
    if (const auto* ref = value.ref()) return output_of(*ref).value_or(value);
    if (const auto* call = value.call()) return evaluated(*call);
    if (const auto* inner = value.secret()) return Value::secret(resolved(*inner));
    if (const auto* items = value.list()) return resolved_items(*items);
    if (const auto* members = value.map()) return resolved_members(*members);
    return value;
  }

 private:
  [[nodiscard]] std::optional<Value> output_of(const Ref& ref) const {
    const auto* outputs = find_(ref.address);
    const auto* members = outputs != nullptr ? outputs->map() : nullptr;
    const auto* found = members != nullptr ? members->find(ref.attribute) : nullptr;
    return found != nullptr ? std::optional(*found) : std::nullopt;
  }

  List resolved_items(const List& items) {
    List out;
    out.reserve(items.size());
    for (const auto& item : items) out.push_back(resolved(item));
    return out;
  }

  Map resolved_members(const Map& members) {
    std::vector<Entry> out;
    out.reserve(members.size());
    for (const auto& [key, item] : members) out.emplace_back(key, resolved(item));
    return Map(std::move(out));
  }

  Value evaluated(const Call& call) {
    auto arguments = resolved_items(call.arguments);
    std::string error;
    if (auto result = call_function(call.function, arguments, error)) return *std::move(result);
    if (problems_ != nullptr) problems_->push_back(std::move(error));
    return Call{call.function, std::move(arguments)};
  }

  const Find& find_;
  std::vector<std::string>* problems_;
};

}  // namespace

Value resolve(const Value& inputs, const Find& find, std::vector<std::string>* problems) {
  return Resolver(find, problems).resolved(inputs);
}

}  // namespace infra
