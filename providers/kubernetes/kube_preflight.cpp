// Each create and update is tried once on the server without being stored: what its schema, an admission plugin, a
// quota or RBAC refuses is known before anything is touched.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "providers/at_once.h"
#include "providers/kubernetes/classes.h"
#include "providers/kubernetes/kubernetes_provider.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

constexpr std::size_t kLongestTried = 50;
constexpr std::size_t kAtOnce = 8;

// What isn't known yet, as a text that fits most fields.
class Fill : public LeafMapper {
 public:
  std::optional<Value> change(const Value& leaf) override {
    if (leaf.known()) return std::nullopt;
    filled = true;
    return Value("known-after-apply");
  }
  bool filled = false;
};

// Any number of threads may attempt at once.
class DryRun {
 public:
  using IsKnown = std::function<bool(const std::string& id)>;
  // `known`: what is recorded, or about to be: it isn't in the way.
  DryRun(Cluster& cluster, const Server& server, IsKnown known)
      : cluster_(cluster), server_(server), known_(std::move(known)), classes_(cluster) {}

  // A namespace of this plan; before any attempt.
  void expect_namespace(const std::string& name) {
    const auto seen = cluster_.read(*find_object_type(kNamespace), {.name = name});
    if (!seen || !*seen) to_come_.insert(name);
  }

  std::optional<Error> attempt(const CreateRequest& request) {
    const auto& type = *find_object_type(request.type);
    Fill fill;
    const auto inputs = map_leaves(request.inputs, fill);
    auto manifest = to_manifest(
        type, inputs,
        {.owner = cluster_.owner(), .address = request.address, .token = "dry-run", .spec_hash = "dry-run"}, server_);
    if (!manifest.too_new.empty()) return too_old(type, manifest, server_);
    if (auto missing = classes_.missing(type, manifest)) return missing;
    const auto id = ObjectId::of(manifest.body);
    if (type.namespaced && to_come_.contains(id.space)) return may_patch(type, manifest.version, id);
    auto there = cluster_.read(type, id);
    if (!there) return std::nullopt;  // who doesn't answer now refuses nothing
    if (*there) {
      const auto mark = mark_of(**there);
      const bool ours = mark && mark->owner == cluster_.owner();
      if (!ours && !known_(ObjectId::of(**there).text())) return taken(type, id, mark);
      // For another selector it is replaced: tried under another name, as no change of what is there could be.
      const auto& selector = get(manifest.body, "spec", "selector", "matchLabels");
      const bool replaced = selector.is_object() && selector != get(**there, "spec", "selector", "matchLabels");
      if (replaced) manifest.body["metadata"]["name"] = id.name.substr(0, kLongestTried) + "-dry-run";
    }
    // Who owns which field is the plan's to show; here it counts what the server thinks of the result.
    const auto tried = cluster_.apply(type, manifest.body, {.force = true, .dry_run = true});
    if (!tried || *tried) return std::nullopt;
    auto refused = cluster_.refused(*tried, type, "patch", id);
    const bool about_values = refused.code == "E0634" && fill.filled;
    return about_values ? std::nullopt : std::optional(std::move(refused));
  }

 private:
  static Error taken(const ObjectType& type, const ObjectId& id, const std::optional<Mark>& mark) {
    return {.code = "E0636",
            .message = fmt::format("there is a {} {} already, and {}", type.kind, id.text(),
                                   mark ? "it belongs to the stack " + mark->owner.stack : "infra didn't make it"),
            .help = "rename the resource, or delete that one; `infra import` takes it over"};
  }

  // Where the namespace isn't there yet, nothing can be tried in it; what RBAC says can be asked.
  std::optional<Error> may_patch(const ObjectType& type, const std::string& version, const ObjectId& id) {
    {
      const std::scoped_lock lock(mutex_);
      if (!asked_.insert(type.resource + "/" + id.space).second) return std::nullopt;
    }
    Json review{
        {"apiVersion", "authorization.k8s.io/v1"},
        {"kind", "SelfSubjectAccessReview"},
        {"spec",
         {{"resourceAttributes",
           {{"namespace", id.space}, {"verb", "patch"}, {"group", group_of(version)}, {"resource", type.resource}}}}}};
    const auto reply = cluster_.client().ask({.method = "POST",
                                              .path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                              .body = std::move(review)});
    if (!reply || !*reply || get(reply->body, "status", "allowed") != Json(false)) return std::nullopt;
    Reply refused{.status = 403,
                  .body = {{"message", fmt::format("cannot patch resource \"{}\" in API group \"{}\"", type.resource,
                                                   group_of(version))}}};
    return cluster_.refused(refused, type, "patch", id);
  }

  Cluster& cluster_;
  const Server& server_;
  IsKnown known_;
  Classes classes_;
  std::set<std::string> to_come_;  // namespaces of this plan that aren't there yet
  std::mutex mutex_;
  std::set<std::string> asked_;
};

// What the server refuses of each. Asked one after the other they would take the sum of their answers' ways.
std::vector<std::optional<Error>> attempt_all(DryRun& attempts, const std::vector<CreateRequest>& wanted) {
  std::vector<std::optional<Error>> out(wanted.size());
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (auto i = next++; i < wanted.size(); i = next++) {
      if (find_object_type(wanted[i].type) != nullptr) out[i] = attempts.attempt(wanted[i]);
    }
  };
  std::vector<std::future<void>> workers;
  for (std::size_t n = 0; n < std::min(kAtOnce, wanted.size()); ++n) {
    workers.push_back(at_once(work));
  }
  for (auto& worker : workers) worker.get();
  return out;
}

}  // namespace

std::vector<Provider::Refusal> KubernetesProvider::preflight(const std::vector<CreateRequest>& wanted) {
  std::vector<Refusal> out;
  const auto server = cluster_.server();
  if (!server) return out;
  DryRun attempts(cluster_, *server, [this](const std::string& id) { return is_recorded(id) || is_read(id); });
  for (const auto& request : wanted) {
    if (request.type == kNamespace) attempts.expect_namespace(text(to_api(request.inputs["name"])));
  }
  auto refused = attempt_all(attempts, wanted);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (refused[i]) out.push_back({.address = wanted[i].address, .error = *std::move(refused[i])});
  }
  return out;
}

}  // namespace infra::kubernetes
