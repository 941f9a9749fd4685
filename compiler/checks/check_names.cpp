#include <fmt/format.h>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"
#include "facts/names.h"

namespace infra::checks {
namespace {

// `a_b` and `a-b` are two names in a file and one on a platform.
void check_resources(const Graph& graph, Diagnostics& diagnostics) {
  std::map<std::tuple<std::string, std::string, std::string>, const Resource*> seen;
  for (const auto& resource : graph.resources) {
    const auto* own = resource.config["name"].string();
    const std::string name = own != nullptr ? *own : run_time_name(resource.address.path);
    if (name.empty()) {
      diagnostics.error("E0213", resource.span,
                        fmt::format("{} has no letter or digit that a platform knows in its name", named(resource)),
                        "would have no name", "rename it, or give it a `name`");
      continue;
    }
    const auto [at, fresh] = seen.try_emplace({resource.platform, resource.address.kind, name}, &resource);
    if (fresh) continue;
    const bool swapped = resource.span < at->second->span;
    const Resource& later = swapped ? *at->second : resource;
    const Resource& earlier = swapped ? resource : *at->second;
    diagnostics
        .error("E0311", later.place("name"),
               fmt::format("{} and {} are both called \"{}\" on the platform", earlier.address.text(),
                           later.address.text(), name),
               {}, "rename one, or give it a `name`")
        .secondary.push_back({earlier.span, "the other one"});
  }
}

constexpr std::size_t kLongestLabel = 63;  // of a host's name (RFC 1035)

// Where others reach a service by its name, that is one label of a host's name. A name that follows from the modules
// and the loop's key that the service is in is held to what its type asks of one that is given. AWS cuts names of its
// own.
void check_derived_name(const Graph& graph, const Resource& service, Diagnostics& diagnostics) {
  const auto* platform = graph.platform(service.platform);
  if (service.address.kind != "service" || platform == nullptr || platform->kind == "aws") return;
  if (service.config["name"].string() != nullptr) return;
  const auto name = run_time_name(service.address.path);
  if (name.size() <= kLongestLabel) return;
  diagnostics.error("E0416", service.span,
                    fmt::format("{} is called \"{}\" on the platform, {} letters, and a host's name has at most {}",
                                named(service), name, name.size(), kLongestLabel),
                    "its name follows from its modules and keys", "give it a shorter `name`, or shorten those");
}

// A name that is given is taken as it stands, and each platform takes others.
void check_given_name(const Graph& graph, const Resource& resource, Diagnostics& diagnostics) {
  const auto* platform = graph.platform(resource.platform);
  const auto* name = resource.config["name"].string();
  const bool own_rules = resource.existing || resource.address.kind == "repository";
  if (platform == nullptr || name == nullptr || own_rules) return;
  const auto& rule = facts::name_rule(platform->kind, resource.address.kind);
  if (facts::takes(rule, *name)) return;
  auto& diagnostic =
      diagnostics.error("E0416", resource.place("name"),
                        fmt::format("{} is called {}, which the platform `{}` ({}) doesn't take", named(resource),
                                    to_source(Value(*name)), platform->name, platform->kind),
                        fmt::format("must be {}", rule.words), "choose another name");
  const auto near = run_time_name(*name);
  if (facts::takes(rule, near)) diagnostic.fixes.push_back({resource.place("name"), to_source(Value(near))});
}

// So are the containers of one task, which have no `name` of their own.
void check_containers(const Resource& task, const Map& containers, Diagnostics& diagnostics) {
  std::map<std::string, std::string> seen;  // labels by name
  for (const auto& [label, container] : containers) {
    const auto name = run_time_name(label);
    const auto place = task.place("container." + label);
    if (name.empty()) {
      diagnostics.error("E0213", place,
                        fmt::format("container `{}` of {} has no letter or digit that a platform knows in its name",
                                    label, named(task)),
                        "would have no name", "rename it");
      continue;
    }
    const auto [first, fresh] = seen.try_emplace(name, label);
    if (fresh) continue;
    Label one{place, ""};
    Label two{task.place("container." + first->second), ""};
    if (one.span < two.span) std::swap(one, two);
    two.text = "the other one";
    diagnostics
        .error("E0311", one.span,
               fmt::format("containers `{}` and `{}` of {} are both called \"{}\" on the platform", first->second,
                           label, named(task), name),
               {}, "rename one")
        .secondary.push_back(two);
  }
}

}  // namespace

void names(const CheckInput& input, Diagnostics& diagnostics) {
  check_resources(input.graph, diagnostics);
  for (const auto& resource : input.graph.resources) {
    check_given_name(input.graph, resource, diagnostics);
    check_derived_name(input.graph, resource, diagnostics);
    const auto* containers = resource.config["container"].map();
    if (resource.address.kind == "task" && containers != nullptr) check_containers(resource, *containers, diagnostics);
  }
}

}  // namespace infra::checks
