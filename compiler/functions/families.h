// Parts of the function table, by family; joined in functions.cpp.
#pragma once
#include <vector>

#include "compiler/functions/equality.h"
#include "compiler/functions/functions.h"

namespace infra {

std::vector<Function> text_functions();
std::vector<Function> collection_functions();
std::vector<Function> number_functions();
std::vector<Function> encoding_functions();
std::vector<Function> network_functions();
std::vector<Function> operators();

// For their implementations: the argument, which typing has checked.
inline const std::string& text_at(const List& a, std::size_t i) {
  if (i >= a.size() || a[i].string() == nullptr) throw FunctionError{"a text is missing"};
  return *a[i].string();
}
inline std::int64_t int_at(const List& a, std::size_t i) {
  if (i >= a.size() || a[i].integer() == nullptr) throw FunctionError{"a whole number is missing"};
  return *a[i].integer();
}
inline const List& list_at(const List& a, std::size_t i) {
  if (i >= a.size() || a[i].list() == nullptr) throw FunctionError{"a list is missing"};
  return *a[i].list();
}
inline const Map& map_at(const List& a, std::size_t i) {
  if (i >= a.size() || a[i].map() == nullptr) throw FunctionError{"a map is missing"};
  return *a[i].map();
}

}  // namespace infra
