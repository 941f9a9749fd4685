// How many copies, how large, and how a new version replaces the old one.
#include <fmt/format.h>

#include <algorithm>

#include "importers/compose.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

constexpr std::int64_t kMostCopies = 10'000;
constexpr double kUnits = 1024;  // of one CPU

std::optional<std::string> fixed(Section& section, std::string_view key, ComposeContext& context) {
  const auto text = section.text(key);
  return text.empty() ? std::nullopt : context.variables.fixed(text, section.below(key));
}

void read_cpu(Section& section, std::string_view key, ComposeService& out, ComposeContext& context) {
  const auto text = fixed(section, key, context);
  if (!text) return;
  const auto cpus = parse_number(*text);
  if (cpus && *cpus > 0 && *cpus <= 1000)
    out.cpu = cpu_of(std::max<std::int64_t>(1, static_cast<std::int64_t>(*cpus * kUnits)));
  else if (!cpus || *cpus != 0)
    section.note(key, fmt::format("{} is no number of CPUs", *text));
}

void read_bytes(Section& section, std::string_view key, std::string& out, ComposeContext& context) {
  const auto text = fixed(section, key, context);
  if (!text) return;
  const auto bytes = parse_bytes(*text);
  if (bytes && *bytes > 0)
    out = bytes_of(*bytes);
  else if (!bytes || *bytes != 0)
    section.note(key, fmt::format("{} is no size", *text));
}

std::int64_t count(Section& section, std::string_view key, std::int64_t otherwise, ComposeContext& context) {
  const auto text = fixed(section, key, context);
  if (!text) return otherwise;
  const auto value = parse_integer(*text);
  if (value && *value >= 0 && *value <= kMostCopies) return *value;
  section.note(key, fmt::format("0 to {} are possible, not {}", kMostCopies, *text));
  return otherwise;
}

void read_resources(Section& deploy, ComposeService& out, ComposeContext& context) {
  const auto* value = deploy.take("resources");
  if (value == nullptr) return;
  Section resources(*value, deploy.below("resources"), context.notes);
  if (const auto* limits = resources.take("limits")) {
    Section section(*limits, resources.below("limits"), context.notes);
    read_cpu(section, "cpus", out, context);
    read_bytes(section, "memory", out.memory, context);
    section.finish();
  }
  if (const auto* kept = resources.take("reservations")) {
    Section section(*kept, resources.below("reservations"), context.notes);
    if (out.cpu.empty()) read_cpu(section, "cpus", out, context);
    section.ignore({"cpus"});
    read_bytes(section, "memory", out.memory_reservation, context);
    section.finish();
  }
  resources.finish();
}

// parallelism copies change at a time: before the old ones stop (start-first)
// or after.
void read_update(Section& deploy, ComposeService& out, ComposeContext& context) {
  const auto* value = deploy.take("update_config");
  if (value == nullptr) return;
  Section update(*value, deploy.below("update_config"), context.notes);
  const auto order = update.text("order");
  const auto copies = std::max<std::int64_t>(out.desired, 1);
  const auto asked = count(update, "parallelism", 1, context);
  const auto at_once = asked == 0 ? copies : std::min(asked, copies);
  if (order == "start-first") {
    out.min = "100%";
    out.max = fmt::format("{}%", 100 + (100 * at_once + copies - 1) / copies);
  } else {
    out.min = fmt::format("{}%", 100 * (copies - at_once) / copies);
    out.max = "100%";
  }
  const auto action = update.text("failure_action");
  if (!action.empty()) out.rollback = action == "rollback" ? "on_failure" : "never";
  update.finish();
}

}  // namespace

void read_deploy(Section& service, ComposeService& out, ComposeContext& context) {
  out.desired = count(service, "scale", 1, context);
  read_cpu(service, "cpus", out, context);
  read_bytes(service, "mem_limit", out.memory, context);
  read_bytes(service, "mem_reservation", out.memory_reservation, context);
  const auto* value = service.take("deploy");
  if (value == nullptr) return;
  Section deploy(*value, service.below("deploy"), context.notes);
  const auto mode = deploy.text("mode");
  out.daemon = mode == "global";
  if (!mode.empty() && mode != "global" && mode != "replicated")
    deploy.note("mode", fmt::format("{} has no counterpart", mode));
  out.desired = count(deploy, "replicas", out.desired, context);
  read_resources(deploy, out, context);
  read_update(deploy, out, context);
  for (const auto& [name, label] : pairs_of(deploy, "labels")) {
    auto text = context.variables.expression(label.value_or(""), deploy.below("labels"));
    if (!text.empty()) out.service_labels.emplace_back(name, std::move(text));
  }
  if (const auto* placement = deploy.take("placement"); placement != nullptr && !placement->empty())
    deploy.note("placement", fmt::format("this version chooses the nodes itself, not by {}", shown(*placement)));
  deploy.finish();
}

}  // namespace infra::importing
