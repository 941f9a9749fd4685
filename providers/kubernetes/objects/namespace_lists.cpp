#include "providers/kubernetes/objects/namespace_lists.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "providers/kubernetes/access/served.h"

namespace infra::kubernetes {

namespace {

constexpr std::size_t kObjectsOfOneList = 200;
constexpr std::size_t kNamespacesNamed = 10;  // in a message

// What a stack can be made of. Of all others the names are enough.
const std::set<std::string> kRuns = {"Deployment", "DaemonSet", "StatefulSet", "Job", "CronJob"};
const std::set<std::string> kRead = {"Service", "Ingress", "ConfigMap", "HorizontalPodAutoscaler"};

bool is_own_namespace_of_kubernetes(const std::string& name) { return name.starts_with("kube-"); }

// The keys of a Secret without their values: who manages which field is part of the metadata.
Json keys_of_secret(const Json& object) {
  auto out = Json::object();
  for (const auto& entry : get(object, "metadata", "managedFields")) {
    const auto& data = get(entry, "fieldsV1", "f:data");
    if (!data.is_object()) continue;
    for (const auto& [field, below] : data.items()) {
      if (field.starts_with("f:")) out[field.substr(2)] = "";
    }
  }
  return out;
}

Json names_of(const Json& object) {
  Json out{{"name", get(object, "metadata", "name")}, {"namespace", get(object, "metadata", "namespace")}};
  if (const auto& owners = get(object, "metadata", "ownerReferences"); !owners.is_null()) {
    out["ownerReferences"] = owners;
  }
  return out;
}

class NamespaceReading {
 public:
  NamespaceReading(Cluster& cluster, std::vector<std::string> namespaces)
      : cluster_(cluster), namespaces_(std::move(namespaces)) {
    std::sort(namespaces_.begin(), namespaces_.end());
    namespaces_.erase(std::unique(namespaces_.begin(), namespaces_.end()), namespaces_.end());
    const auto& access = cluster_.access();
    const auto place = access.context.empty() ? access.where : "the context " + access.context;
    const bool one = namespaces_.size() == 1;
    out_.where = namespaces_.empty()
                     ? "all namespaces of " + place
                     : fmt::format("the namespace{} {} of {}", one ? "" : "s", fmt::join(namespaces_, ", "), place);
    out_.name = one && namespaces_.front() != "default" ? namespaces_.front() : access.context;
  }

  Result<NamespaceLists> run() {
    auto resources = wanted();
    if (!resources) return std::move(resources).error();
    const auto everywhere = std::vector<std::string>{""};
    for (const auto& space : namespaces_.empty() ? everywhere : namespaces_) {
      for (const auto& resource : *resources) {
        if (auto read = list(resource, space); !read) return std::move(read).error();
      }
    }
    if (!denied_.empty()) return denied();
    if (!runs_) return nothing_runs();
    out_.unread.assign(unread_.begin(), unread_.end());
    return std::move(out_);
  }

 private:
  // Those that infra knows in the version that it knows, the others in the one that the server prefers.
  Result<std::vector<ServedResource>> wanted() {
    const auto server = cluster_.server();
    if (!server) return server.error();
    std::vector<ServedResource> out;
    std::set<std::string> known;
    for (const auto* type : object_types()) {
      const auto version = server->version_of(*type);
      if (!type->namespaced || version.empty()) continue;
      out.push_back({version, type->resource, type->kind});
      known.insert(group_of(version) + "/" + type->resource);
      known.insert("extensions/" + type->resource);  // where some of them were before
    }
    out.insert(out.end(), {{"apps/v1", "replicasets", "ReplicaSet"}, {"v1", "pods", "Pod"}});
    auto served = served_in_namespaces(cluster_.client());
    if (!served) return served;
    for (auto& one : *served) {
      if (!known.contains(group_of(one.version) + "/" + one.name)) out.push_back(std::move(one));
    }
    return out;
  }

  Result<Ok> list(const ServedResource& resource, const std::string& space) {
    const bool runs = kRuns.contains(resource.kind);
    const bool needed = runs || kRead.contains(resource.kind);
    std::vector<Json> objects;
    auto refused = cluster_.client().list(
        {.path = path_of(resource.version, resource.name, space), .metadata_only = !needed}, objects);
    if (!refused) return std::move(refused).take_error("listing " + resource.name);
    if (*refused && (**refused).status == 403) {
      if (needed) {
        denied_[group_of(resource.version)].insert(resource.name);
        denied_in_.insert(space);
      } else {
        unread_.insert(resource.name);
      }
      return Ok();
    }
    if (*refused && needed) {
      return refusal(**refused, {.verb = "list", .resource = resource.name, .space = space}, cluster_.client().where());
    }
    if (*refused) {  // an aggregated API that is down, or an extension that is going
      unread_.insert(resource.name);
      return Ok();
    }
    add(resource, needed, objects);
    runs_ = runs_ || (runs && !objects.empty());
    return Ok();
  }

