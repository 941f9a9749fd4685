#include "apply/deployments/kept_revisions.h"

#include <algorithm>

#include "apply/deployments/sealed_task.h"

namespace infra {
namespace {

constexpr std::size_t kKeptRevisions = 3;

}  // namespace

Result<Ok> keep_revision(RecordedDeployment& row, const Value& task, const std::string& lineage, Keyring& keys) {
  auto& kept = row.revisions;
  const bool there = std::any_of(kept.begin(), kept.end(), [&](const auto& r) { return r.revision == row.to; });
  if (!there) {
    auto box = seal_task(task, place_of_revision(lineage, row.to), keys);
    if (!box) return std::move(box).take_error("keeping what the tasks are made from");
    kept.insert(kept.begin(), {row.to, *std::move(box)});
  }
  for (auto i = kept.size(); i > kKeptRevisions; --i) {
    if (kept[i - 1].revision != row.from && kept[i - 1].revision != row.to) {
      kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(i - 1));
    }
  }
  return Ok{};
}

Result<std::optional<Value>> former_task(const RecordedDeployment& row, const std::string& lineage, Keyring& keys) {
  const auto at =
      std::find_if(row.revisions.begin(), row.revisions.end(), [&](const auto& r) { return r.revision == row.from; });
  if (at == row.revisions.end()) return std::optional<Value>();
  auto task = open_task(at->box, place_of_revision(lineage, row.from), keys);
  if (!task) return std::move(task).take_error("reading what the former tasks were made from");
  return std::optional(*std::move(task));
}

}  // namespace infra
