// HorizontalPodAutoscalers, as v1 and v2 have them.
#include <fmt/format.h>

#include <algorithm>

#include "importers/kubernetes/manifest_amounts.h"
#include "importers/kubernetes/manifest_model.h"
#include "importers/values.h"

namespace infra::importing {

void read_autoscaler(const Manifest& manifest, KubeImport& import) {
  Section object(manifest.body, manifest.place, import.notes);
  object.ignore({"apiVersion", "kind", "metadata", "status"});
  Section spec(taken(object, "spec"), object.below("spec"), import.notes);
  object.finish();
  Section target(taken(spec, "scaleTargetRef"), spec.below("scaleTargetRef"), import.notes);
  target.ignore({"apiVersion"});
  const auto kind = target.text("kind"), name = target.text("name");
  target.finish();
  const auto at = std::find_if(import.workloads.begin(), import.workloads.end(), [&](const Workload& one) {
    return one.kind == kind && one.name == name && one.space == manifest.space;
  });
  if (at == import.workloads.end() || kind != "Deployment") {
    spec.ignore({"minReplicas", "maxReplicas", "metrics", "behavior", "targetCPUUtilizationPercentage"});
    return import.notes.add(manifest.place, fmt::format("{} {} isn't among the objects", kind, name));
  }
  StackText out;
  out.open("scale");
  const auto least = std::max<std::int64_t>(1, parse_integer(spec.text("minReplicas")).value_or(1));
  out.set("range",
          fmt::format("{}..{}", least, std::max(least, parse_integer(spec.text("maxReplicas")).value_or(least))));
  bool aimed = false;
  const auto aim = [&](const std::string& resource, const std::string& percent) {
    const auto number = parse_integer(percent);
    if (!number || (resource != "cpu" && resource != "memory")) return false;
    out.set("target_" + resource, fmt::format("{}%", *number));
    return aimed = true;
  };
  if (const auto old = spec.text("targetCPUUtilizationPercentage"); !old.empty()) aim("cpu", old);
  const auto* metrics = spec.take("metrics");
  for (const auto& metric : metrics != nullptr && metrics->is_array() ? *metrics : Json::array()) {
    const auto& resource = member(metric, "resource");
    const bool known =
        aim(text_of(member(resource, "name")), text_of(member(member(resource, "target"), "averageUtilization")));
    if (!known) spec.note("metrics", fmt::format("only CPU and memory in percent can be aimed at ({})", shown(metric)));
  }
  if (const auto* behavior = spec.take("behavior")) {
    const auto& down = member(*behavior, "scaleDown");
    const bool window = !member(down, "stabilizationWindowSeconds").is_null();
    const auto seconds = parse_integer(text_of(member(down, "stabilizationWindowSeconds")));
    if (seconds && *seconds >= 0 && *seconds <= 3600) out.set("cooldown", duration_of(*seconds * 1000));
    if (behavior->size() > 1 || down.size() > (window ? 1U : 0U))
      spec.note("behavior", fmt::format("only the window of scaleDown is kept ({})", shown(*behavior)));
  }
  out.close();
  spec.finish();
  if (!aimed) return import.notes.add(manifest.place, "it aims at nothing that a service can be scaled by");
  at->scaled = true;
  at->body += out.text();
}

}  // namespace infra::importing
