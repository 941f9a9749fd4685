// What a plan does to the cluster's objects.
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "providers/kubernetes/classes.h"
#include "providers/kubernetes/kubernetes_provider.h"
#include "providers/kubernetes/objects/contents.h"
#include "providers/kubernetes/objects/fields.h"
#include "providers/kubernetes/objects/object_schemas.h"

namespace infra::kubernetes {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds kLook = 300ms;     // how often what is ending is looked at
constexpr milliseconds kEnding = 10min;   // until it must be gone
constexpr milliseconds kFinalizer = 30s;  // how long a finalizer alone may hold it
constexpr const char* kReplicas = "infra-replicas";

const ObjectType& type_named(const std::string& name) {
  const auto* type = find_object_type(name);
  if (type == nullptr) std::abort();  // lowering makes no others
  return *type;
}

bool is_ours(const Json& object, const Ownership& owner) {
  const auto mark = mark_of(object);
  return mark && mark->owner == owner;
}

bool is_ending(const Json& object) { return !get(object, "metadata", "deletionTimestamp").is_null(); }

Error foreign(const ObjectType& type, const ObjectId& id, const Json& object) {
  const auto mark = mark_of(object);
  auto whose = mark ? fmt::format("it belongs to the stack {}", mark->owner.stack) : "infra didn't make it";
  return {.code = "E0636",
          .message =
              fmt::format("there is a {} {} already, and {}", type.kind, ObjectId{id.space, id.name, ""}.text(), whose),
          .help = "rename the resource, or delete that one; `infra import` takes it over"};
}

// What holds an object that is to end: a namespace says so, others name their finalizers.
std::string holders(const Json& object) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
  for (const auto* type :
       {"NamespaceContentRemaining", "NamespaceFinalizersRemaining", "NamespaceDeletionContentFailure"}) {
    const auto& one = condition_of(object, type);
    if (text(get(one, "status")) == "True") add(text(get(one, "message")));
  }
  if (!out.empty()) return out;
  for (const auto& one : get(object, "metadata", "finalizers")) {
    if (text(one) != "foregroundDeletion" && text(one) != "orphan") add("the finalizer " + text(one));
  }
  return out;
}

// Until it is gone, or another one.
Result<Ok> await_end(Cluster& cluster, const ObjectType& type, const ObjectId& id, const Cancel& cancel,
                     const Progress& progress) {
  milliseconds held{0};
  std::string told;
  for (milliseconds waited{0};; waited += kLook) {
    auto now = cluster.read(type, id, &cancel);
    if (!now) return std::move(now).error();
    if (!*now || ObjectId::of(**now).uid != id.uid) return Ok{};
    const auto holder = holders(**now);
    held = holder.empty() ? 0ms : held + kLook;
    if (held > kFinalizer || waited > kEnding) {
      return Error{.code = "E0637",
                   .message = fmt::format("the {} {} doesn't end: {}", type.kind, id.text(),
                                          holder.empty() ? "its parts are still there" : "it is held by " + holder),
                   .help = "whoever set the finalizer must do its work; infra never removes one. Then apply again"};
    }
    auto text = holder.empty() ? std::string("waiting until it is gone") : "held by " + holder;
    if (waited > 2s && text != told) progress(told = std::move(text));
    for (milliseconds slept{0}; slept < kLook; slept += 50ms) {
      if (cancel.aborting()) return Error{.code = "E0703", .message = "the wait for its end was cancelled"};
      std::this_thread::sleep_for(50ms);
    }
  }
}

// Somebody made one of the same name between our look and our apply: our fields go again.
void give_back(Cluster& cluster, const ObjectType& type, const Json& manifest) {
  Json nothing{{"apiVersion", manifest["apiVersion"]},
               {"kind", manifest["kind"]},
               {"metadata", {{"name", manifest["metadata"]["name"]}}}};
  if (type.namespaced) nothing["metadata"]["namespace"] = manifest["metadata"]["namespace"];
  (void)cluster.apply(type, nothing, {.force = true});
}

bool made_by_us(const Json& object, const std::string& token) {
  const auto mark = mark_of(object);
  return mark && mark->token == token && foreign_fields(object).empty();
}

