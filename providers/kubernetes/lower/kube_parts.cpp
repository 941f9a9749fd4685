#include <algorithm>

#include "providers/kubernetes/lower/kube_lower.h"
#include "providers/kubernetes/lower/kube_names.h"

namespace infra::kubernetes {

Value part_of(const Resource& owner, std::string part, std::string output) {
  return Ref{.address = owner.address.with_part(std::move(part)), .attribute = std::move(output)};
}

Marks marks_of(const Lowering& lowering, const Resource& resource) {
  Marks out;
  out.labels = entries({{"app.kubernetes.io/name", label_value(name_of(resource))},
                        {"app.kubernetes.io/part-of", label_value(lowering.context.stack)}});
  const auto* own = resource.config["labels"].map();
  for (const auto& [key, value] : own != nullptr ? *own : Map()) {
    const auto text = to_text(value);
    const bool label = text && is_label_key(key) && is_label_value(*text);
    (label ? out.labels : out.annotations).set(key, text ? Value(*text) : value);
  }
  return out;
}

LoweredResource make_object(const Lowering& lowering, Object object) {
  auto inputs = std::move(object.body);
  auto marks = marks_of(lowering, lowering.resource);
  inputs.set("name", object.name);
  if (!object.space.empty()) inputs.set("namespace", object.space);
  if (const auto* more = inputs["labels"].map()) {
    for (const auto& [key, value] : *more) marks.labels.set(key, value);
  }
  if (const auto* more = inputs["annotations"].map()) {
    for (const auto& [key, value] : *more) marks.annotations.set(key, value);
  }
  inputs.set("labels", std::move(marks.labels));
  inputs.erase("annotations");
  if (!marks.annotations.empty()) inputs.set("annotations", std::move(marks.annotations));
  auto out = lowering.part(std::move(object.part), std::move(object.type), std::move(inputs));
  if (out.options.replace != Replace::by_platform) return out;
  // A name that was stated stays the same with another address, and two can't have it.
  const bool beside = object.naming == Naming::anew || lowering.resource.config["name"].is_null();
  out.options.replace = beside ? Replace::create_first : Replace::destroy_first;
  return out;
}

const Resource* cluster_of(const Lowering& lowering, const Resource& runner) {
  return lowering.referred(runner.config["cluster"]);
}

std::vector<const Resource*> users_of(const Lowering& lowering, const Resource& task) {
  std::vector<const Resource*> out;
  for (const auto* kind : {"service", "job"}) {
    for (const auto* user : lowering.of_kind(kind)) {
      if (lowering.referred(user->config["task"]) == &task) out.push_back(user);
    }
  }
  return out;
}

std::vector<const Resource*> clusters_with(const Lowering& lowering,
                                           const std::function<bool(const Resource& task)>& uses) {
  std::vector<const Resource*> out;
  for (const auto* task : lowering.of_kind("task")) {
    if (!uses(*task)) continue;
    for (const auto* user : users_of(lowering, *task)) {
      const auto* cluster = cluster_of(lowering, *user);
      if (cluster != nullptr && user->platform == lowering.resource.platform) out.push_back(cluster);
    }
  }
  const auto earlier = [](const Resource* a, const Resource* b) { return a->address < b->address; };
  std::sort(out.begin(), out.end(), earlier);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace infra::kubernetes
