#include <fmt/format.h>

#include "base/net/base64.h"
#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/ecr.h"
#include "providers/aws/types/ecr/existing_image.h"
#include "providers/aws/types/ecs/ecs_revisions.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

// "arn:…:repository/shop/web@sha256:…": a digest has no ARN of its own.
struct ImageId {
  std::string repository;
  std::string digest;
};

ImageId image_of(std::string_view id) {
  const auto resource = parse_arn(id).resource;
  const auto at = resource.find('@');
  const auto slash = resource.find('/');
  if (at == std::string_view::npos || slash == std::string_view::npos) return {};
  return {.repository = std::string(resource.substr(slash + 1, at - slash - 1)),
          .digest = std::string(resource.substr(at + 1))};
}

// Behind the host: "shop/web" of "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web".
std::string name_in_ecr(const std::string& url) {
  const auto slash = url.find('/');
  return slash == std::string::npos ? url : url.substr(slash + 1);
}

// The user AWS with a password for twelve hours.
Result<Map> with_password(const Call& call) {
  const auto given = call.call("ecr", "GetAuthorizationToken", Value(Map()));
  if (!given) return given.error();
  for (const auto& one : items_of(given["authorizationData"])) {
    const auto plain = net::from_base64(text_of(one["authorizationToken"]));
    const auto colon = plain ? plain->find(':') : std::string::npos;
    if (colon == std::string::npos) break;
    auto inputs = call.inputs().map() != nullptr ? *call.inputs().map() : Map();
    inputs.set("username", plain->substr(0, colon));
    inputs.set("password", Value::secret(plain->substr(colon + 1)));
    return inputs;
  }
  return Error{.code = "E0605", .message = "ECR gave no token to sign in with"};
}

// A tag of ours on what we pushed, so that all of it can go when its repository does.
Result<Ok> mark_image(const Call& call, const ImageId& image) {
  const auto found = call.call(
      "ecr", "BatchGetImage",
      params({{"repositoryName", image.repository}, {"imageIds", List{params({{"imageDigest", image.digest}})}}}));
  if (!found) return found.error();
  for (const auto& one : items_of(found["images"])) {
    const auto put = call.call("ecr", "PutImage",
                               params({{"repositoryName", image.repository},
                                       {"imageManifest", one["imageManifest"]},
                                       {"imageTag", image_mark(call.account().owner) + call.token().substr(0, 12)}}));
    const bool there = !put && put.fault().is({"ImageAlreadyExistsException"});
    return put || there ? Result<Ok>(Ok()) : Result<Ok>(put.error());
  }
  return Error{.code = "E0605",
               .message = fmt::format("ECR doesn't have {}@{} after it was pushed", image.repository, image.digest)};
}

Result<std::string> create_image_in_ecr(Call& call) {
  auto inputs = with_password(call);
  if (!inputs) return std::move(inputs).error();
  CreateRequest request = call.request();
  request.inputs = *std::move(inputs);
  const auto& account = call.account();
  if (!account.build) return Error{.code = "E0607", .message = "this program can't build images"};
  auto digest = account.build({.engine = account.builder,
                               .request = request,
                               .owner = account.owner,
                               .sources = account.sources,
                               .cancel = call.cancel(),
                               .progress = call.progress()});
  if (!digest) return std::move(digest).error();
  const ImageId image{.repository = name_in_ecr(call.text("repository")), .digest = *digest};
  if (auto marked = mark_image(call, image); !marked) return std::move(marked).error();
  return call.account().identity.arn_of("ecr", fmt::format("repository/{}@{}", image.repository, image.digest));
}