// What a controller will give an address is waited for, for a while.
ObjectResult result_of(Cluster& cluster, const ObjectType& type, const Json& object) {
  auto seen = seen_of(type, object);
  if (lacks_address(type, seen.outputs) && expects_address(cluster, type, object)) seen.health = waits_for_address();
  return {.id = ObjectId::of(object).text(), .outputs = std::move(seen.outputs), .health = std::move(seen.health)};
}

// Who has the number of copies: one that a plan gives up stays what it is, until an autoscaler says otherwise.
Result<Ok> hand_over_replicas(Cluster& cluster, const ObjectType& type, const Json& manifest, const ObjectId& id,
                              bool give) {
  Json part{{"apiVersion", manifest["apiVersion"]},
            {"kind", manifest["kind"]},
            {"metadata", {{"name", id.name}, {"namespace", id.space}}}};
  if (give) {
    auto now = cluster.read(type, id);
    if (!now) return std::move(now).error();
    if (!*now) return Ok{};
    part["spec"]["replicas"] = get(**now, "spec", "replicas");
  }
  const auto applied = cluster.apply(type, part, {.force = true, .manager = kReplicas});
  if (!applied) return applied.error();
  return *applied || applied->status == 404 ? Result<Ok>(Ok{}) : cluster.refused(*applied, type, "patch", id);
}

bool states_replicas(const Value& inputs) { return !inputs["spec"]["replicas"].is_null(); }

}  // namespace

Result<ObjectResult> KubernetesProvider::create(const CreateRequest& request, const Cancel& cancel,
                                                const Progress& progress) {
  if (request.type == kImage) return build(request, cancel, progress);
  const auto& type = type_named(request.type);
  const auto server = cluster_.server();
  if (!server) return server.error();
  const auto manifest = to_manifest(type, request.inputs, mark(request), *server);
  if (!manifest.too_new.empty()) return too_old(type, manifest, *server);
  const auto id = ObjectId::of(manifest.body);
  for (int looks = 0;; ++looks) {
    auto there = cluster_.read(type, id, &cancel);
    if (!there) return std::move(there).error();
    if (!*there) break;
    if (!is_ours(**there, cluster_.owner())) return foreign(type, id, **there);
    // Two can't have one name: what is to be replaced goes first, as does what is ending. What a killed run left is
    // taken over by the apply.
    const bool replaced = is_recorded(ObjectId::of(**there).text());
    if ((!is_ending(**there) && !replaced) || looks > 0) break;
    if (replaced && !is_ending(**there)) {
      const auto asked = cluster_.remove(type, ObjectId::of(**there), &cancel);
      if (!asked) return asked.error();
      if (!*asked && asked->status != 404) return cluster_.refused(*asked, type, "delete", id);
    }
    if (auto gone = await_end(cluster_, type, ObjectId::of(**there), cancel, progress); !gone) {
      return std::move(gone).error();
    }
  }
  const auto applied = cluster_.apply(type, manifest.body, {.cancel = &cancel});
  if (!applied) {
    auto there = cluster_.read(type, id);
    if (there && *there && made_by_us(**there, request.token)) return result_of(cluster_, type, **there);
    return applied.error();
  }
  if (!*applied) return cluster_.refused(*applied, type, "patch", id);
  if (applied->status == 201 || (applied->uncertain && made_by_us(applied->body, request.token)) ||
      foreign_fields(applied->body).empty()) {
    return result_of(cluster_, type, applied->body);
  }
  give_back(cluster_, type, manifest.body);
  return foreign(type, id, Json());
}

