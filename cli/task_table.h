// The tasks that run, for `infra ps`.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "apply/prepare/look_around.h"
#include "apply/recorded_certificates.h"
#include "base/values/address.h"
#include "providers/provider.h"
#include "state/state.h"

namespace infra::cli {

struct TaskRow {
  Address task;          // service.api/3
  std::string platform;  // the declaration's name
  std::string node;
  std::string revision;
  Health health;
  Moment created = {};  // zero: not known
  std::vector<std::string> urls;
  std::string address;
};

// E0704 for the first target that is neither recorded nor seen.
std::optional<Error> unknown_target(const Surroundings& looked, const std::vector<std::string>& targets);

// What was seen. `targets`: addresses of services, or the part of one before a '[' or '.'; empty: all. Sorted by
// service, then number.
std::vector<TaskRow> task_rows(const Observation& observed, const std::vector<std::string>& targets);

// TASK NODE REVISION HEALTH AGE ADDRESS, a line each.
std::string tasks_text(const std::vector<TaskRow>& rows, Moment now);
// { "format_version": 1, "tasks": [{ "task", "service", "platform", "node", "revision", "health", "detail", "exit",
//   "restarts", "created", "address", "urls" }], "certificates": [{ "of", "hosts", "expires" }] }
std::string tasks_json(const std::vector<TaskRow>& rows, const std::vector<RecordedCertificate>& certificates);

// "load_balancer.front: its certificate for shop.example expires in 89 d (2027-02-27T08:00:00Z)", a line for each.
std::vector<std::string> certificate_lines(const std::vector<RecordedCertificate>& rows, Moment now);

// "service.api: its last deployment failed at …: …", a line for each.
std::vector<std::string> failed_deployments(const Snapshot& state);

}  // namespace infra::cli
