#include <algorithm>

#include "providers/aws/lower/capacity.h"
#include "providers/aws/names.h"

namespace infra::aws {

Value part_of(const Resource& owner, std::string part, std::string output) {
  return Ref{.address = owner.address.with_part(std::move(part)), .attribute = std::move(output)};
}

Value read_of(const Lowering& lowering, const Resource& existing, const char* output) {
  const auto* read = lowering.context.outputs(existing.address);
  return read != nullptr ? (*read)[output] : Value(Unknown{existing.address.text()});
}

Value given_by(const Lowering& lowering, const Resource& owner, const char* part, const char* output) {
  return owner.existing ? read_of(lowering, owner, output) : part_of(owner, part, output);
}

LoweredResource make_part(const Lowering& lowering, std::string name, std::string type, Map inputs, Order order) {
  const auto& labels = lowering.resource.config["labels"];
  if (labels.map() != nullptr && !labels.map()->empty()) inputs.set("labels", labels);
  auto out = lowering.part(std::move(name), std::move(type), std::move(inputs));
  if (out.options.replace == Replace::by_platform) {
    out.options.replace = order == Order::create_first ? Replace::create_first : Replace::destroy_first;
  }
  return out;
}

std::string name_for(const Lowering& lowering, const Resource& resource, std::size_t longest) {
  const auto* own = resource.config["name"].string();
  return stable_name(lowering.context.stack, own != nullptr ? *own : resource.address.path, longest);
}

std::vector<const Resource*> subnets_of(const Lowering& lowering, const Resource& vpc, bool is_public) {
  std::vector<const Resource*> out;
  for (const auto* subnet : lowering.of_kind("subnet")) {
    const bool open = subnet->config["public"] == Value(true);
    if (lowering.referred(subnet->config["vpc"]) == &vpc && open == is_public) out.push_back(subnet);
  }
  return out;
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

const Resource* cluster_of(const Lowering& lowering, const Resource& service) {
  return lowering.referred(service.config["cluster"]);
}

std::string network_mode(const Lowering& lowering, const Resource& task) {
  if (const auto* mode = task.config["network"].string()) return *mode;
  for (const auto* user : users_of(lowering, task)) {
    const auto* cluster = cluster_of(lowering, *user);
    if (cluster == nullptr) continue;
    const bool in_vpc = cluster->existing || !cluster->config["vpc"].is_null();
    return in_vpc || is_fargate(lowering, *cluster) ? "awsvpc" : "bridge";
  }
  return "awsvpc";
}

List kept_images(const Resource& task) {
  constexpr std::string_view kBefore = "container.";
  constexpr std::string_view kAfter = ".image";
  List out;
  for (const auto& path : task.options.ignore) {
    if (!path.starts_with(kBefore) || !path.ends_with(kAfter)) continue;
    out.emplace_back(path.substr(kBefore.size(), path.size() - kBefore.size() - kAfter.size()));
  }
  return out;
}

bool ignores(const Resource& resource, std::string_view attribute) {
  const auto& all = resource.options.ignore;
  return std::find(all.begin(), all.end(), attribute) != all.end();
}

}  // namespace infra::aws
