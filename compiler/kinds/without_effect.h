// What a platform accepts of a kind and makes nothing of: the kind has no object of its own there, or nothing that
// could differ. One file may be for several platforms, so what has an effect on one of them is no mistake on another;
// the reference says it of each kind. What has no effect anywhere is refused.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace infra {

struct WithoutEffect {
  std::string kind;
  std::vector<std::string> attributes;
  std::vector<std::string> platforms;  // empty: all, and so it is refused
  std::string why;
  std::string help = {};  // of what is refused
};

const std::vector<WithoutEffect>& without_effect();  // sorted by kind

}  // namespace infra
