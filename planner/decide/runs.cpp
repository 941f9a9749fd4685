#include "planner/decide/runs.h"

#include <charconv>

#include "base/values/codec.h"

namespace infra {

bool runs_once(std::string_view type) { return type == "job_run" || type == "kube_job"; }

std::optional<std::int64_t> time_of_run(const Address& address) {
  std::int64_t out = 0;
  const auto& part = address.part;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), out);
  return error == std::errc() && end == part.data() + part.size() ? std::optional(out) : std::nullopt;
}

std::optional<std::int64_t> recorded_exit(const RecordedResource& row) {
  if (!runs_once(row.type) || row.outputs.empty()) return std::nullopt;
  const auto outputs = from_json(row.outputs);
  const auto* code = outputs ? (*outputs)["exit_code"].integer() : nullptr;
  return code != nullptr ? std::optional(*code) : std::nullopt;
}

}  // namespace infra
