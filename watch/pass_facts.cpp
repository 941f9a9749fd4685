#include "watch/pass_facts.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/values/codec.h"
#include "planner/rollout/task_set.h"
#include "state/notes.h"

namespace infra {
namespace {

using Wire = nlohmann::json;

std::optional<std::int64_t> wanted_copies(const RecordedResource& row, const std::vector<RecordedNote>& notes) {
  const auto inputs = from_json(row.inputs);
  if (!inputs) return std::nullopt;  // the plan reports a damaged record
  const auto set = task_set_of(*inputs);
  if (set.daemon) return std::nullopt;
  const auto* by_load = set.scale ? find_note(notes, kScaled, row.address.owner().text()) : nullptr;
  return by_load != nullptr ? by_load->number : set.desired;
}

}  // namespace

PassFacts facts_of(const Prepared& prepared) {
  PassFacts out{.resources = prepared.state.resources.size(),
                .unreachable = prepared.observed.unreachable.size(),
                .services = {},
                .certificates = {}};
  for (const auto& row : prepared.state.resources) {
    if (row.type != kTaskSet || row.deposed) continue;
    out.services[row.address.owner().text()].wanted = wanted_copies(row, prepared.state.notes);
  }
  for (const auto& object : prepared.observed.objects) {
    if (object.type == kTask) ++out.services[object.address.owner().text()].tasks.at(object.health.now);
  }
  for (const auto& deployment : prepared.state.deployments) {
    if (deployment.status == "rolled_back" || deployment.status == "failed") {
      out.services[deployment.name].failed = true;
    }
  }
  for (const auto& one : recorded_certificates(prepared.state)) {
    out.certificates.push_back({.of = one.part.owner().text(),
                                .hosts = fmt::format("{}", fmt::join(one.hosts, ", ")),
                                .expires = one.expires});
  }
  return out;
}

std::string to_json(const PassFacts& facts) {
  Wire services = Wire::array();
  for (const auto& [name, service] : facts.services) {
    services.push_back({name, service.wanted.value_or(-1), service.tasks, service.failed});
  }
  Wire certificates = Wire::array();
  for (const auto& one : facts.certificates) {
    certificates.push_back({one.of, one.hosts, one.expires.time_since_epoch().count()});
  }
  const Wire out{{"resources", facts.resources},
                 {"unreachable", facts.unreachable},
                 {"services", std::move(services)},
                 {"certificates", std::move(certificates)}};
  return out.dump(-1, ' ', false, Wire::error_handler_t::replace);
}

std::optional<PassFacts> pass_facts_from(const std::string& text) {
  try {
    const Wire json = Wire::parse(text);
    PassFacts out{
        .resources = json.at("resources"), .unreachable = json.at("unreachable"), .services = {}, .certificates = {}};
    for (const auto& row : json.at("services")) {
      auto& service = out.services[row.at(0).get<std::string>()];
      if (const auto wanted = row.at(1).get<std::int64_t>(); wanted >= 0) service.wanted = wanted;
      service.tasks = row.at(2);
      service.failed = row.at(3);
    }
    for (const auto& row : json.at("certificates")) {
      const auto expires = std::chrono::milliseconds(row.at(2).get<std::int64_t>());
      out.certificates.push_back({.of = row.at(0), .hosts = row.at(1), .expires = UtcMoment(expires)});
    }
    return out;
  } catch (const Wire::exception&) {
    return std::nullopt;
  }
}

}  // namespace infra
