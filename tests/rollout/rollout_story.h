// Stories about next_moves, as text:
//
//   New copies are started up to the ceiling
//     stop A0..A3 start B4..B7, floor 2, ceiling 6
//     at 0 s: A0..A3 healthy
//       -> start B4, start B5
//
// A0 is the copy of revision A at service.api/0, A0' another one that was made there later. `from` is the revision of
// what stops, `to` that of what starts, and `back` the places of what stops unless told. Between two lines the record
// is kept as an executor keeps it.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "planner/rollout/next_moves.h"

namespace infra::test {

// "A0..A3" -> A0, A1, A2, A3
std::vector<std::string> copies_of(const std::string& word);
Address address_of(const std::string& copy);
std::string revision_of(const std::string& copy);
Deployment read_deployment(const std::string& line);

class Story {
 public:
  explicit Story(const std::string& setup) : deployment_(read_deployment(setup)) {}
  // Takes "at 10 s: A0 healthy, B4 starting"; returns "start B4, stop A0 (failed: …)".
  std::string see(const std::string& line);

 private:
  std::vector<SeenTask> read_seen(const std::string& text);
  void note_healthy_ones(const std::vector<SeenTask>& seen);
  std::string carry_out(const RolloutMove& move);
  [[nodiscard]] std::string name_of(const PlannedTask& task) const;

  Deployment deployment_;
  DeploymentRecord record_;
  Moment now_ = Moment{} + std::chrono::hours(1);
  std::map<std::string, Moment> started_;
  std::map<std::string, Health::Now> before_;
};

// The text of a file of stories with the answers that are given now. Equal to what the file says if all is well.
std::string play(const std::filesystem::path& file);

}  // namespace infra::test
