// A first stack for what is in a folder and on this machine: what `infra init` writes.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace infra {

// What a stack can be written from.
struct Beginning {
  enum class Kind { compose, ecs, engine, simulator, kubernetes };
  Kind kind = Kind::engine;
  std::string file;   // of compose and ecs: its path
  std::string about;  // "the Compose file compose.yaml"
};

// What is found in `folder`, the most telling first; never empty.
std::vector<Beginning> beginnings(const std::string& folder);

struct Scaffold {
  std::string file;  // "stack.infra", in the folder
  std::string text;
  std::vector<std::string> left_out;  // what couldn't be carried over
};

// `folder` is what the folder is called.
Result<Scaffold> scaffold(const Beginning& from, const std::string& folder);

}  // namespace infra
