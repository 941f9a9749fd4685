#include "compiler/functions.h"
#include "planner/planner.h"

namespace infra {
namespace {

using Find = std::function<const Value*(const Address&)>;

class Resolver : public LeafMapper {
 public:
  Resolver(const Find& find, std::vector<std::string>* problems) : find_(find), problems_(problems) {}

  std::optional<Value> change(const Value& leaf) override {
    if (const auto* ref = leaf.ref()) return output_of(*ref);
    if (const auto* call = leaf.call()) return evaluated(*call);
    return std::nullopt;
  }

 private:
  std::optional<Value> output_of(const Ref& ref) const {
    if (ref.attribute.empty()) return std::nullopt;
    const auto* outputs = find_(ref.address);
    const auto* members = outputs != nullptr ? outputs->map() : nullptr;
    const auto* found = members != nullptr ? members->find(ref.attribute) : nullptr;
    return found != nullptr ? std::optional(*found) : std::nullopt;
  }

  // map_leaves doesn't enter a Call, so its arguments are resolved here.
  Value evaluated(const Call& call) {
    List arguments;
    arguments.reserve(call.arguments.size());
    for (const auto& argument : call.arguments) arguments.push_back(map_leaves(argument, *this));
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
  if (inputs.known()) return inputs;  // the common case: nothing is copied
  Resolver resolver(find, problems);
  return map_leaves(inputs, resolver);
}

}  // namespace infra
