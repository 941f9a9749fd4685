#include "watch/scaling.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/read_file.h"
#include "base/text/rfc3339.h"
#include "base/values/codec.h"
#include "planner/rollout/task_set.h"
#include "providers/live.h"
#include "state/notes.h"
#include "watch/silent_nodes.h"

namespace infra {
namespace {

struct Scaling {
  std::string service;  // "service.api"
  std::string platform;
  TaskSet set;
  std::vector<LiveContainer> containers;  // that run
};

struct Sample {
  Moment at;
  std::int64_t requests = 0;
};
using Samples = std::map<std::string, Sample>;  // by service

// Requests are counted from a load balancer's start: what came in since the last look is what counts. A lost or damaged
// file costs one look.
class SampleFile {
 public:
  explicit SampleFile(const std::string& home) : path_(home + "/requests.json") {}

  [[nodiscard]] Samples read() const {
    Samples out;
    const auto text = read_file(path_, "E0813");
    const auto json = nlohmann::json::parse(text ? *text : std::string(), nullptr, false);
    if (!json.is_object()) return out;
    for (const auto& [service, sample] : json.items()) {
      const bool fits =
          sample.is_array() && sample.size() == 2 && sample[0].is_number_integer() && sample[1].is_number_integer();
      if (fits) {
        out[service] = {Moment(std::chrono::milliseconds(sample[0].get<std::int64_t>())),
                        sample[1].get<std::int64_t>()};
      }
    }
    return out;
  }

  void write(const Samples& samples) const {
    nlohmann::json out = nlohmann::json::object();
    for (const auto& [service, sample] : samples)
      out[service] = {sample.at.time_since_epoch().count(), sample.requests};
    std::ofstream(path_) << out.dump();
  }

 private:
  std::string path_;
};

Moment now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

Result<std::vector<Scaling>> services_that_scale(const Snapshot& state) {
  std::vector<Scaling> out;
  for (const auto& row : state.resources) {
    if (row.type != kTaskSet || row.deposed || row.inputs.find("\"scale\"") == std::string::npos) continue;
    auto inputs = from_json(row.inputs);
    if (!inputs) return std::move(inputs).take_error(fmt::format("reading what is recorded of {}", row.address.text()));
    auto set = task_set_of(*inputs);
    if (set.scale)
      out.push_back({.service = row.address.owner().text(), .platform = row.platform, .set = std::move(set)});
  }
  return out;
}

// What a service's copies use, as a mean in percent of what they ask for.
class Measuring {
 public:
  Measuring(const Scaling& scaling, const std::vector<Usage>& usage) : scaling_(scaling) {
    for (const auto& one : usage) {
      if (one.container.address.owner().text() != scaling.service) continue;
      cpu_ += one.cpu;
      memory_ += one.memory;
    }
    std::vector<Address> tasks;
    for (const auto& container : scaling.containers) tasks.push_back(container.address);
    std::sort(tasks.begin(), tasks.end());
    tasks.erase(std::unique(tasks.begin(), tasks.end()), tasks.end());
    running_ = static_cast<int>(tasks.size());
  }

  [[nodiscard]] int running() const { return running_; }

  [[nodiscard]] ScaleLoad load() const {
    ScaleLoad out;
    if (running_ == 0) return out;
    const auto& demand = scaling_.set.demand;
    if (demand.cpu > 0) out.cpu = 100.0 * cpu_ * 1024 / static_cast<double>(demand.cpu * running_);
    if (demand.memory > 0) {
      out.memory = 100.0 * static_cast<double>(memory_) / static_cast<double>(demand.memory * running_);
    }
    return out;
  }

 private:
  const Scaling& scaling_;
  double cpu_ = 0;
  std::int64_t memory_ = 0;
  int running_ = 0;
};

// Of a copy in a minute, between two looks that are neither too near nor too far apart to say anything.
std::optional<double> rate_of(const Sample* before, const Sample& after, int running) {
  if (before == nullptr || running == 0 || after.requests < before->requests) return std::nullopt;
  const auto passed = after.at - before->at;
  if (passed < std::chrono::seconds(1) || passed > std::chrono::minutes(10)) return std::nullopt;
  const double minutes = std::chrono::duration<double, std::ratio<60>>(passed).count();
  return static_cast<double>(after.requests - before->requests) / minutes / running;
}

class ScalingPass {
 public:
  ScalingPass(const Prepared& prepared, const std::string& home, std::vector<Scaling> all)
      : prepared_(prepared), all_(std::move(all)), file_(home), before_(file_.read()) {}

