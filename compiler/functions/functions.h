// The standard library and the operators: pure functions over values. One table; typing, evaluation at compile time,
// evaluation after apply (planner/resolve) and documentation read it.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/values/type.h"
#include "base/values/value.h"

namespace infra {

constexpr std::size_t kLongestText = std::size_t{16} << 20U;  // that a function or an interpolation may make, in bytes

bool is_utf8(std::string_view text);  // what isn't is no String: it would change on its way

struct Function {
  std::string_view name;       // "split", or an operator: "+"
  std::string_view signature;  // "(String, String) -> List<String>", see signature.h; several are separated by " or "
  std::string_view doc;
  Value (*eval)(const List& arguments);  // throws FunctionError
};

// Only thrown by Function::eval and caught by call_function.
struct FunctionError {
  std::string message;
};

std::span<const Function> all_functions();  // sorted by name
const Function* find_function(std::string_view name);
// An operator, or what becomes of `"${x}"`: it stands in the table, but nobody can call it by a name.
bool is_internal(const Function& function);

// The signatures of a function, one each, as they are written in the table.
std::vector<std::string_view> signature_texts(const Function& function);

struct CallProblem {
  std::string text;                     // "`split` takes 2 arguments, got 1"; empty if there is none
  std::optional<std::size_t> argument;  // that doesn't fit
  bool null = false;                    // only because it may be null
};
// The result's type, or an error type and `problem` filled in.
Type function_type(const Function& function, const std::vector<Type>& arguments, CallProblem& problem);

// Evaluates. Secret arguments make a secret result. If an argument isn't known, the result is a Call to be evaluated
// later. nullopt and `error` if the function can't be applied to these values (division by zero, index outside).
std::optional<Value> call_function(std::string_view name, const List& arguments, std::string& error);

// What calling it costs, in steps of about what evaluating a small expression takes.
std::size_t call_cost(std::string_view name, const List& arguments);

}  // namespace infra
