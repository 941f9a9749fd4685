#include "providers/nodes/nodes_provider.h"

#include <fmt/format.h>

#include <map>

#include "providers/at_once.h"
#include "providers/engine/engine_types.h"
#include "providers/engine/foreign_routes.h"
#include "providers/engine/jobs/job.h"
#include "providers/engine/overlay.h"
#include "providers/engine/service_outputs.h"
#include "providers/nodes/balancer/balancer_routes.h"
#include "providers/nodes/balancer/load_balancers.h"
#include "providers/nodes/balancer/refused_routes.h"
#include "providers/nodes/found.h"
#include "providers/nodes/images/fetch_images.h"
#include "providers/nodes/images/found_image.h"
#include "providers/nodes/images/image_copy.h"
#include "providers/nodes/images/images.h"
#include "providers/nodes/jobs/job_list.h"
#include "providers/nodes/jobs/job_runs.h"
#include "providers/nodes/networks.h"
#include "providers/nodes/overlay/overlay_networks.h"
#include "providers/nodes/overlay/refused_overlays.h"
#include "providers/nodes/preflight/node_preflight.h"
#include "providers/nodes/registry/grant.h"
#include "providers/nodes/registry/trust.h"
#include "providers/nodes/repositories.h"
#include "providers/nodes/tasks/containers.h"
#include "providers/nodes/tasks/found_task.h"
#include "providers/nodes/tasks/tasks.h"

