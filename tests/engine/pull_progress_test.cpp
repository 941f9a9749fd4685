#include "providers/nodes/images/pull_progress.h"

#include <catch2/catch.hpp>

namespace {

using infra::Map;
using infra::Value;
using infra::nodes::PullProgress;
using std::chrono::milliseconds;

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

Value downloading(const char* layer, std::int64_t current, std::int64_t total) {
  return Map(
      {{"id", layer}, {"status", "Downloading"}, {"progressDetail", Map({{"current", current}, {"total", total}})}});
}

struct Pull {
  PullProgress::Clock::time_point began;
  PullProgress progress{"web:1", began};
  std::string after(int ms, const Value& object) {
    return progress.take(object, began + milliseconds(ms)).value_or("");
  }
};

}  // namespace

TEST_CASE("a pull says how far it is, over all layers, at most every two seconds") {
  Pull pull;
  CHECK(pull.after(100, downloading("a", kMiB, 10 * kMiB)).empty());
  CHECK(pull.after(2000, downloading("b", 2 * kMiB, 70 * kMiB)) == "pulling web:1: 3 of 80 MiB");
  CHECK(pull.after(2100, downloading("b", 9 * kMiB, 70 * kMiB)).empty());
  CHECK(pull.after(4000, downloading("b", 11 * kMiB, 70 * kMiB)) == "pulling web:1: 12 of 80 MiB");
  CHECK(pull.after(6000, downloading("b", 11 * kMiB + 1, 70 * kMiB)).empty());
  CHECK(pull.after(6100, Map({{"id", "b"}, {"status", "Download complete"}})) == "pulling web:1: 71 of 80 MiB");
}

TEST_CASE("of an engine that tells no sizes nothing is said") {
  Pull pull;
  CHECK(pull.after(3000, Map({{"status", "Pulling from web"}, {"id", "1"}})).empty());
  CHECK(pull.after(3000, Map({{"id", "a"}, {"status", "Pulling fs layer"}, {"progressDetail", Map()}})).empty());
  CHECK(pull.after(3000, downloading("a", 5, 0)).empty());
  CHECK(pull.after(3000, downloading("a", 5, -1)).empty());
  CHECK(pull.after(3000, Map(std::vector<infra::Entry>{{"error", "no space left on device"}})).empty());
}
