#include "providers/nodes/repositories.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <thread>

#include "base/net/url.h"
#include "base/text/image_reference.h"
#include "providers/nodes/registry/grant.h"

namespace infra::nodes {

namespace {

registry::RegistryClient client_of(const Value& inputs, bool signed_in, const Cancel* cancel) {
  return registry::RegistryClient({.endpoint = text_of(inputs["endpoint"]),
                                   .insecure = is_true(inputs["insecure"]),
                                   .username = signed_in ? text_of(inputs["username"]) : std::string(),
                                   .password = signed_in ? text_of(inputs["password"]) : std::string(),
                                   .realm = text_of(inputs["realm"]),
                                   .ca = text_of(inputs["ca"])},
                                  {.cancel = cancel});
}

Value outputs_of(const std::string& url) { return Map(std::vector<Entry>{{"url", url}}); }

std::string url_of(const Value& inputs) {
  return fmt::format("{}/{}", text_of(inputs["endpoint"]), text_of(inputs["name"]));
}

// Is it "localhost:5000", or one with a grant of this stack, published by a container of it?
Result<bool> runs_here(const std::vector<KnownObject>& known, const Value& repository) {
  const auto host = net::parse_host("http", text_of(repository["endpoint"]));
  if (!host || (!net::is_loopback(host->host) && text_of(repository["grant"]).empty())) return false;
  const auto port = fmt::format("{}", host->port);
  for (const auto& object : known) {
    if (object.type != "container") continue;
    const auto inputs = object.inputs();
    if (!inputs) return inputs.error();
    const auto* ports = (*inputs)["ports"].list();
    if (ports == nullptr) continue;
    const bool publishes = std::any_of(ports->begin(), ports->end(),
                                       [&](const Value& p) { return fmt::format("{}", number_of(p["host"])) == port; });
    if (publishes) return true;
  }
  return false;
}

struct KnownRepository {
  const KnownObject* object;
  Value inputs;
};

Result<Ok> observe_registry(const std::vector<KnownObject>& known, const std::vector<KnownRepository>& repositories,
                            Observation& out) {
  const auto& inputs = repositories.front().inputs;
  const auto endpoint = text_of(inputs["endpoint"]);
  auto there = client_of(inputs, false, nullptr).answers();
  // Where something else answers nothing is known, whoever publishes the port.
  const bool foreign = !there && answer::is_unreadable(there.error());
  auto ours = there || foreign ? Result<bool>(there.ok()) : runs_here(known, inputs);
  if (!ours) return std::move(ours).error();
  if (!*ours) {
    Observation::Unreachable unreachable{.where = "the registry " + endpoint, .error = std::move(there).error()};
    for (const auto& repository : repositories) unreachable.hidden.push_back(repository.object->address);
    out.unreachable.push_back(std::move(unreachable));
    return Ok{};
  }
  for (const auto& repository : repositories) {
    out.objects.push_back({.address = repository.object->address,
                           .type = "repository",
                           .id = repository.object->id,
                           .health = {.now = Health::healthy, .detail = {}},
                           .outputs = outputs_of(url_of(repository.inputs))});
  }
  return Ok{};
}

Result<bool> is_ours(const registry::RegistryClient& client, const std::string& name,
                     const registry::Manifest& manifest, const Ownership& owner) {
  auto labels = client.labels(name, manifest);
  if (!labels) return std::move(labels).error();
  return text_of((*labels)["infra.lineage"]) == owner.lineage;
}

// Unreadable, or broken off: the record stays for the next run.
bool isnt_final(const Error& error) { return answer::is_unreadable(error) || error.code == "E0703"; }

}  // namespace

registry::RegistryClient repository_client(const Value& inputs, const Cancel* cancel) {
  return client_of(inputs, true, cancel);
}

Result<Ok> wait_for_registry(const registry::RegistryClient& client, std::chrono::seconds patience,
                             const Cancel& cancel, const Progress& progress) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto ready = client.check();
    if (ready) return Ok{};
    const bool starting = mentions(ready.error().message, {"doesn't answer"});
    if (!starting || cancel.draining() || std::chrono::steady_clock::now() > until) return std::move(ready).error();
    if (progress) progress("waiting for the registry");
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
}

Result<Ok> observe_repositories(const std::vector<KnownObject>& known, const Kept& kept, Observation& out) {
  std::map<std::string, std::vector<KnownRepository>> by_registry;
  for (const auto& object : known) {
    if (object.type != "repository") continue;
    auto inputs = object.inputs();
    if (!inputs) return std::move(inputs).error();
    const auto endpoint = text_of((*inputs)["endpoint"]);
    by_registry[endpoint].push_back({&object, with_grants(*inputs, kept)});
  }
  for (const auto& [endpoint, repositories] : by_registry) {
    if (auto looked = observe_registry(known, repositories, out); !looked) return looked;
  }
  return Ok{};
}

Result<ObjectResult> create_repository(const CreateRequest& request, const Cancel& cancel, const Progress& progress) {
  const auto name = text_of(request.inputs["name"]);
  if (!registry::valid_repository(name)) {
    return Error{.code = "E0605",
                 .message = fmt::format("\"{}\" can't be a repository's name", name),
                 .help = "use lower case letters, digits, and single '.', '_', '-' or '/' between them"};
  }
  const auto client = repository_client(request.inputs, &cancel);
  const auto url = url_of(request.inputs);
  if (auto ready = wait_for_registry(client, std::chrono::seconds(5), cancel, progress); !ready)
    return std::move(ready).error();
  return ObjectResult{.id = url, .outputs = outputs_of(url)};
}

Result<Ok> destroy_repository(const Ownership& owner, const ExistingObject& existing, const Cancel& cancel) {
  // Where the stack doesn't run the registry as nobody: the recorded password is a hash. What then can't be listed or
  // deleted stays, as on a registry that doesn't allow deletes; the repository itself is only a name. An answer that
  // can't be read is no refusal: the record stays until it is known who answers.
  const auto client = client_of(existing.inputs, !text_of(existing.inputs["ca"]).empty(), &cancel);
  const auto name = text_of(existing.inputs["name"]);
  const auto tags = client.tags(name);
  if (!tags && isnt_final(tags.error())) return tags.error();
  if (!tags || !*tags) return Ok{};
  for (const auto& tag : **tags) {
    const auto manifest = client.manifest(name, tag);
    if (!manifest && isnt_final(manifest.error())) return manifest.error();
    if (!manifest || !*manifest) continue;
    const auto ours = is_ours(client, name, **manifest, owner);
    if (!ours && isnt_final(ours.error())) return ours.error();
    if (!ours || !*ours) continue;
    const auto deleted = client.remove(name, (*manifest)->digest);
    if (!deleted && isnt_final(deleted.error())) return deleted.error();
    if (!deleted || !*deleted) break;
  }
  return Ok{};
}

}  // namespace infra::nodes
