// The standard library and the operators: pure functions over values. One table; typing, evaluation at compile time,
// evaluation after apply (planner/resolve) and documentation read it.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/type.h"
#include "base/value.h"

namespace infra {

constexpr std::size_t kLongestText = std::size_t{16} << 20U;  // that a function or an interpolation may make, in bytes

struct Function {
  std::string_view name;       // "split", or an operator: "+"
  std::string_view signature;  // "(String, String) -> List<String>"; T and U are any type, Num is Int or Float
  std::string_view doc;
  Value (*eval)(const List& arguments);  // throws FunctionError
};

// Only thrown by Function::eval and caught by call_function.
struct FunctionError {
  std::string message;
};

std::span<const Function> all_functions();  // sorted by name
const Function* find_function(std::string_view name);

// The result's type, or an error type and `problem` filled in ("`split` takes 2 arguments, got 1").
Type function_type(const Function& function, const std::vector<Type>& arguments, std::string& problem);

// Evaluates. Secret arguments make a secret result. If an argument isn't known, the result is a Call to be evaluated
// later. nullopt and `error` if the function can't be applied to these values (division by zero, index outside).
std::optional<Value> call_function(std::string_view name, const List& arguments, std::string& error);

}  // namespace infra
