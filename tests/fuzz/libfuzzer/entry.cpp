// What libFuzzer calls; CMake says which target.
#include "tests/fuzz/fuzz_targets.h"
#include "tests/fuzz/git_trees.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  infra::INFRA_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
