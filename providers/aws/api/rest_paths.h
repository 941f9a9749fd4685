// The operations of services that speak `rest`: a method and a path with the names of the parameters that stand in it.
#pragma once
#include <string_view>

namespace infra::aws {

struct RestPath {
  std::string_view service;
  std::string_view operation;
  std::string_view method;
  std::string_view path;  // "/clusters/{name}"
};

// nullptr: not in the table.
const RestPath* find_rest_path(std::string_view service, std::string_view operation);

}  // namespace infra::aws
