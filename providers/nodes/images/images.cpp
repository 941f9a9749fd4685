#include "providers/nodes/images/images.h"

#include <fmt/format.h>

#include "base/text/image_reference.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/images/image_build.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/nodes/labels.h"
#include "providers/registry/registry_client.h"

namespace infra::nodes {

namespace {

Value outputs_of(const std::string& id, const std::string& repository, const std::string& digest) {
  const bool pushed = !repository.empty();
  return Map({{"image_id", id}, {"digest", pushed ? digest : id}, {"ref", pushed ? repository + "@" + digest : id}});
}

// What the image is called on the engine. One that stays there gets a name too: engines clean up images without one.
std::string local_name(const Context& context, const CreateRequest& request) {
  const auto repository = text_of(request.inputs["repository"]);
  const auto tag = text_of(request.inputs["tag"]);
  if (!repository.empty()) return fmt::format("{}:{}", repository, tag);
  return fmt::format("infra.local/{}/{}:{}", run_time_name(context.owner.stack), run_time_name(request.address.path),
                     tag);
}

registry::RegistryClient client_of(const Context& context, const Value& inputs, const Credentials& credentials) {
  return registry::RegistryClient({.endpoint = registry::parse_reference(text_of(inputs["repository"])).host,
                                   .insecure = is_true(inputs["insecure"]),
                                   .username = credentials.username,
                                   .password = credentials.password,
                                   .realm = text_of(inputs["realm"]),
                                   .ca = credentials.ca},
                                  {.cancel = &context.cancel});
}

// A tag of an immutable repository is never moved, whatever the registry itself would allow.
Result<Ok> check_tag_is_free(const Context& context, const Value& inputs) {
  if (!is_true(inputs["immutable"])) return Ok{};
  const auto reference = registry::parse_reference(text_of(inputs["repository"]));
  const auto tag = text_of(inputs["tag"]);
  auto found = client_of(context, inputs, credentials_of(inputs)).manifest(reference.repository, tag);
  if (!found) return std::move(found).error();
  if (!*found) return Ok{};
  return Error{.code = "E0605",
               .message = fmt::format("{}:{} exists already, and its repository is immutable", reference.name(), tag),
               .help = "give the image another `tag`"};
}

std::string pushed_digest(const Value& entry, const std::string& repository) {
  const auto* digests = entry["RepoDigests"].list();
  if (digests == nullptr) return {};
  for (const auto& digest : *digests) {
    const auto text = text_of(digest);
    if (text.starts_with(repository + "@")) return text.substr(repository.size() + 1);
  }
  return {};
}

}  // namespace

Result<Ok> remove_image(const Context& context, const std::string& id) {
  auto reply = context.engine.remove(fmt::format("/images/{}?force=1", id), shapes::removed_images(),
                                     {.timeout = std::chrono::minutes(5)});
  if (!reply) return std::move(reply).error();
  if (reply->ok() || reply->status == 404) return Ok{};
  return context.engine.refused(*reply, fmt::format("remove the image {}", id.substr(0, 19)));
}

Result<std::vector<ObservedObject>> list_images(Engine& engine, const Ownership& owner) {
  std::vector<ObservedObject> out;
  const auto take = [&](const Value& entry) {
    auto ours = read_labels(entry["Labels"], owner, "image");
    if (!ours) return;
    const auto id = text_of(entry["Id"]);
    const auto repository = text_of(entry["Labels"]["infra.repository"]);
    const auto digest = pushed_digest(entry, repository);
    const bool unpushed = !repository.empty() && digest.empty();
    out.push_back({.address = std::move(ours->address),
                   .type = "image",
                   .id = id,
                   .token = std::move(ours->token),
                   .spec_hash = std::move(ours->spec_hash),
                   .health = {.now = unpushed ? Health::stopped : Health::healthy,
                              .detail = unpushed ? "built, but not pushed" : ""},
                   .outputs = outputs_of(id, repository, digest)});
  };
  auto reply = engine.list("/images/json?" + filters_for(owner, "image"), shapes::listed_image(), take);
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its images");
  return out;
}

Result<ObjectResult> create_image(const Context& context, const CreateRequest& request) {
  const auto& inputs = request.inputs;
  const auto repository = text_of(inputs["repository"]);
  if (!repository.empty()) {
    if (auto ready = check_tag_is_free(context, inputs); !ready) return std::move(ready).error();
  }
  const auto host = registry::parse_reference(repository).host;
  if (auto trusts = trust_if_needed(context, credentials_of(inputs), host); !trusts) return std::move(trusts).error();
  auto id = build_image(context, request, local_name(context, request));
  if (!id) return std::move(id).error();
  if (repository.empty()) return ObjectResult{.id = *id, .outputs = outputs_of(*id, {}, {})};
  auto digest = push_image(context, inputs);
  if (digest) return ObjectResult{.id = *id, .outputs = outputs_of(*id, repository, *digest)};
  auto error = std::move(digest).take_error(fmt::format("pushing to {}", repository));
  if (auto removed = remove_image(context, *id); !removed) {
    return std::move(error).during(fmt::format("removing the image again, which failed: {}", removed.error().line()));
  }
  return error;
}

Result<ObjectResult> update_image(const ExistingObject& existing) {
  return ObjectResult{.id = existing.id, .outputs = existing.outputs};
}

Result<Ok> destroy_image(const Context& context, const ExistingObject& existing) {
  if (auto removed = remove_image(context, existing.id); !removed) return removed;
  const auto reference = registry::parse_reference(text_of(existing.outputs["ref"]));
  if (text_of(existing.inputs["repository"]).empty() || reference.digest.empty()) return Ok{};
  if (is_true(existing.inputs["retain"])) return Ok{};
  context.say("deleting its manifest");
  // Of a registry that isn't the stack's own as nobody: the recorded password is a hash. A registry that is gone, or
  // that doesn't let us delete, keeps the manifest; that it is unused is all that can be had then. An answer that can't
  // be read is neither.
  auto credentials = credentials_of(existing.inputs);
  if (credentials.ca.empty()) credentials = {};
  auto deleted = client_of(context, existing.inputs, credentials).remove(reference.repository, reference.digest);
  const bool open = !deleted && (answer::is_unreadable(deleted.error()) || deleted.error().code == "E0703");
  if (open) return std::move(deleted).take_error("deleting its manifest");
  if (!deleted) context.say(fmt::format("the registry {} keeps its manifest", reference.host));
  return Ok{};
}

}  // namespace infra::nodes