  Result<ScalingReport> run() {
    for (const auto& [name, provider] : prepared_.providers) {
      if (auto* live = live_of(*provider)) {
        if (auto done = look_at(name, *live); !done) return std::move(done).error();
      }
    }
    if (!after_.empty()) file_.write(after_);
    return std::move(report_);
  }

 private:
  Result<Ok> look_at(const std::string& platform, Live& live) {
    std::vector<Scaling*> here;
    for (auto& one : all_) {
      if (one.platform == platform) here.push_back(&one);
    }
    if (here.empty()) return Ok{};
    auto listed = live.containers();
    if (!listed) return std::move(listed).error();
    auto silent = silent_nodes(prepared_.state.resources, platform, listed->unreachable);
    if (!silent) return std::move(silent).error();
    std::erase_if(here, [&](const Scaling* one) { return is_held(*one, *silent); });
    const bool counts_requests =
        silent->balancer.empty() &&
        std::any_of(here.begin(), here.end(), [](const Scaling* one) { return one->set.scale->requests.has_value(); });
    std::vector<LiveContainer> asked;
    for (const auto& container : listed->containers) {
      for (auto* one : here) {
        if (!container.running || container.address.owner().text() != one->service) continue;
        one->containers.push_back(container);
        asked.push_back(container);
      }
    }
    auto usage = live.usage(asked);
    if (!usage) return std::move(usage).error();
    std::vector<ServedRequests> served;
    if (counts_requests) {
      auto counted = live.requests();
      if (!counted) return std::move(counted).error();
      served = *std::move(counted);
    }
    for (const auto* one : here) decide(*one, *usage, served);
    return Ok{};
  }

  // Without its requests a service may grow by another target, and doesn't shrink.
  bool is_held(const Scaling& one, const SilentNodes& silent) {
    const auto at = silent.services.find(one.service);
    if (at != silent.services.end()) {
      report_.held.push_back(fmt::format("{} isn't scaled while {} doesn't answer, where copies of it are recorded",
                                         one.service, at->second));
    } else if (one.set.scale->requests && !silent.balancer.empty()) {
      report_.held.push_back(
          fmt::format("{} isn't scaled by its requests while {} doesn't answer: a load balancer there "
                      "may have some of them",
                      one.service, silent.balancer));
    }
    return at != silent.services.end();
  }

  void decide(const Scaling& one, const std::vector<Usage>& usage, const std::vector<ServedRequests>& served) {
    const Measuring measured(one, usage);
    auto load = measured.load();
    const auto count =
        std::find_if(served.begin(), served.end(), [&](const auto& s) { return s.service == one.service; });
    if (count != served.end()) {
      const Sample sample{now(), count->total};
      const auto before = before_.find(one.service);
      load.requests = rate_of(before != before_.end() ? &before->second : nullptr, sample, measured.running());
      after_[one.service] = sample;
    }
    const auto* note = find_note(prepared_.state.notes, kScaled, one.service);
    const int wanted = note != nullptr ? static_cast<int>(note->number) : static_cast<int>(one.set.desired);
    std::optional<Moment> since;
    if (const auto at = note != nullptr ? parse_rfc3339(note->at) : std::nullopt) {
      since = std::chrono::floor<std::chrono::milliseconds>(*at);
    }
    const auto decision = decide_scale(*one.set.scale, load, measured.running(), wanted, since, now());
    if (!decision) return;
    report_.changes.push_back(
        {PutNote{{.topic = std::string(kScaled),
                  .name = one.service,
                  .at = rfc3339(now()),
                  .number = decision->count,
                  .text = decision->why}},
         fmt::format("{} is scaled from {} to {}: {}", one.service,
                     std::clamp(wanted, one.set.scale->least, one.set.scale->most), decision->count, decision->why)});
  }

  const Prepared& prepared_;
  std::vector<Scaling> all_;
  SampleFile file_;
  Samples before_, after_;
  ScalingReport report_;
};

}  // namespace

Result<ScalingReport> scale_by_load(const Prepared& prepared, const std::string& home) {
  auto all = services_that_scale(prepared.state);
  if (!all) return std::move(all).error();
  if (all->empty()) return ScalingReport();
  return ScalingPass(prepared, home, *std::move(all)).run();
}

}  // namespace infra
