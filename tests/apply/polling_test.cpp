#include "apply/execute/polling.h"

#include <catch2/catch.hpp>

namespace infra {
namespace {

using std::chrono::milliseconds;

class Idle : public Provider {
  Result<Observation> observe(const std::vector<KnownObject>&) override { return Observation(); }
  Result<ObjectResult> create(const CreateRequest&, const Cancel&, const Progress&) override { return ObjectResult(); }
  Result<ObjectResult> update(const ExistingObject&, const CreateRequest&, const Cancel&, const Progress&) override {
    return ObjectResult();
  }
  Result<Ok> destroy(const ExistingObject&, const Cancel&, const Progress&) override { return Ok{}; }
  [[nodiscard]] milliseconds pace() const override { return milliseconds(100); }
};

// Looks at zero, takes `took`: when it is due again.
milliseconds pause_after(milliseconds took, bool calls = true) {
  std::map<std::string, std::unique_ptr<Provider>> providers;
  providers["p"] = std::make_unique<Idle>();
  Watch watch(providers);
  const Watch::Clock::time_point zero;
  CHECK(watch.due(zero, calls).size() == 1);
  watch.begin("p", 1, zero);
  CHECK(watch.due(zero + std::chrono::hours(1), calls).empty());
  CHECK(watch.end(1, zero + took) == "p");
  for (milliseconds at{0};; ++at) {
    if (!watch.due(zero + at, calls).empty()) return at;
  }
}

}  // namespace

TEST_CASE("a platform that answers at once is looked at in its pace") {
  CHECK(pause_after(milliseconds(0)) == milliseconds(100));
  CHECK(pause_after(milliseconds(10)) == milliseconds(100));
}

TEST_CASE("looks at a busy platform take a tenth of the time") {
  CHECK(pause_after(milliseconds(50)) == milliseconds(500));
  CHECK(pause_after(milliseconds(210)) == milliseconds(2'100));
}

TEST_CASE("a platform that nothing is made on is looked at in its pace") {
  CHECK(pause_after(milliseconds(210), false) == milliseconds(100));
}

TEST_CASE("a platform that hardly answers is looked at again within two seconds and its pace") {
  CHECK(pause_after(milliseconds(15'000)) == milliseconds(2'100));
}

}  // namespace infra
