// Steps whose object exists and isn't yet what it should be. Nobody sleeps for them: looks at their platform say when
// they are done, or that they never will be.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "apply/execute/ledger.h"
#include "base/result.h"
#include "providers/provider.h"

namespace infra {

class Waits {
 public:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    std::size_t step;
    std::string platform;
    Address address;
    Clock::time_point since;
    std::size_t known_since;  // the last number when it was made: looks up to it may have seen it half made
    std::optional<RecordedResource> before = {};  // of an update: its row until then
  };
  // What a look says of one step.
  struct Verdict {
    std::size_t step;
    Address address;
    std::chrono::milliseconds took;
    bool over = false;                // it is done, or has failed
    std::optional<Error> error = {};  // of one that has failed
    std::string progress = {};        // of one that goes on; may be empty
    std::vector<Mutation> records = {};
    std::optional<Value> outputs = {};  // as they are now
  };

  void add(Waiting waiting) { all_.push_back(std::move(waiting)); }
  [[nodiscard]] bool empty() const { return all_.empty(); }
  [[nodiscard]] std::vector<const RecordedResource*> rows(const std::string& platform, const Ledger& ledger) const;
  // `look`: its number. Steps that are over are forgotten.
  std::vector<Verdict> take_look(const std::string& platform, const Observation& seen, std::size_t look,
                                 const Ledger& ledger);

 private:
  std::vector<Waiting> all_;
};

// It is what it should be.
bool is_settled(const Health& health);

}  // namespace infra
