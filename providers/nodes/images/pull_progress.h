// How far a pull is, by what an engine's stream tells of each layer.
#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/values/value.h"

namespace infra::nodes {

class PullProgress {
 public:
  using Clock = std::chrono::steady_clock;
  PullProgress(std::string image, Clock::time_point began) : image_(std::move(image)), last_(began) {}

  // "pulling web:1: 12 of 80 MiB", if that is news and the last line is two seconds old. The sizes of layers come with
  // their first bytes, so both numbers grow.
  std::optional<std::string> take(const Value& object, Clock::time_point now);

 private:
  struct Layer {
    std::int64_t current = 0, total = 0;
  };
  const std::string image_;
  std::map<std::string, Layer> layers_;  // by the engine's name for it
  std::string told_;
  Clock::time_point last_;
};

}  // namespace infra::nodes