  void add(const ServedResource& resource, bool in_full, std::vector<Json>& objects) {
    std::erase_if(objects, [&](const Json& one) { return is_no_part(resource, one); });
    for (auto& object : objects) {
      if (in_full) {
        object.erase("status");
        object["metadata"].erase("managedFields");
      } else {
        Json names{{"metadata", names_of(object)}};
        if (resource.kind == "Secret") names["data"] = keys_of_secret(object);
        object = std::move(names);
      }
      object["kind"] = resource.kind;
      object["apiVersion"] = resource.version;
    }
    // An importer reads no text of any length.
    for (std::size_t from = 0; from < objects.size(); from += kObjectsOfOneList) {
      auto items = Json::array();
      for (std::size_t i = from; i < std::min(objects.size(), from + kObjectsOfOneList); ++i) {
        items.push_back(std::move(objects[i]));
      }
      out_.lists.push_back(
          Json{{"kind", "List"}, {"items", std::move(items)}}.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
  }

  // What Kubernetes makes by itself, and what it keeps for itself.
  [[nodiscard]] bool is_no_part(const ServedResource& resource, const Json& object) const {
    const auto space = text(get(object, "metadata", "namespace"));
    if (namespaces_.empty() && is_own_namespace_of_kubernetes(space)) return true;
    const bool owned = !get(object, "metadata", "ownerReferences").is_null();
    if (owned && (resource.kind == "Pod" || resource.kind == "ReplicaSet")) return true;
    if (resource.kind == "Secret") {
      const auto& account = get(object, "metadata", "annotations", "kubernetes.io/service-account.name");
      return !account.is_null() || keys_of_secret(object).empty();
    }
    const bool api =
        resource.kind == "Service" && space == "default" && text(get(object, "metadata", "name")) == "kubernetes";
    return api || is_from_kubernetes(resource.name, object);
  }

  // All that is missing at once, with the lines of the role.
  [[nodiscard]] Error denied() const {
    std::vector<std::string> names;
    std::vector<std::string> rules;
    for (const auto& [group, resources] : denied_) {
      names.insert(names.end(), resources.begin(), resources.end());
      std::vector<std::string> quoted;
      for (const auto& one : resources) quoted.push_back('"' + one + '"');
      rules.push_back(
          fmt::format("- {{apiGroups: [\"{}\"], resources: [{}], verbs: [\"list\"]}}", group, fmt::join(quoted, ", ")));
    }
    const bool everywhere = namespaces_.empty();
    return {.code = "E0633",
            .message = fmt::format(
                "{} may not list {} in {}", cluster_.client().where(), fmt::join(names, ", "),
                everywhere ? "the whole cluster" : fmt::format("the namespace {}", fmt::join(denied_in_, ", "))),
            .help = fmt::format("its {} lacks: {}", everywhere ? "ClusterRole" : "Role", fmt::join(rules, " "))};
  }

  // Perhaps it is another namespace that was meant: who may see them is told them.
  Error nothing_runs() {
    Error out{.code = "E0910", .message = fmt::format("{} can't be imported: nothing runs there", out_.where)};
    std::vector<Json> all;
    const auto refused = cluster_.client().list({.path = "/api/v1/namespaces", .metadata_only = true}, all);
    std::vector<std::string> names;
    names.reserve(all.size());
    for (const auto& one : all) names.push_back(text(get(one, "metadata", "name")));
    if (!refused || *refused || names.empty()) {
      out.help = "choose another namespace, or another context";
      return out;
    }
    for (const auto& one : namespaces_) {
      if (std::find(names.begin(), names.end(), one) == names.end()) {
        out.message = fmt::format("there is no namespace {} in the context {}", one, cluster_.access().context);
      }
    }
    std::erase_if(names, is_own_namespace_of_kubernetes);
    std::sort(names.begin(), names.end());
    const bool more = names.size() > kNamespacesNamed;
    if (more) names.resize(kNamespacesNamed);
    out.help = fmt::format("its namespaces are {}{}; choose one with --namespace, or another cluster with --context",
                           fmt::join(names, ", "), more ? " …" : "");
    return out;
  }

  Cluster& cluster_;
  std::vector<std::string> namespaces_;
  std::map<std::string, std::set<std::string>> denied_;  // by group
  std::set<std::string> denied_in_, unread_;
  bool runs_ = false;
  NamespaceLists out_;
};

}  // namespace

Result<NamespaceLists> list_namespaces(Cluster& cluster, const std::vector<std::string>& namespaces) {
  return NamespaceReading(cluster, namespaces).run();
}

Result<NamespaceLists> list_namespaces(const NamespacesWish& wish) {
  auto access = find_access(wish.access, process_surroundings());
  if (!access) return std::move(access).error();
  auto namespaces = wish.namespaces;
  if (namespaces.empty() && !wish.all) namespaces.push_back(access->space);
  Cluster cluster(*std::move(access), {});
  return list_namespaces(cluster, namespaces);
}

}  // namespace infra::kubernetes
