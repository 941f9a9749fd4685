#include "planner/runs.h"

#include "base/codec.h"

namespace infra {

bool runs_once(std::string_view type) { return type == "job_run"; }

std::optional<std::int64_t> recorded_exit(const RecordedResource& row) {
  if (!runs_once(row.type) || row.outputs.empty()) return std::nullopt;
  const auto outputs = from_json(row.outputs);
  const auto* code = outputs ? (*outputs)["exit_code"].integer() : nullptr;
  return code != nullptr ? std::optional(*code) : std::nullopt;
}

}  // namespace infra
