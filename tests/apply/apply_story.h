// A stack's life in one place: declare things, run, look at the world and at the record. The same functions as
// prepare() and apply() call, but for the language.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apply/execute/executor.h"
#include "apply/prepare/world_view.h"
#include "base/sources/memory_tree.h"
#include "planner/planner.h"
#include "tests/apply/fake_world.h"
#include "tests/apply/memory_store.h"

namespace infra::test {

struct ThingSpec {
  std::string name;
  std::vector<std::string> needs = {};  // names of things
  std::string value = "v";
  std::string key = "k";
  Replace replace = Replace::create_first;
  bool protect = false;
};

LoweredGraph declare(const std::vector<ThingSpec>& things);

// Events as lines, in order.
class RecordingSink : public EventSink {
 public:
  void on(const Event& event) override;
  std::vector<std::string> lines;
  std::function<void(const Event&)> also;
  [[nodiscard]] bool has(const std::string& line) const;
};

// What a run saw, planned and did.
struct Run {
  Observation observed;
  Plan plan;
  std::vector<std::string> settled;
  std::optional<Result<ApplyReport>> result;
  [[nodiscard]] const ApplyReport& report() const { return **result; }
};

class Story {
 public:
  Story();
  // Observe, settle, plan, execute. Throws Died if the process dies on the way.
  Run run(const LoweredGraph& desired);
  Run destroy();
  // The same without executing or recording anything.
  Run look(const LoweredGraph& desired);

  Fate fate;
  FakeWorld world;
  MemoryStore store;
  Store* instead = nullptr;  // of `store`
  RecordingSink sink;
  Cancel cancel;
  int parallelism = 4;
  MakeCallRunner calls = {};  // default: threads

 private:
  enum class Mode { look, apply, destroy };
  Run go(const LoweredGraph& desired, Mode mode);
  Platforms platforms_;
  MemoryTree sources_{{}};
  int tokens_ = 0;
};

// Everything that must hold once all is in order: nothing to do, each thing there once and recorded, no intent left.
void check_in_order(Story& story, const LoweredGraph& desired);

}  // namespace infra::test
