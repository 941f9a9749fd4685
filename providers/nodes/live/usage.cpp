#include "providers/nodes/live/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <thread>

#include "providers/at_once.h"
#include "providers/nodes/balancer/fleet.h"
#include "providers/nodes/context.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/live/nodes_live.h"

namespace infra::nodes {

namespace {

std::int64_t processor_time(const Value& sample) { return number_of(sample["cpu_usage"]["total_usage"]); }

Usage memory_of(const Value& stats) {
  Usage out;
  const auto& memory = stats["memory_stats"];
  // The kernel takes back what it keeps of files that nobody reads now; version 1 of cgroups calls it total_…
  auto cached = number_of(memory["stats"]["total_inactive_file"]);
  if (cached == 0) cached = number_of(memory["stats"]["inactive_file"]);
  out.memory = std::max<std::int64_t>(number_of(memory["usage"]) - cached, 0);
  out.memory_limit = number_of(memory["limit"]);
  return out;
}

}  // namespace

Usage usage_of(const Value& stats) {
  auto out = memory_of(stats);
  const auto& now = stats["cpu_stats"];
  const auto& before = stats["precpu_stats"];
  const auto used = processor_time(now) - processor_time(before);
  const auto passed = number_of(now["system_cpu_usage"]) - number_of(before["system_cpu_usage"]);
  const auto processors = std::max<std::int64_t>(number_of(now["online_cpus"]), 1);
  if (used > 0 && passed > 0 && number_of(before["system_cpu_usage"]) > 0) {
    out.cpu = static_cast<double>(used) / static_cast<double>(passed) * static_cast<double>(processors);
  }
  return out;
}

Usage usage_between(const Value& before, const Value& now, std::chrono::duration<double> passed) {
  auto out = memory_of(now);
  const std::chrono::nanoseconds used(processor_time(now["cpu_stats"]) - processor_time(before["cpu_stats"]));
  if (used.count() > 0 && passed.count() > 0) out.cpu = used / passed;
  return out;
}

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kBetweenMeasurements{1};  // as long as Docker takes for its two

struct Measurement {
  Value stats;
  Clock::time_point at;
};

// nullopt: it has ended meanwhile.
Result<std::optional<Measurement>> measure(Engine& engine, const LiveContainer& container) {
  auto reply = engine.get(fmt::format("/containers/{}/stats?stream=false", container.id), shapes::stats(),
                          {.timeout = std::chrono::seconds(30)});
  if (!reply) return std::move(reply).error();
  if (reply->status == 404 || reply->status == 409) return std::optional<Measurement>();
  if (!reply->ok()) return engine.refused(*reply, "measure a container");
  return std::optional(Measurement{.stats = std::move(reply->body), .at = Clock::now()});
}

Result<std::optional<Usage>> measured(Engine& engine, const LiveContainer& container) {
  const auto quirks = engine.quirks();
  if (!quirks) return quirks.error();
  auto first = measure(engine, container);
  if (!first) return std::move(first).error();
  if (!*first) return std::optional<Usage>();
  auto out = usage_of((*first)->stats);
  if (quirks->measures_once) {
    std::this_thread::sleep_until((*first)->at + kBetweenMeasurements);
    auto second = measure(engine, container);
    if (!second) return std::move(second).error();
    if (!*second) return std::optional<Usage>();
    out = usage_between((*first)->stats, (*second)->stats, (*second)->at - (*first)->at);
  }
  out.container = container;
  return std::optional(std::move(out));
}

// Each takes more than a second, and waits only: enough of them at once.
constexpr std::size_t kAtOnce = 32;

}  // namespace

Result<std::vector<Usage>> NodesLive::usage(const std::vector<LiveContainer>& of) {
  std::vector<Usage> out;
  for (std::size_t from = 0; from < of.size(); from += kAtOnce) {
    std::vector<std::future<Result<std::optional<Usage>>>> asked;
    for (std::size_t i = from; i < std::min(of.size(), from + kAtOnce); ++i) {
      auto engine = engine_of(of[i]);
      if (!engine) continue;
      asked.push_back(at_once([&one = of[i], &on = **engine] { return measured(on, one); }));
    }
    std::optional<Error> failure;
    for (auto& answer : asked) {
      auto one = answer.get();
      if (one) {
        if (*one) out.push_back(**std::move(one));
      } else if (!failure) {
        failure = std::move(one).error();
      }
    }
    if (failure) return *std::move(failure);
  }
  return out;
}

namespace {

// "# pxname,svname,qcur,qmax,scur,smax,slim,stot,…": requests of each backend.
std::map<std::string, std::int64_t> totals_in(std::string_view csv) {
  std::map<std::string, std::int64_t> out;
  while (!csv.empty()) {
    const auto line = csv.substr(0, csv.find('\n'));
    csv.remove_prefix(std::min(csv.size(), line.size() + 1));
    if (line.starts_with('#')) continue;
    std::vector<std::string_view> fields;
    for (auto rest = line; !rest.empty() && fields.size() < 8;) {
      const auto field = rest.substr(0, rest.find(','));
      fields.push_back(field);
      rest.remove_prefix(std::min(rest.size(), field.size() + 1));
    }
    if (fields.size() < 8) continue;
    std::from_chars(fields[7].data(), fields[7].data() + fields[7].size(), out[std::string(fields[0])]);
  }
  return out;
}

}  // namespace

Result<std::vector<ServedRequests>> NodesLive::requests() {
  std::map<std::string, std::int64_t> services;
  const balancer::Fleet fleet(engines_, context_.owner, [](const std::string&) { return std::string(); });
  for (const auto& one : fleet.balancers()) {
    if (!one.running) continue;
    auto answers = balancer::ask(*one.engine, one.container, {"@backends", "show stat -1 2 -1"});
    if (!answers) return std::move(answers).error();
    const auto totals = totals_in((*answers)[1]);
    for (const auto& backend : balancer::from_table(balancer::table_of_part((*answers)[0], one.part))) {
      const auto at = totals.find(backend.name);
      if (at != totals.end()) services[backend.service] += at->second;
    }
  }
  std::vector<ServedRequests> out;
  out.reserve(services.size());
  for (const auto& [service, total] : services) out.push_back({.service = service, .total = total});
  return out;
}

}  // namespace infra::nodes
