#include "providers/kubernetes/rbac.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/values/address.h"
#include "providers/kubernetes/access/refusal.h"
#include "providers/kubernetes/objects/object_schemas.h"
#include "providers/kubernetes/objects/object_type.h"

namespace infra::kubernetes {

namespace {

// By group, then resource: what may be done.
using Rules = std::map<std::string, std::map<std::string, std::set<std::string>>>;

// An apply of what isn't there yet is a patch, and a create as well.
const std::set<std::string> kAll = {"create", "delete", "get", "list", "patch"};

void allow(Rules& rules, const std::string& group, const std::string& resource, const std::set<std::string>& verbs) {
  rules[group][resource].insert(verbs.begin(), verbs.end());
}

// What a rollout is followed by: its pods, their sets, their last lines, and what happened to them.
void allow_to_watch(Rules& rules) {
  allow(rules, "", "pods", {"get", "list"});
  allow(rules, "", "pods/log", {"get"});
  allow(rules, "", "events", {"list"});
  allow(rules, "apps", "replicasets", {"list"});
}

bool runs_pods(const std::string& type) {
  return type == kDeployment || type == kDaemonSet || type == kJob || type == kCronJob;
}

void allow_type(Rules& rules, const ObjectType& type) {
  std::set<std::string> groups;
  for (const auto& version : type.versions) groups.insert(group_of(version.name));
  for (const auto& group : groups) allow(rules, group, type.resource, kAll);
  if (runs_pods(type.schema.name)) allow_to_watch(rules);
  // Before a namespace is deleted it is looked for data that would go with it.
  if (type.schema.name == kNamespace) allow(rules, "", "persistentvolumeclaims", {"list"});
}

std::string quoted_list(const std::set<std::string>& all) {
  std::string out;
  for (const auto& one : all) out += fmt::format("{}\"{}\"", out.empty() ? "" : ", ", one);
  return "[" + out + "]";
}

// Resources of a group with the same verbs share a rule.
std::string text_of(const Rules& rules) {
  std::string out;
  for (const auto& [group, resources] : rules) {
    std::map<std::set<std::string>, std::set<std::string>> by_verbs;
    for (const auto& [resource, verbs] : resources) by_verbs[verbs].insert(resource);
    for (const auto& [verbs, names] : by_verbs) {
      out += fmt::format("  - apiGroups: [\"{}\"]\n    resources: {}\n    verbs: {}\n", group, quoted_list(names),
                         quoted_list(verbs));
    }
  }
  return out;
}

// Who gets it isn't the stack's to say.
std::string how_to_bind(const std::string& kind, const std::string& name, const std::string& space) {
  const bool whole = kind == "ClusterRole";
  return fmt::format("# kubectl {}create {}binding {} --{}={} --serviceaccount=NAMESPACE:NAME\n",
                     whole ? "" : "-n " + space + " ", whole ? "clusterrole" : "role", name,
                     whole ? "clusterrole" : "role", name);
}

std::string role(const std::string& kind, const std::string& name, const std::string& space, const Rules& rules) {
  return how_to_bind(kind, name, space) +
         fmt::format("apiVersion: rbac.authorization.k8s.io/v1\nkind: {}\nmetadata:\n  name: {}\n{}rules:\n{}", kind,
                     name, space.empty() ? "" : fmt::format("  namespace: {}\n", space), text_of(rules));
}

std::string text_in(const Value& inputs, const char* name) { return to_text(inputs[name]).value_or(""); }

}  // namespace

std::string roles_of(const std::string& stack, const std::vector<const LoweredResource*>& resources) {
  std::set<std::string> made;
  for (const auto* resource : resources) {
    if (resource->type == kNamespace) made.insert(text_in(resource->inputs, "name"));
  }
  Rules whole;
  std::map<std::string, Rules> by_space;
  for (const auto* resource : resources) {
    const auto* type = find_object_type(resource->type);
    if (type == nullptr) continue;  // an image is no object of the cluster
    const auto space = text_in(resource->inputs, "namespace");
    allow_type(space.empty() || made.contains(space) ? whole : by_space[space], *type);
  }
  const auto name = "infra-" + run_time_name(stack);
  std::string out;
  const auto add = [&](const std::string& one) { out += (out.empty() ? "" : "---\n") + one; };
  if (!whole.empty()) add(role("ClusterRole", name, "", whole));
  for (const auto& [space, rules] : by_space) add(role("Role", name, space, rules));
  return out;
}

}  // namespace infra::kubernetes
