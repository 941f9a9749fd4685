#include "providers/nodes/repositories.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <thread>

#include "providers/loopback.h"
#include "providers/registry/reference.h"
#include "providers/registry/registry_client.h"

namespace infra::nodes {

namespace {

registry::RegistryClient client_of(const Value& inputs, bool signed_in) {
  return registry::RegistryClient({.endpoint = text_of(inputs["endpoint"]),
                                   .insecure = is_true(inputs["insecure"]),
                                   .username = signed_in ? text_of(inputs["username"]) : std::string(),
                                   .password = signed_in ? text_of(inputs["password"]) : std::string()});
}

Value outputs_of(const std::string& url) { return Map(std::vector<Entry>{{"url", url}}); }

std::string url_of(const Value& inputs) {
  return fmt::format("{}/{}", text_of(inputs["endpoint"]), text_of(inputs["name"]));
}

// Is it "localhost:5000", published by a container of this stack?
bool runs_here(const std::vector<KnownObject>& known, const std::string& endpoint) {
  if (!is_loopback(endpoint)) return false;
  const auto port = endpoint.substr(endpoint.rfind(':') + 1);
  return std::any_of(known.begin(), known.end(), [&](const KnownObject& object) {
    const auto* ports = object.inputs["ports"].list();
    if (object.type != "container" || ports == nullptr) return false;
    return std::any_of(ports->begin(), ports->end(),
                       [&](const Value& p) { return fmt::format("{}", number_of(p["host"])) == port; });
  });
}

void observe_registry(const std::vector<KnownObject>& known, const std::vector<const KnownObject*>& repositories,
                      Observation& out) {
  const auto& inputs = repositories.front()->inputs;
  const auto endpoint = text_of(inputs["endpoint"]);
  auto there = client_of(inputs, false).answers();
  if (!there && !runs_here(known, endpoint)) {
    Observation::Silence silence{.where = "the registry " + endpoint, .error = std::move(there).error()};
    for (const auto* repository : repositories) silence.hidden.push_back(repository->address);
    out.silences.push_back(std::move(silence));
    return;
  }
  for (const auto* repository : repositories) {
    out.objects.push_back({.address = repository->address,
                           .type = "repository",
                           .id = repository->id,
                           .condition = there ? Condition::ok : Condition::failed,
                           .detail = there ? std::string() : there.error().message,
                           .outputs = outputs_of(url_of(repository->inputs))});
  }
}

Result<bool> is_ours(const registry::RegistryClient& client, const std::string& name,
                     const registry::Manifest& manifest, const Ownership& owner) {
  auto labels = client.labels(name, manifest);
  if (!labels) return std::move(labels).error();
  return text_of((*labels)["infra.lineage"]) == owner.lineage;
}

}  // namespace

void observe_repositories(const std::vector<KnownObject>& known, Observation& out) {
  std::map<std::string, std::vector<const KnownObject*>> by_registry;
  for (const auto& object : known) {
    if (object.type == "repository") by_registry[text_of(object.inputs["endpoint"])].push_back(&object);
  }
  for (const auto& [endpoint, repositories] : by_registry) observe_registry(known, repositories, out);
}

Result<ObjectResult> create_repository(const CreateRequest& request, const Cancel& cancel, const Progress& progress) {
  const auto name = text_of(request.inputs["name"]);
  if (!registry::valid_repository(name)) {
    return Error{.code = "E0605",
                 .message = fmt::format("\"{}\" can't be a repository's name", name),
                 .help = "use lower case letters, digits, and single '.', '_', '-' or '/' between them"};
  }
  const auto client = client_of(request.inputs, true);
  const auto url = url_of(request.inputs);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  for (;;) {
    auto ready = client.check();
    if (ready) return ObjectResult{.id = url, .outputs = outputs_of(url)};
    // One that this stack has started a moment ago may not listen yet.
    const bool starting = mentions(ready.error().message, {"doesn't answer"});
    if (!starting || cancel.draining() || std::chrono::steady_clock::now() > until) return std::move(ready).error();
    if (progress) progress("waiting for the registry");
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
}

Result<Ok> destroy_repository(const Ownership& owner, const ExistingObject& existing) {
  // As nobody: the recorded password is a hash. What then can't be listed or deleted stays, as on a registry that
  // doesn't allow deletes; the repository itself is only a name.
  const auto client = client_of(existing.inputs, false);
  const auto name = text_of(existing.inputs["name"]);
  const auto tags = client.tags(name);
  if (!tags || !*tags) return Ok{};
  for (const auto& tag : **tags) {
    const auto manifest = client.manifest(name, tag);
    if (!manifest || !*manifest) continue;
    const auto ours = is_ours(client, name, **manifest, owner);
    if (!ours || !*ours) continue;
    if (const auto deleted = client.remove(name, (*manifest)->digest); !deleted || !*deleted) break;
  }
  return Ok{};
}

}  // namespace infra::nodes
