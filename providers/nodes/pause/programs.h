// The pause program (program.cc), built for the architectures that this build had a compiler for.
#pragma once
#include <cstddef>
#include <span>

namespace infra::nodes {

struct PauseProgram {
  const char* architecture;  // as engines call it: "amd64"
  const unsigned char* bytes;
  std::size_t size;
};
std::span<const PauseProgram> pause_programs();

}  // namespace infra::nodes
