#include <fmt/format.h>

#include "providers/engine/registry/registry_access.h"

namespace infra::engine {

namespace {

// "web" for repository.images.web, "site-a" for repository.images.site["a"], after the stack's name: one registry
// serves many stacks.
std::string repository_name(const Lowering& lowering, const Resource& registry) {
  const auto& resource = lowering.resource;
  if (const auto* own = resource.config["name"].string()) return *own;
  std::string_view path = resource.address.path;
  const auto parent = registry.address.path + ".";
  if (path.starts_with(parent)) path.remove_prefix(parent.size());
  return fmt::format("{}/{}", run_time_name(lowering.context.stack), run_time_name(path));
}

Map rule_of(const Value& rule) {
  Map out;
  for (const auto* name : {"tags", "keep", "older_than"}) {
    if (!rule[name].is_null()) out.set(name, rule[name]);
  }
  if (rule["untagged"] == Value(true)) out.set("untagged", true);
  return out;
}

// The short form is two rules; the compiler refuses both forms at once.
List rules_of(const Value& lifecycle) {
  List out;
  if (const auto& keep = lifecycle["keep_tagged"]; !keep.is_null()) {
    out.emplace_back(Map({{"tags", "*"}, {"keep", keep}}));
  }
  if (const auto& age = lifecycle["expire_untagged"]; !age.is_null()) {
    out.emplace_back(Map({{"untagged", true}, {"older_than", age}}));
  }
  if (const auto* stated = lifecycle["rule"].list()) {
    for (const auto& rule : *stated) out.emplace_back(rule_of(rule));
  }
  return out;
}

Value url_of(const Value& endpoint, const std::string& name) {
  if (const auto* known = endpoint.string()) return *known + "/" + name;
  return Call{.function = "interpolate", .arguments = {endpoint, "/" + name}};
}

}  // namespace

Lowered lower_repository(const Lowering& lowering) {
  const auto* registry = lowering.referred(lowering.resource.config["registry"]);
  if (registry == nullptr) return nothing(lowering, {"", "url"});  // the compiler has reported the missing registry
  const auto endpoint = lowering.substituted(registry_endpoint(lowering, *registry));
  const auto name = repository_name(lowering, *registry);
  Map inputs(
      {{"endpoint", endpoint},
       {"name", name},
       {"insecure", is_insecure(lowering, *registry)},
       {"immutable", lowering.resource.config["immutable"].boolean() != nullptr ? lowering.resource.config["immutable"]
                                                                                : Value(false)}});
  if (auto rules = rules_of(lowering.resource.config["lifecycle"]); !rules.empty())
    inputs.set("rules", std::move(rules));
  add_access(inputs, lowering, *registry);
  std::vector<Address> needs;
  if (is_managed(*registry)) needs.push_back(managed_container(*registry));

  Lowered out;
  out.resources.push_back(lowering.part("repository", "repository", std::move(inputs), std::move(needs)));
  const auto url = url_of(endpoint, name);
  out.outputs = Map({{"", url}, {"url", url}});
  return out;
}

}  // namespace infra::engine
