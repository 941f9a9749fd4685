#include "compiler/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "compiler/function_families.h"
#include "compiler/signature.h"

namespace infra {
namespace {

struct Table {
  std::vector<Function> functions;
  std::vector<Signature> signatures;  // beside each
  std::unordered_map<std::string_view, std::size_t> by_name;
};

const Table& table() {
  static const Table kTable = [] {
    Table t;
    for (const auto& family : {text_functions(), collection_functions(), number_functions(), encoding_functions(),
                               network_functions(), operators()}) {
      t.functions.insert(t.functions.end(), family.begin(), family.end());
    }
    std::sort(t.functions.begin(), t.functions.end(),
              [](const Function& a, const Function& b) { return a.name < b.name; });
    for (std::size_t i = 0; i < t.functions.size(); ++i) {
      t.signatures.push_back(parse_signature(t.functions[i].signature));
      t.by_name.emplace(t.functions[i].name, i);
    }
    return t;
  }();
  return kTable;
}

std::string number_problem(const Function& function, const Signature& signature, std::size_t given) {
  return fmt::format("`{}` takes {}{} argument{}, got {}", function.name, signature.variadic ? "at least " : "",
                     signature.parameters.size(), signature.parameters.size() == 1 ? "" : "s", given);
}

class Opener : public LeafMapper {
 public:
  std::optional<Value> change(const Value& leaf) override {
    return leaf.secret() != nullptr ? std::optional(*leaf.secret()) : std::nullopt;
  }
};

}  // namespace

std::span<const Function> all_functions() { return table().functions; }

const Function* find_function(std::string_view name) {
  const auto at = table().by_name.find(name);
  return at != table().by_name.end() ? &table().functions[at->second] : nullptr;
}

Type function_type(const Function& function, const std::vector<Type>& arguments, std::string& problem) {
  const auto& signature = table().signatures[static_cast<std::size_t>(&function - table().functions.data())];
  int misfit = 0;
  const Type out = apply_signature(signature, arguments, misfit);
  if (misfit == -1) {
    problem = number_problem(function, signature, arguments.size());
  } else if (misfit >= 0) {
    const auto at = static_cast<std::size_t>(misfit);
    const auto& wanted = signature.parameters[std::min(at, signature.parameters.size() - 1)];
    problem = fmt::format("`{}` takes {} here, got {}", function.name, to_text(wanted), to_text(arguments[at]));
  }
  return out;
}

std::optional<Value> call_function(std::string_view name, const List& arguments, std::string& error) {
  const auto* function = find_function(name);
  if (function == nullptr) {
    error = fmt::format("there is no function `{}`", name);
    return std::nullopt;
  }
  const bool known = std::all_of(arguments.begin(), arguments.end(), [](const Value& v) { return v.known(); });
  if (!known) return Value(Call{std::string(name), arguments});
  const auto& signature = table().signatures[static_cast<std::size_t>(function - table().functions.data())];
  List open;
  bool secret = false;
  Opener opener;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto* inner = arguments[i].secret();
    const bool inside = arguments[i].has_secret() && looks_into(signature, i);
    secret = secret || inner != nullptr || inside;
    const Value& bare = inner != nullptr ? *inner : arguments[i];
    open.push_back(inside ? map_leaves(bare, opener) : bare);
  }
  try {
    return secret ? Value::secret(function->eval(open)) : function->eval(open);
  } catch (const FunctionError& e) {
    // The text of a secret must not reach a message through the function that chokes on it.
    error = secret ? fmt::format("`{}` can't be applied to this secret", name) : e.message;
    return std::nullopt;
  }
}

}  // namespace infra
