#include "providers/aws/aws_names.h"

#include <fmt/format.h>

#include "base/hash.h"

namespace infra::aws {

namespace {

constexpr std::size_t kOfToken = 6;
constexpr std::size_t kOfHash = 6;

std::string fitted(std::string name, std::size_t longest) {
  if (name.size() <= longest) return name;
  const auto hash = sha256_hex(name).substr(0, kOfHash);
  name.resize(longest - kOfHash - 1);
  while (name.ends_with('-')) name.pop_back();
  return name + "-" + hash;
}

}  // namespace

std::string stable_name(std::string_view stack, std::string_view path, std::size_t longest) {
  return fitted(fmt::format("{}-{}", run_time_name(stack), run_time_name(path)), longest);
}

std::string unique_name(std::string_view stack, std::string_view path, std::string_view token, std::size_t longest) {
  return fmt::format("{}-{}", stable_name(stack, path, longest - kOfToken - 1), token.substr(0, kOfToken));
}

}  // namespace infra::aws