namespace infra::nodes {

Result<std::unique_ptr<NodesProvider>> NodesProvider::open(ConnectContext context) {
  Engines engines;
  for (const auto& node : engine::nodes_of(context.platform)) {
    auto endpoint = endpoint_of(node.name, node.config);
    if (!endpoint) return std::move(endpoint).error();
    engines.emplace(node.name, std::make_unique<Engine>(node.name, *std::move(endpoint)));
  }
  return std::unique_ptr<NodesProvider>(new NodesProvider(std::move(context), std::move(engines)));
}

Result<Engine*> NodesProvider::engine_of(const Value& inputs) const { return node_named(text_of(inputs["node"])); }

Result<Engine*> NodesProvider::node_named(const std::string& name) const {
  const auto at = engines_.find(name);
  if (at != engines_.end()) return at->second.get();
  return Error{.code = "E0612",
               .message = fmt::format("platform `{}` has no node `{}`", context_.platform.name, name),
               .help = "declare the node again, or, if it is gone for good, remove its objects from the state"};
}

namespace {

constexpr std::chrono::seconds kRegistryStart{30};

// Types of which one is missing below are no types of this platform: a bug, not a fault of the world.
Error unknown_type(const std::string& type) {
  return {.code = "E0999", .message = fmt::format("internal error: the platform `nodes` has no type \"{}\"", type)};
}

template <class T>
Result<T> named(Result<T> result, std::string_view what, const Address& address) {
  if (result) return result;
  return std::move(result).take_error(fmt::format("{} {}", what, address.text()));
}

}  // namespace

Result<std::optional<FoundObject>> NodesProvider::read(const std::string& type, const std::string& id,
                                                       const Value& wanted) {
  // A name may stand for something on each node.
  std::vector<Engine*> engines;
  for (const auto& [name, engine] : engines_) {
    const bool first = name == text_of(wanted["node"]);
    engines.insert(first ? engines.begin() : engines.end(), engine.get());
  }
  if (type == "image") return find_image(engines, id, nodes::with_grants(wanted, kept_));
  if (type == "load_balancer" || type == "listener")
    return balancer::find_balancer(engines_, context_.owner, type, id,
                                   [this](const auto& node) { return host_of(node); });
  if (type != "container" && type != "network" && type != "task") return Provider::read(type, id, wanted);
  for (auto* engine : engines) {
    auto found = type == "task"        ? find_task(*engine, id, wanted, host_of(engine->node()))
                 : type == "container" ? find_container(*engine, id, wanted)
                                       : find_network(*engine, id);
    if (!found || *found) return found;
  }
  return std::optional<FoundObject>();
}

CreateRequest NodesProvider::with_grants(CreateRequest request) const {
  request.inputs = nodes::with_grants(request.inputs, kept_);
  return request;
}

Result<ObjectResult> NodesProvider::create(const CreateRequest& plain, const Cancel& cancel, const Progress& progress) {
  const auto request = with_grants(plain);
  if (request.type == "registry_access") return create_registry_access(request, kept_);
  if (request.type == "repository")
    return named(create_repository(request, cancel, progress), "creating", request.address);
  if (request.type == "acme_account")
    return named(balancer::create_account(request, cancel, progress, kept_), "creating", request.address);
  if (request.type == "acme_certificate")
    return named(balancer::create_certificate(request, cancel, progress, fleet(), kept_), "creating", request.address);
  if (request.type == engine::kBalancerRoute) routed_ = true;
  if (request.type == engine::kBalancerRoute)
    return named(balancer::create_routes({fleet(), request, cancel, progress}), "creating", request.address);
  if (request.type == "load_balancer") routed_ = true;
  const overlay::Nodes all{engines_, context_.owner, cancel, progress};
  if (request.type == engine::kOverlay) return named(create_overlay(all, request), "creating", request.address);
  if (request.type == engine::kOverlayNetwork)
    return named(create_overlay_network(all, request), "creating", request.address);
  auto engine = request.type == engine::kJobRun ? choose_node(engines_, request.inputs, context_.drained)
                                                : engine_of(request.inputs);
  if (!engine) return named(Result<ObjectResult>(std::move(engine).error()), "creating", request.address);
  const Context context{
      .engine = **engine, .owner = context_.owner, .sources = context_.sources, .cancel = cancel, .progress = progress};
  if (auto brought = bring_images_for(context, request); !brought)
    return named(Result<ObjectResult>(std::move(brought).error()), "creating", request.address);
  if (request.type == engine::kJobRun) return named(create_run(context, request), "running", request.address);
  if (request.type == "container") return named(create_own_container(context, request), "creating", request.address);
  if (request.type == "task") {
    return named(create_task(context, request, host_of(context.engine.node())), "creating", request.address);
  }
  if (request.type == "network") return named(create_network(context, request), "creating", request.address);
  if (request.type == "load_balancer") {
    const auto host = host_of(context.engine.node());
    return named(balancer::create_load_balancer(context, request, fleet(), kept_, host), "creating", request.address);
  }
  if (request.type == "image") return named(create_image(context, request), "creating", request.address);
  return unknown_type(request.type);
}

Result<ObjectResult> NodesProvider::update(const ExistingObject& existing, const CreateRequest& plain,
                                           const Cancel& cancel, const Progress& progress) {
  const auto request = with_grants(plain);
  if (request.type == "repository")
    return named(create_repository(request, cancel, progress), "updating", request.address);
  if (request.type == "acme_account")
    return named(balancer::update_account(existing, request, cancel, progress, kept_), "updating", request.address);
  if (request.type == "acme_certificate") {
    return named(balancer::update_certificate(existing, request, cancel, progress, fleet(), kept_), "updating",
                 request.address);
  }
  if (request.type == engine::kBalancerRoute)
    return named(balancer::update_routes({fleet(), request, cancel, progress}, existing.id), "updating",
                 request.address);
  if (request.type == engine::kOverlay) {
    const overlay::Nodes all{engines_, context_.owner, cancel, progress};
    return named(update_overlay(all, existing, request), "updating", request.address);
  }
  auto engine = request.type == engine::kJobRun ? node_named(node_of_run(existing.id)) : engine_of(request.inputs);
  if (!engine) return std::move(engine).error();
  const Context context{
      .engine = **engine, .owner = context_.owner, .sources = context_.sources, .cancel = cancel, .progress = progress};
  if (request.type == engine::kJobRun) return named(update_run(context, existing), "updating", request.address);
  if (request.type == "container") return named(update_container(context, existing), "updating", request.address);
  if (request.type == "image") return update_image(existing);
  if (request.type == "load_balancer") {
    const auto host = host_of(context.engine.node());
    return named(balancer::update_load_balancer(context, existing, request, fleet(), kept_, host), "updating",
                 request.address);
  }
  return unknown_type(request.type);
}

Result<Ok> NodesProvider::destroy_on(Engine& engine, const ExistingObject& existing, const Cancel& cancel,
                                     const Progress& progress) const {
  const Context context{
      .engine = engine, .owner = context_.owner, .sources = context_.sources, .cancel = cancel, .progress = progress};
  if (existing.type == "container") return named(destroy_container(context, existing), "destroying", existing.address);
  if (existing.type == engine::kJobRun) return named(destroy_run(context, existing), "removing", existing.address);
  if (existing.type == "task") return named(destroy_routed_task(context, existing), "destroying", existing.address);
  if (existing.type == "load_balancer")
    return named(balancer::destroy_load_balancer(context, existing), "destroying", existing.address);
  if (existing.type == "network") return named(destroy_network(context, existing), "destroying", existing.address);
  if (existing.type == "image") return named(destroy_image(context, existing), "destroying", existing.address);
  return unknown_type(existing.type);
}

void NodesProvider::know_kept(const std::vector<KeptSecret>& kept) {
  for (const auto& one : kept) kept_.put(one.address, one.text);
}

std::string NodesProvider::host_of(const std::string& node) const { return engine::node_host(context_.platform, node); }

std::string NodesProvider::host_among_nodes(const std::string& node) const {
  for (const auto& one : engine::nodes_of(context_.platform)) {
    if (one.name == node) return engine::address_among_nodes(one.config).value_or(host_of(node));
  }
  return host_of(node);
}

balancer::Fleet NodesProvider::fleet() const {
  return {engines_, context_.owner, [this](const std::string& node) { return host_among_nodes(node); }};
}

// Nothing is asked of it any more when it is stopped.
Result<Ok> NodesProvider::destroy_routed_task(const Context& context, const ExistingObject& existing) const {
  if (!routed_) return destroy_task(context, existing);
  auto entries = entries_of_task(context, existing.id);
  if (!entries) return std::move(entries).error();
  auto left = fleet().leave(context, *entries, context.engine.node());
  if (!left) return std::move(left).error();
  if (auto gone = destroy_task(context, existing); !gone) return gone;
  return fleet().forget(*left, existing.address.owner().text(), existing.id);
}

std::vector<Provider::Refusal> NodesProvider::preflight(const std::vector<CreateRequest>& wanted) {
  std::map<std::string, std::vector<const CreateRequest*>> by_node;
  std::vector<CreateRequest> filled;
  filled.reserve(wanted.size());
  for (const auto& request : wanted) filled.push_back(with_grants(request));
  for (const auto& request : filled) {
    if (const auto node = text_of(request.inputs["node"]); !node.empty()) by_node[node].push_back(&request);
    // Any of them may be chosen; what the first one can't have, the others can't either.
    const auto* nodes = request.type == engine::kJobRun ? request.inputs["nodes"].map() : nullptr;
    if (nodes != nullptr && !nodes->empty()) by_node[nodes->begin()->first].push_back(&request);
  }
  std::vector<std::future<std::vector<Refusal>>> asked;
  for (const auto& [node, requests] : by_node) {
    const auto engine = engines_.find(node);
    if (engine == engines_.end()) continue;
    asked.push_back(at_once([this, &on = *engine->second, &its = requests] {
      const Cancel cancel;
      const Progress progress;
      return preflight_on(
          {.engine = on, .owner = context_.owner, .sources = context_.sources, .cancel = cancel, .progress = progress},
          its);
    }));
  }
  auto out = overlay::refused_overlays(engines_, filled);
  auto routes = balancer::refused_routes(engines_, context_.owner, filled);
  std::move(routes.begin(), routes.end(), std::back_inserter(out));
  for (auto& answer : asked) {
    auto refused = answer.get();
    std::move(refused.begin(), refused.end(), std::back_inserter(out));
  }
  return out;
}

Result<Ok> NodesProvider::fetch_images(const std::vector<CreateRequest>& tasks, const Cancel& cancel,
                                       const Progress& progress) {
  std::vector<CreateRequest> filled;
  filled.reserve(tasks.size());
  for (const auto& task : tasks) filled.push_back(with_grants(task));
  return nodes::fetch_images(engines_, context_.owner, filled, cancel, progress);
}

std::string NodesProvider::diagnose(const ExistingObject& existing) {
  auto engine = engine_of(existing.inputs);
  if (!engine || existing.type != "task") return {};
  const Cancel cancel;
  const Progress progress;
  const Context context{
      .engine = **engine, .owner = context_.owner, .sources = context_.sources, .cancel = cancel, .progress = progress};
  return diagnose_task(context, existing);
}

// A registry that others wait for is there when it answers.
Result<ObjectResult> NodesProvider::create_own_container(const Context& context, const CreateRequest& request) const {
  auto files = files_of_registry(request.inputs, kept_);
  if (!files) return std::move(files).error();
  auto made = create_container(context, request, *files);
  if (!made || files->empty()) return made;
  const Value reached = Map({{"endpoint", request.inputs["endpoint"]}, {"grant", request.inputs["serves"]}});
  const auto client = repository_client(nodes::with_grants(reached, kept_), &context.cancel);
  auto answers = wait_for_registry(client, kRegistryStart, context.cancel, context.progress);
  if (answers) return made;
  if (auto removed = remove_container(context, made->id); !removed) return std::move(removed).error();
  return std::move(answers).error();
}

Result<Ok> NodesProvider::bring_images_for(const Context& context, const CreateRequest& request) const {
  if (request.type != "task" && request.type != engine::kJobRun) return Ok{};
  return bring_images(engines_, context, request.inputs["containers"]);
}

// Where it is used by something else, or on a machine that doesn't answer, it stays until a later plan finds it.
void NodesProvider::remove_copies(const ExistingObject& image, const Cancel& cancel, const Progress& progress) const {
  for (const auto& [name, engine] : engines_) {
    if (name == text_of(image.inputs["node"])) continue;
    const Context context{.engine = *engine,
                          .owner = context_.owner,
                          .sources = context_.sources,
                          .cancel = cancel,
                          .progress = progress};
    auto gone = remove_image(context, image.id);
    if (!gone) context.say(fmt::format("node {} keeps its copy: {}", name, gone.error().message));
  }
}

// A machine that doesn't answer keeps the file, which opens nothing: it is a certificate.
void NodesProvider::forget_registry_everywhere(const Value& inputs, const Cancel& cancel,
                                               const Progress& progress) const {
  for (const auto& [name, engine] : engines_) {
    const Context context{.engine = *engine,
                          .owner = context_.owner,
                          .sources = context_.sources,
                          .cancel = cancel,
                          .progress = progress};
    auto gone = forget_registry(context, text_of(inputs["endpoint"]));
    if (!gone) context.say(fmt::format("node {} keeps its certificate: {}", name, gone.error().message));
  }
}

Result<Ok> NodesProvider::destroy(const ExistingObject& plain, const Cancel& cancel, const Progress& progress) {
  auto existing = plain;
  existing.inputs = nodes::with_grants(plain.inputs, kept_);
  if (existing.type == "image") remove_copies(existing, cancel, progress);
  if (existing.type == "registry_access") forget_registry_everywhere(existing.inputs, cancel, progress);
  if (existing.type == "repository")
    return named(destroy_repository(context_.owner, existing, cancel), "destroying", existing.address);
  if (existing.type == engine::kBalancerRoute)
    return named(balancer::destroy_routes(fleet(), existing.id, cancel, progress), "destroying", existing.address);
  const overlay::Nodes all{engines_, context_.owner, cancel, progress};
  if (existing.type == engine::kOverlay) return named(destroy_overlay(all, existing), "destroying", existing.address);
  if (existing.type == engine::kOverlayNetwork)
    return named(destroy_overlay_network(all, existing), "destroying", existing.address);
  if (keeps_secret(existing.type)) return Ok{};  // its record is all there is of it
  if (existing.type == engine::kJobRun) {
    auto engine = node_named(node_of_run(existing.id));
    if (!engine) return std::move(engine).error();
    return destroy_on(**engine, existing, cancel, progress);
  }
  if (!text_of(existing.inputs["node"]).empty()) {
    auto engine = engine_of(existing.inputs);
    if (!engine) return std::move(engine).error();
    return destroy_on(**engine, existing, cancel, progress);
  }
  // Something of ours that no record tells the node of: ids are unique, and where it isn't it is gone already.
  for (const auto& [name, engine] : engines_) {
    if (auto gone = destroy_on(*engine, existing, cancel, progress); !gone) return gone;
  }
  return Ok{};
}

}  // namespace infra::nodes
