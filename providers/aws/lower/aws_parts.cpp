#include <algorithm>
#include <array>

#include "providers/aws/aws_names.h"
#include "providers/aws/lower/capacity.h"

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

void set_name_tag(const Resource& resource, LoweredResource& part) {
  const auto& name = resource.config["name"];
  if (name.is_null() || part.inputs.map() == nullptr) return;
  auto inputs = *part.inputs.map();
  auto labels = inputs.find("labels") != nullptr ? *inputs.find("labels")->map() : Map();
  labels.set("Name", name);
  inputs.set("labels", std::move(labels));
  part.inputs = std::move(inputs);
}

std::string name_for(const Lowering& lowering, const Resource& resource, std::size_t longest) {
  const auto* own = resource.config["name"].string();
  return own != nullptr ? *own : stable_name(lowering.context.stack, resource.address.path, longest);
}

std::vector<const Resource*> subnets_of(const Lowering& lowering, const Resource& vpc, bool is_public) {
  std::vector<const Resource*> out;
  for (const auto* subnet : lowering.of_kind("subnet")) {
    const bool open = subnet->config["public"] == Value(true);
    if (lowering.referred(subnet->config["vpc"]) == &vpc && open == is_public) out.push_back(subnet);
  }
  return out;
}

namespace {

constexpr std::array kRunners = {"service", "job"};

// Without looking anything up: it is asked of every service for every task.
bool runs(const Resource& runner, const Resource& task) {
  const auto* ref = runner.config["task"].ref();
  return ref != nullptr && ref->address.path == task.address.path && ref->address.kind == task.address.kind;
}

}  // namespace

std::vector<const Resource*> users_of(const Lowering& lowering, const Resource& task) {
  std::vector<const Resource*> out;
  for (const auto* kind : kRunners) {
    for (const auto* user : lowering.of_kind(kind)) {
      if (runs(*user, task)) out.push_back(user);
    }
  }
  return out;
}

const Resource* cluster_for_task(const Lowering& lowering, const Resource& task) {
  for (const auto* kind : kRunners) {
    for (const auto* user : lowering.of_kind(kind)) {
      const auto* cluster = runs(*user, task) ? cluster_of(lowering, *user) : nullptr;
      if (cluster != nullptr) return cluster;
    }
  }
  return nullptr;
}

const Resource* cluster_of(const Lowering& lowering, const Resource& service) {
  return lowering.referred(service.config["cluster"]);
}

std::string network_mode(const Lowering& lowering, const Resource& task) {
  if (const auto* mode = task.config["network"].string()) return *mode;
  const auto* cluster = cluster_for_task(lowering, task);
  if (cluster == nullptr) return "awsvpc";
  const bool in_vpc = cluster->existing || !cluster->config["vpc"].is_null();
  return in_vpc || is_fargate(lowering, *cluster) ? "awsvpc" : "bridge";
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