Result<std::optional<Seen>> look_at_image(Account& account, const Known& known) {
  const auto image = image_of(known.id);
  if (image.digest.empty()) return std::optional<Seen>();  // not pushed yet, as far as the record knows
  const auto found = account.client.call(
      "ecr", "BatchGetImage",
      params({{"repositoryName", image.repository}, {"imageIds", List{params({{"imageDigest", image.digest}})}}}));
  if (!found) {
    if (found.fault().not_found()) return std::optional<Seen>();
    return found.error();
  }
  if (items_of(found["images"]).empty()) return std::optional<Seen>();
  Seen seen{.id = known.id};
  seen.outputs = params({{"digest", image.digest}, {"ref", text_of(known.inputs["repository"]) + "@" + image.digest}});
  return std::optional(std::move(seen));
}

// The families of this stack whose kept revisions run an image: a rollback would need it.
Result<std::string> user_of_image(const Call& call, const std::string& ref) {
  const auto families = families_in_use(call.account());
  if (!families) return families.error();
  for (const auto& family : *families) {
    const auto revisions = call.account().client.list("ecs", "ListTaskDefinitions",
                                                      params({{"familyPrefix", family}, {"status", "ACTIVE"}}),
                                                      {"nextToken", "nextToken", "taskDefinitionArns"});
    if (!revisions) return revisions.error();
    for (const auto& revision : items_of(revisions.value())) {
      const auto found = call.call("ecs", "DescribeTaskDefinition", params({{"taskDefinition", revision}}));
      if (!found) {
        if (found.fault().not_found() || found.fault().is({"ClientException"})) continue;
        return found.error();
      }
      for (const auto& container : items_of(found["taskDefinition"]["containerDefinitions"])) {
        if (text_of(container["image"]) == ref) return last_part(text_of(revision));
      }
    }
  }
  return std::string();
}

Result<Ok> destroy_image_in_ecr(Call& call) {
  const auto image = image_of(call.id);
  const auto user = user_of_image(call, text_of(call.recorded_outputs["ref"]));
  if (!user) return user.error();
  if (!user->empty()) {
    call.say("kept: a kept revision of a task runs it; it goes with its repository");
    return Ok();
  }
  return gone(call.call(
      "ecr", "BatchDeleteImage",
      params({{"repositoryName", image.repository}, {"imageIds", List{params({{"imageDigest", image.digest}})}}})));
}

}  // namespace

// Has no tags in the sense of AWS: known by the record alone. To push it twice is to push it once.
const Type& image_type() {
  static const Type type{
      .schema = {.name = "image",
                 .doc = "An image that an engine builds from a folder, pushed to ECR.",
                 .attributes = {fixed("repository", types::string(), "The repository's URL."),
                                fixed("tag", types::string(), "The tag beside the digest."),
                                fixed("context", types::string(), "The folder that is sent to the engine."),
                                fixed("dockerfile", types::string(), "The Dockerfile, from the context's root."),
                                fixed_optional("args", types::map(types::string()), "Build arguments."),
                                fixed_optional("target", types::string(), "The stage to build; default: the last."),
                                fixed_optional("labels", types::map(types::string()), "Labels of the image."),
                                fixed("context_hash", types::string(), "SHA-256 over the context's files."),
                                output("digest", "The digest of what was pushed."),
                                output("ref", "The name to run it by: REPOSITORY@DIGEST.")}},
      .list = [](Account& account,
                 const std::vector<Known>& known) { return look_at_each(account, known, look_at_image); },
      .listed = false,
      .actions = {"ecr:BatchCheckLayerAvailability", "ecr:BatchDeleteImage", "ecr:BatchGetImage",
                  "ecr:CompleteLayerUpload", "ecr:GetAuthorizationToken", "ecr:InitiateLayerUpload", "ecr:PutImage",
                  "ecr:UploadLayerPart", "ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitionFamilies",
                  "ecs:ListTaskDefinitions"},
      .create = create_image_in_ecr,
      .destroy = destroy_image_in_ecr,
      .look = look_at_image,
      .existing = existing_image,
      .every = std::chrono::seconds(2)};
  return type;
}

}  // namespace infra::aws
