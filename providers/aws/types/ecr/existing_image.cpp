#include "providers/aws/types/ecr/existing_image.h"

#include <fmt/format.h>

#include "base/text/image_reference.h"
#include "providers/aws/types/network/ec2.h"
#include "providers/registry/registry_client.h"

namespace infra::aws {

namespace {

struct EcrHost {
  std::string account;
  std::string region;
};

// "123456789012.dkr.ecr.eu-west-1.amazonaws.com", in China with ".cn" behind.
std::optional<EcrHost> ecr_host(std::string_view host) {
  constexpr std::string_view kBetween = ".dkr.ecr.";
  constexpr std::string_view kAfter = ".amazonaws.com";
  const auto at = host.find(kBetween);
  const auto end = host.find(kAfter);
  if (at == std::string_view::npos || end == std::string_view::npos || end <= at + kBetween.size()) return std::nullopt;
  const auto from = at + kBetween.size();
  return EcrHost{.account = std::string(host.substr(0, at)), .region = std::string(host.substr(from, end - from))};
}

using Digest = Result<std::optional<std::string>>;

Digest digest_in_ecr(Account& account, const EcrHost& host, const registry::Reference& image) {
  if (host.region != account.identity.region) {
    return Error{.code = "E0714",
                 .message = fmt::format("{} is in region {}, and the platform is in {}", image.name(), host.region,
                                        account.identity.region),
                 .help = "copy it to a repository of that region (ECR replicates by a rule), or use it by its digest"};
  }
  const auto wanted =
      image.digest.empty() ? params({{"imageTag", image.tag}}) : params({{"imageDigest", image.digest}});
  const auto found = account.client.call(
      "ecr", "BatchGetImage",
      params({{"registryId", host.account}, {"repositoryName", image.repository}, {"imageIds", List{wanted}}}));
  if (!found) return found.fault().not_found() ? Digest(std::nullopt) : Digest(found.error());
  const auto& images = items_of(found["images"]);
  return images.empty() ? Digest(std::nullopt) : Digest(text_of(images.front()["imageId"]["imageDigest"]));
}

Digest digest_elsewhere(const registry::Reference& image) {
  const registry::RegistryClient client(registry::Access{.endpoint = image.host, .username = {}, .password = {}});
  return client.digest(image.repository, image.digest.empty() ? image.tag : image.digest);
}

}  // namespace

Result<std::optional<Seen>> existing_image(Account& account, const std::string& name) {
  const auto image = registry::parse_reference(name);
  const auto host = ecr_host(image.host);
  auto digest = host ? digest_in_ecr(account, *host, image) : digest_elsewhere(image);
  if (!digest) return std::move(digest).error();
  if (!*digest) return std::optional<Seen>();
  Seen seen{.id = fmt::format("{}@{}", image.name(), **digest)};
  seen.outputs = params({{"digest", **digest}, {"ref", seen.id}});
  return std::optional(std::move(seen));
}

}  // namespace infra::aws
