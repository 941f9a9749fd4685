// What services use, for `infra top`.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "providers/live.h"

namespace infra::cli {

struct UsageRow {
  std::string owner;  // "service.api"
  int tasks = 0, containers = 0;
  double cpu = 0;                       // processors
  std::int64_t memory = 0;              // bytes
  std::optional<double> requests = {};  // a second; nullopt: behind no load balancer
};

// One row for each service and job with running containers, by name. Requests are what came between the two looks,
// `seconds` apart. Pure.
std::vector<UsageRow> usage_rows(const std::vector<Usage>& usage, const std::vector<ServedRequests>& before,
                                 const std::vector<ServedRequests>& after, double seconds);

std::string usage_text(const std::vector<UsageRow>& rows);
std::string usage_json(const std::vector<UsageRow>& rows);

}  // namespace infra::cli