Result<ObjectResult> KubernetesProvider::update(const ExistingObject& existing, const CreateRequest& request,
                                                const Cancel& cancel, const Progress&) {
  if (request.type == kImage) return ObjectResult{.id = existing.id, .outputs = existing.outputs};
  const auto& type = type_named(request.type);
  const auto server = cluster_.server();
  if (!server) return server.error();
  const auto id = ObjectId::parse(existing.id);
  auto manifest = to_manifest(type, request.inputs, mark(request), *server);
  if (!manifest.too_new.empty()) return too_old(type, manifest, *server);
  manifest.body["metadata"]["uid"] = id.uid;
  manifest.body["metadata"]["name"] = id.name;

  const bool gives = states_replicas(existing.inputs) && !states_replicas(request.inputs);
  const bool takes = !states_replicas(existing.inputs) && states_replicas(request.inputs);
  if (type.schema.name == kDeployment && gives) {
    if (auto given = hand_over_replicas(cluster_, type, manifest.body, id, true); !given)
      return std::move(given).error();
  }
  const auto memory = recall(existing.id);
  auto applied = cluster_.apply(type, manifest.body, {.cancel = &cancel});
  if (!applied) return std::move(applied).error();
  if (const auto conflicts = conflicts_of(*applied); !conflicts.empty()) {
    // Taken back is what the plan said was changed, and nothing else.
    bool shown = std::all_of(conflicts.begin(), conflicts.end(), [&](const Conflict& one) {
      const bool ours = one.manager == kReplicas || (takes && one.field == "spec.replicas");
      return ours || !memory.drifted.empty();
    });
    // What is imported is others' in all fields until now: the plan showed what becomes of them.
    if (!shown) {
      auto now = cluster_.read(type, id, &cancel);
      shown = now && *now && !is_managed_by_us(**now);
    }
    if (shown) {
      applied = cluster_.apply(type, manifest.body, {.force = true, .cancel = &cancel});
      if (!applied) return std::move(applied).error();
    }
  }
  if (!*applied) return cluster_.refused(*applied, type, "patch", id);
  if (type.schema.name == kDeployment && takes) {
    if (auto taken = hand_over_replicas(cluster_, type, manifest.body, id, false); !taken)
      return std::move(taken).error();
  }
  remember(existing.id, [&](Memory& now) {
    now.drifted.clear();
    now.waits_since = {};
    if (!rolls_out(type)) return;
    const auto mark = existing.inputs.map() != nullptr && !existing.inputs.map()->empty();
    now.former = mark ? existing.inputs : Value();
  });
  return result_of(cluster_, type, applied->body);
}

Result<Ok> KubernetesProvider::destroy(const ExistingObject& existing, const Cancel& cancel, const Progress& progress) {
  if (existing.type == kImage) return Ok{};  // what a rollback would need stays; it goes with its repository
  const auto& type = type_named(existing.type);
  const auto id = ObjectId::parse(existing.id);
  if (type.schema.name == kNamespace) {
    const auto others = foreign_contents(cluster_, id.name);
    if (!others) return others.error();
    if (!others->empty()) {
      std::string names;
      for (const auto& one : *others) names += (names.empty() ? "" : ", ") + one;
      return Error{.code = "E0637",
                   .message = fmt::format("the namespace {} holds what this stack didn't make: {}", id.name, names),
                   .help = "delete or move it first; or keep the namespace: `keep = true`"};
    }
  }
  const auto asked = cluster_.remove(type, id, &cancel);
  if (!asked) return asked.error();
  if (asked->status == 404) return Ok{};
  if (asked->status == 409 && conflicts_of(*asked).empty()) {  // another one of that name, or it changes just now
    auto now = cluster_.read(type, id, &cancel);
    if (!now) return std::move(now).error();
    if (!*now || ObjectId::of(**now).uid != id.uid) return Ok{};
    if (!is_ending(**now)) return cluster_.refused(*asked, type, "delete", id);
  } else if (!*asked) {
    return cluster_.refused(*asked, type, "delete", id);
  }
  return await_end(cluster_, type, id, cancel, progress);
}

// Pushed by an engine here; its digest is all that the cluster needs.
Result<ObjectResult> KubernetesProvider::build(const CreateRequest& request, const Cancel& cancel,
                                               const Progress& progress) {
  if (!build_) return Error{.code = "E0607", .message = "this program can't build images"};
  auto digest = build_({.engine = builder_,
                        .request = request,
                        .owner = cluster_.owner(),
                        .sources = sources_,
                        .cancel = cancel,
                        .progress = progress});
  if (!digest) return std::move(digest).error();
  const auto ref = text(to_api(request.inputs["repository"])) + "@" + *digest;
  Map outputs;
  outputs.set("digest", *digest);
  outputs.set("ref", ref);
  return ObjectResult{.id = ref, .outputs = std::move(outputs)};
}

}  // namespace infra::kubernetes
