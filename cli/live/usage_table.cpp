#include "cli/live/usage_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/values/codec.h"

namespace infra::cli {

namespace {

constexpr std::size_t kUsageColumns = 5;
using UsageCells = std::array<std::string, kUsageColumns>;

// "12.3 MiB": three digits are all that a measurement is good for.
std::string memory_text(std::int64_t bytes) {
  const auto mib = static_cast<double>(bytes) / (1 << 20);
  return mib >= 1024 ? fmt::format("{:.1f} GiB", mib / 1024) : fmt::format("{:.1f} MiB", mib);
}

std::map<std::string, std::int64_t> totals(const std::vector<ServedRequests>& of) {
  std::map<std::string, std::int64_t> out;
  for (const auto& one : of) out[one.service] += one.total;
  return out;
}

}  // namespace

std::vector<UsageRow> usage_rows(const std::vector<Usage>& usage, const std::vector<ServedRequests>& before,
                                 const std::vector<ServedRequests>& after, double seconds) {
  std::map<std::string, UsageRow> rows;
  std::map<std::string, std::set<std::string>> tasks;
  for (const auto& one : usage) {
    const auto owner = one.container.address.owner().text();
    auto& row = rows[owner];
    row.owner = owner;
    tasks[owner].insert(one.container.address.text());
    row.tasks = static_cast<int>(tasks[owner].size());
    ++row.containers;
    row.cpu += one.cpu;
    row.memory += one.memory;
  }
  const auto earlier = totals(before);
  for (const auto& [service, total] : totals(after)) {
    const auto at = rows.find(service);
    const auto first = earlier.find(service);
    if (at == rows.end() || first == earlier.end() || seconds <= 0) continue;
    // One that was started anew in between counts from nothing.
    at->second.requests = static_cast<double>(std::max<std::int64_t>(total - first->second, 0)) / seconds;
  }
  std::vector<UsageRow> out;
  out.reserve(rows.size());
  for (auto& [owner, row] : rows) out.push_back(std::move(row));
  return out;
}

std::string usage_text(const std::vector<UsageRow>& rows) {
  std::vector<UsageCells> lines{{"SERVICE", "TASKS", "CPU", "MEMORY", "REQUESTS/S"}};
  for (const auto& row : rows) {
    lines.push_back({row.owner, fmt::format("{}", row.tasks), fmt::format("{:.2f}", row.cpu), memory_text(row.memory),
                     row.requests ? fmt::format("{:.1f}", *row.requests) : "-"});
  }
  std::array<std::size_t, kUsageColumns> width{};
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < kUsageColumns; ++i) width[i] = std::max(width[i], line[i].size());
  }
  std::string out;
  for (const auto& line : lines) {
    out += fmt::format("{:<{}}", line[0], width[0]);
    for (std::size_t i = 1; i < kUsageColumns; ++i) out += fmt::format("  {:>{}}", line[i], width[i]);
    out += "\n";
  }
  return out;
}

std::string usage_json(const std::vector<UsageRow>& rows) {
  std::string out;
  for (const auto& row : rows) {
    out += fmt::format(
        R"({}{{"service":{},"tasks":{},"containers":{},"cpu":{:.3f},"memory":{},"requests_per_second":{}}})",
        out.empty() ? "" : ",", json_quote(row.owner), row.tasks, row.containers, row.cpu, row.memory,
        row.requests ? fmt::format("{:.3f}", *row.requests) : "null");
  }
  return fmt::format(R"({{"format_version":1,"services":[{}]}})", out);
}

}  // namespace infra::cli
