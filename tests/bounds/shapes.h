// Stacks that would stall a compiler whose work isn't linear in what they say.
#pragma once
#include <cstddef>
#include <span>
#include <string>

namespace infra::bounds {

struct Shape {
  const char* name;
  std::size_t size;  // at which its growth is measured: what one run of takes milliseconds
  std::string (*text)(std::size_t n);
  bool linear = true;  // false: it ends because what it costs is counted
};

std::span<const Shape> all_shapes();

}  // namespace infra::bounds
