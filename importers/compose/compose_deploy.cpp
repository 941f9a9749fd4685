// How many copies, how large, and how a new version replaces the old one.
#include <fmt/format.h>

#include <algorithm>

#include "importers/compose/compose_file.h"
#include "importers/defaults.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

constexpr std::int64_t kMostCopies = 10'000;

void read_cpu(Section& section, std::string_view key, ComposeService& out, ComposeContext& context) {
  if (const auto cpu = amount_of(section, key, Amount::cpu, "number of CPUs", context)) out.cpu = cpu->expression;
}

void read_bytes(Section& section, std::string_view key, std::string& out, ComposeContext& context) {
  if (const auto bytes = amount_of(section, key, Amount::bytes, "size", context)) out = bytes->expression;
}

std::int64_t count(Section& section, std::string_view key, std::int64_t otherwise, ComposeContext& context) {
  const auto amount = amount_of(section, key, Amount::integer, "number", context);
  if (!amount) return otherwise;
  const auto value = parse_integer(amount->known);
  if (value && *value >= 0 && *value <= kMostCopies) return *value;
  if (!amount->known.empty())
    section.note(key, fmt::format("0 to {} are possible, not {}", kMostCopies, amount->known));
  return otherwise;
}

// How many copies: a number, or a variable that has it.
void read_copies(Section& section, std::string_view key, ComposeService& out, ComposeContext& context) {
  const auto text = section.text(key);
  if (text.empty()) return;
  out.desired = count(section, key, out.desired, context);
  const auto use = context.variables.amount(text, section.below(key), Amount::integer);
  out.desired_expression = use.variable ? context.variables.write(use, section.below(key)) : std::string();
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

// parallelism copies change at a time: before the old ones stop (start-first) or after, which is usual.
void read_update(Section& deploy, ComposeService& out, ComposeContext& context) {
  static const Json kNothing = Json::object();
  const auto* value = deploy.take("update_config");
  Section update(value != nullptr ? *value : kNothing, deploy.below("update_config"), context.notes);
  const auto order = update.text("order");
  const auto copies = std::max<std::int64_t>(out.desired, 1);
  const auto asked = count(update, "parallelism", 1, context);
  const auto at_once = asked == 0 ? copies : std::min(asked, copies);
  if (order == "start-first") {
    out.min = "100%";
    out.max = fmt::format("{}%", 100 + (100 * at_once + copies - 1) / copies);
  } else {
    out.min = out.daemon ? "0%" : fmt::format("{}%", 100 * (copies - at_once) / copies);
    out.max = written_default(compose_defaults(), "service.deploy.max");
  }
  out.rollback = update.text("failure_action") == "rollback"
                     ? std::string("on_failure")
                     : written_default(compose_defaults(), "service.deploy.rollback");
  if (const auto watched = amount_of(update, "monitor", Amount::duration, "duration", context)) {
    if (watched->expression != "1s") out.settle = watched->expression;
  }
  update.finish();
}

void read_restart(Section& deploy, ComposeService& out) {
  const auto* value = deploy.take("restart_policy");
  if (value == nullptr) return;
  Section policy(*value, deploy.below("restart_policy"), deploy.notes());
  const auto condition = policy.text("condition");
  out.restart = condition.empty() || condition == "any" ? "always" : condition == "none" ? "no" : condition;
  policy.finish("a copy that ends is started again after a pause that grows");
}

}  // namespace

void read_deploy(Section& service, ComposeService& out, ComposeContext& context) {
  read_copies(service, "scale", out, context);
  read_cpu(service, "cpus", out, context);
  read_bytes(service, "mem_limit", out.memory, context);
  read_bytes(service, "mem_reservation", out.memory_reservation, context);
  static const Json kNothing = Json::object();
  const auto* value = service.take("deploy");
  Section deploy(value != nullptr ? *value : kNothing, service.below("deploy"), context.notes);
  const auto mode = deploy.text("mode");
  out.daemon = mode == "global";
  if (!mode.empty() && mode != "global" && mode != "replicated")
    deploy.note("mode", fmt::format("{} has no counterpart", mode));
  read_copies(deploy, "replicas", out, context);
  read_resources(deploy, out, context);
  read_update(deploy, out, context);
  read_restart(deploy, out);
  deploy.ignore({"endpoint_mode"});
  for (const auto& [name, label] : pairs_of(deploy, "labels")) {
    const auto place = deploy.below("labels") + "." + name;
    note_shown(label.value_or(""), place, context);
    out.service_labels.emplace_back(name, context.variables.expression(label.value_or(""), place));
  }
  if (const auto* placement = deploy.take("placement"); placement != nullptr && !placement->empty())
    deploy.note("placement", fmt::format("this version chooses the nodes itself, not by {}", shown(*placement)));
  deploy.finish();
}

}  // namespace infra::importing
