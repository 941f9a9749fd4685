#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/kinds.h"
#include "compiler/kinds/without_effect.h"
#include "compiler/words.h"

namespace infra::checks {
namespace {

bool among(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Platforms that this version can't build on are checked for all the same.
bool has_provider(const CheckInput& input, const std::string& platform) {
  return among(input.platforms.platform_kinds(), platform);
}

// Asked of each part of each resource: what a platform serves is found once for each name.
class Served {
 public:
  Served(const CheckInput& input, std::string platform)
      : input_(input), platform_(std::move(platform)), provided_(has_provider(input, platform_)) {}

  // Of a platform that this version can't build on each name: it is checked for all the same.
  bool serves(const std::string& name) {
    if (!provided_) return true;
    const auto [at, fresh] = known_.try_emplace(name, false);
    if (fresh) at->second = input_.platforms.serves(platform_, name);
    return at->second;
  }

 private:
  const CheckInput& input_;
  std::string platform_;
  bool provided_;
  std::unordered_map<std::string, bool> known_;
};

// The platforms that can serve a kind, or a part of one ("service.route").
std::vector<std::string> able(const CheckInput& input, const std::string& name) {
  std::vector<std::string> out;
  for (const auto& kind : input.platforms.platform_kinds()) {
    if (input.platforms.serves(kind, name)) out.push_back(kind);
  }
  return out;
}

// The platforms of the language that no provider of this version is for.
std::vector<std::string> only_checked(const CheckInput& input, const Kind& kind) {
  std::vector<std::string> out;
  for (const auto& one : all_kinds()) {
    const auto& name = one.schema->name;
    if (one.role != KindRole::platform || among(input.platforms.platform_kinds(), name)) continue;
    if (kind.platforms.empty() || among(kind.platforms, name)) out.push_back(name);
  }
  return out;
}

std::string where_it_runs(const CheckInput& input, const Kind& kind, const std::string& name) {
  const auto builders = able(input, name);
  if (!builders.empty()) return fmt::format("it can run on {}", fmt::join(builders, ", "));
  const auto others = only_checked(input, kind);
  if (others.empty()) return "no platform of this version can";
  return fmt::format("this version can't build it on any platform yet; it checks stacks that have it for {}",
                     fmt::join(others, " and "));
}

bool can_run(Served& served, const Kind& kind, const PlatformDecl& platform) {
  if (!kind.platforms.empty() && !among(kind.platforms, platform.kind)) return false;
  return served.serves(kind.schema->name);
}

bool check_kind(const CheckInput& input, Served& served, const Resource& resource, const Kind& kind,
                const PlatformDecl& platform, Diagnostics& diagnostics) {
  if (can_run(served, kind, platform)) return true;
  const auto& name = resource.address.kind;
  const bool never = !kind.platforms.empty() && !among(kind.platforms, platform.kind);
  auto& diagnostic = diagnostics.error(
      "E0310", resource.span,
      fmt::format("{} can't run on platform `{}` ({})", with_article(name), platform.name, platform.kind), {},
      never ? fmt::format("it can run on {}", fmt::join(kind.platforms, ", ")) : where_it_runs(input, kind, name));
  diagnostic.secondary.push_back({platform.span, "the platform"});
  return false;
}

// What an attribute or block needs of its platform. Of a block that isn't there, or is another platform's by its name,
// the inside isn't looked at.
void check_parts(const CheckInput& input, Served& served, const Resource& resource, const Kind& kind,
                 const PlatformDecl& platform, Diagnostics& diagnostics) {
  std::string passed_over = "\n";
  for (const auto& part : input.parts(resource)) {
    if (part.path.starts_with(passed_over)) continue;
    const auto& only = part.attribute != nullptr ? part.attribute->platforms : part.block->platforms;
    const bool foreign = !only.empty() && !among(only, platform.kind);
    if (!foreign && served.serves(part.name)) continue;
    passed_over = part.path + ".";
    if (part.block != nullptr && is_named_for_platform(*part.block)) continue;
    diagnostics
        .error("E0310", part.span,
               fmt::format("{} runs on platform `{}` ({}), which has no `{}`", named(resource), platform.name,
                           platform.kind, part.last()),
               "not there",
               foreign ? fmt::format("it is for {}: leave it out, or write it under an `if`", fmt::join(only, ", "))
                       : where_it_runs(input, kind, part.name))
        .secondary.push_back({platform.span, "the platform"});
  }
}

// What has an effect on no platform.
void check_effect(const Resource& resource, Diagnostics& diagnostics) {
  for (const auto& one : without_effect()) {
    if (!one.platforms.empty() || one.kind != resource.address.kind) continue;
    for (const auto& attribute : one.attributes) {
      const auto place = resource.written(attribute);
      if (!place) continue;
      diagnostics.error("E0310", *place,
                        fmt::format("{} has no `{}` on any platform: {}", with_article(one.kind), attribute, one.why),
                        "means nothing", one.help);
    }
  }
}

// What is nothing of its own on a platform, and what to write instead.
struct NotThere {
  std::string_view platform, kind, why, help;
};
constexpr std::array kNotThere = {
    NotThere{"nodes", "secret", "engines keep no secrets: each is sealed in the state of its own stack",
             "give it to this stack, too: param NAME: Secret<String>, and then infra secret set NAME"},
    NotThere{"nodes", "repository", "a repository is a name in its registry",
             "name the image that it holds: existing image NAME { name = \"HOST:PORT/REPOSITORY:TAG\" }; to push "
             "there, declare its registry: registry NAME { endpoint = \"HOST:PORT\"; repository NAME { } }"},
};

bool explain_not_there(const Resource& existing, const PlatformDecl& platform, Diagnostics& diagnostics) {
  const auto at = std::find_if(kNotThere.begin(), kNotThere.end(), [&](const NotThere& one) {
    return one.platform == platform.kind && one.kind == existing.address.kind;
  });
  if (at == kNotThere.end()) return false;
  diagnostics
      .error("E0310", existing.span,
             fmt::format("platform `{}` ({}) has no {} that could be looked up: {}", platform.name, platform.kind,
                         at->kind, at->why),
             "nothing to be read", std::string(at->help))
      .secondary.push_back({platform.span, "the platform"});
  return true;
}

// What this version can't build on it can't read there either, and checks all the same.
void check_existing(const CheckInput& input, const Resource& existing, const PlatformDecl& platform,
                    Diagnostics& diagnostics) {
  const auto& kind = existing.address.kind;
  if (!has_provider(input, platform.kind) || input.platforms.reads(platform.kind, kind)) return;
  if (explain_not_there(existing, platform, diagnostics)) return;
  std::vector<std::string> readable;
  for (const auto& one : all_kinds()) {
    if (input.platforms.reads(platform.kind, one.schema->name)) readable.push_back(one.schema->name);
  }
  auto& diagnostic =
      diagnostics.error("E0310", existing.span,
                        fmt::format("platform `{}` ({}) can't read an existing {}", platform.name, platform.kind, kind),
                        "not readable there",
                        fmt::format("{}make a param of what is needed of it",
                                    readable.empty() ? "" : fmt::format("it reads {}; ", fmt::join(readable, ", "))));
  diagnostic.secondary.push_back({platform.span, "the platform"});
}

// A cluster ends where its platform does.
void check_cluster_platform(const Graph& graph, const Resource& runner, Diagnostics& diagnostics) {
  const auto* ref = runner.config["cluster"].ref();
  const auto* cluster = ref != nullptr ? graph.find(ref->address) : nullptr;
  if (cluster == nullptr || cluster->platform == runner.platform) return;
  diagnostics
      .error("E0415", runner.place("cluster"),
             fmt::format("{} is to run on platform `{}`, but its cluster is on `{}`", named(runner), runner.platform,
                         cluster->platform),
             fmt::format("on platform `{}`", cluster->platform),
             "leave `platform` out, or use a cluster of that platform")
      .secondary.push_back({cluster->span, "the cluster"});
}

}  // namespace

void platforms(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& existing : input.graph.existing) {
    const auto* platform = input.graph.platform(existing.platform);
    if (platform != nullptr) check_existing(input, existing, *platform, diagnostics);
  }
  std::map<std::string, Served> by_kind;
  for (const auto& resource : input.graph.resources) {
    check_cluster_platform(input.graph, resource, diagnostics);
    check_effect(resource, diagnostics);
    const auto* platform = input.graph.platform(resource.platform);
    const auto* kind = find_kind(resource.address.kind);
    if (platform == nullptr || kind == nullptr) continue;
    auto& served = by_kind.try_emplace(platform->kind, input, platform->kind).first->second;
    // What stands inside something that can't be there has no fault of its own.
    const bool inside = !kind->parent.empty() && !can_run(served, *find_kind(kind->parent), *platform);
    if (inside) continue;
    if (check_kind(input, served, resource, *kind, *platform, diagnostics))
      check_parts(input, served, resource, *kind, *platform, diagnostics);
  }
}

}  // namespace infra::checks
