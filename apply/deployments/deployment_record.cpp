#include "apply/deployments/deployment_record.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/text/rfc3339.h"

namespace infra {
namespace {

constexpr std::array<std::string_view, 5> kStatus = {"running", "rolling_back", "completed", "rolled_back", "failed"};

std::string encode_back_off(const std::vector<DeploymentRecord::BackOff>& all) {
  nlohmann::json out = nlohmann::json::array();
  for (const auto& one : all) out.push_back({one.address.text(), one.failures, one.until.time_since_epoch().count()});
  return out.dump();
}

std::vector<DeploymentRecord::BackOff> decode_back_off(const std::string& text) {
  std::vector<DeploymentRecord::BackOff> out;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) return out;
  for (const auto& item : json) {
    const bool fits = item.is_array() && item.size() == 3 && item[0].is_string() && item[1].is_number_integer() &&
                      item[2].is_number_integer();
    if (!fits) continue;
    auto address = Address::parse(item[0].get<std::string>());
    if (!address) continue;
    out.push_back({.address = *std::move(address),
                   .failures = item[1].get<int>(),
                   .until = Moment(std::chrono::milliseconds(item[2].get<std::int64_t>()))});
  }
  return out;
}

}  // namespace

std::string_view to_text(DeploymentRecord::Status status) { return kStatus[status]; }

DeploymentRecord resume_record(const RecordedDeployment* row, const Deployment& deployment, Moment now) {
  DeploymentRecord out{.started = now};
  if (row == nullptr || deployment.to.empty() || row->to != deployment.to) return out;
  out.back_off = decode_back_off(row->back_off);
  if (row->status == kStatus[DeploymentRecord::running]) out.failures = row->failures;
  return out;
}

RecordedDeployment with_record(RecordedDeployment row, const DeploymentRecord& record) {
  row.status = to_text(record.status);
  row.failures = record.failures;
  row.started = rfc3339(record.started);
  row.back_off = encode_back_off(record.back_off);
  return row;
}

}  // namespace infra
