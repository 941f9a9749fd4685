#include "providers/aws/credentials/chain.h"

#include <fmt/format.h>

#include <array>

namespace infra::aws {

namespace {

struct Step {
  const char* name;
  MaybeCredentials (*from)(const SourceContext&);
  bool of_profile;  // says which profile it was
};

// botocore/credentials.py, create_credential_resolver.
constexpr std::array<Step, 9> kSteps = {{
    {"the environment", from_environment, false},
    {"a role", from_assumed_role, true},
    {"a web identity", from_web_identity, false},
    {"SSO", from_sso, true},
    {"the credentials file", from_credentials_file, true},
    {"credential_process", from_process, true},
    {"the config file", from_config_file, true},
    {"the container", from_container, false},
    {"the instance", from_instance, false},
}};

Error none_found(const std::string& profile) {
  return credentials_error(
      fmt::format("there are no credentials for AWS (profile `{}`)", profile),
      "set AWS_PROFILE or `profile`, log in with aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
}

class Cache {
 public:
  Cache(Surroundings surroundings, std::string profile, std::string region, bool chosen)
      : surroundings_(std::move(surroundings)),
        profile_(std::move(profile)),
        region_(std::move(region)),
        chosen_(chosen) {}

  Result<Credentials> get(bool fresh) {
    const std::lock_guard lock(guard_);
    if (held_ && !fresh && !ends_soon()) return *held_;
    const auto profiles = Profiles::read(surroundings_);  // `aws sso login` may have been run meanwhile
    auto found = find_credentials(
        {.surroundings = surroundings_, .profiles = profiles, .profile = profile_, .region = region_}, chosen_);
    if (!found) {
      // Until they have ended the old ones are better than none.
      if (held_ && !fresh && !ended()) return *held_;
      return std::move(found).error();
    }
    held_ = std::move(found->credentials);
    from_ = std::move(found->from);
    return *held_;
  }

  std::string from() {
    const std::lock_guard lock(guard_);
    return from_;
  }

 private:
  [[nodiscard]] bool ends_within(std::chrono::minutes time) const {
    return held_->expires && *held_->expires - surroundings_.clock->now() <= time;
  }
  [[nodiscard]] bool ends_soon() const { return ends_within(std::chrono::minutes(5)); }
  [[nodiscard]] bool ended() const { return ends_within(std::chrono::minutes(0)); }

  Surroundings surroundings_;
  std::string profile_, region_;
  bool chosen_;
  std::mutex guard_;
  std::optional<Credentials> held_;
  std::string from_;
};

// "ELASTIC_LOAD_BALANCING_V2" stands in [services NAME] as elastic_load_balancing_v2.
std::string lower_key(std::string_view variable) {
  std::string out(variable);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

EndpointChoice endpoints_of(const Chosen& chosen, const Surroundings& surroundings, const Profiles& profiles,
                            const std::string& profile) {
  if (!chosen.endpoint.empty()) return {.all = chosen.endpoint, .one = {}};
  if (surroundings.variable_or("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "") == "true") return {};
  return {.all = surroundings.variable_or("AWS_ENDPOINT_URL", profiles.endpoint(profile, "")),
          .one = [surroundings, profiles, profile](std::string_view service) -> std::optional<std::string> {
            if (auto own = surroundings.variable(fmt::format("AWS_ENDPOINT_URL_{}", service))) return own;
            auto configured = profiles.endpoint(profile, lower_key(service));
            return configured.empty() ? std::nullopt : std::optional(std::move(configured));
          }};
}

}  // namespace

MaybeCredentials from_profile_alone(const SourceContext& context) {
  for (auto* from : {from_sso, from_credentials_file, from_process, from_config_file}) {
    auto found = from(context);
    if (!found || *found) return found;
  }
  return std::optional<Credentials>();
}

Result<Found> find_credentials(const SourceContext& context, bool profile_chosen) {
  for (const auto& step : kSteps) {
    // A profile that the stack asks for by name counts more than keys in the environment, which may be anybody's.
    if (profile_chosen && step.from == from_environment) continue;
    auto found = step.from(context);
    if (!found) return std::move(found).error();
    if (!*found) continue;
    return Found{.credentials = **std::move(found),
                 .from = step.of_profile ? fmt::format("{} of profile {}", step.name, context.profile) : step.name};
  }
  return none_found(context.profile);
}

Result<Settings> find_settings(const Chosen& chosen, const Surroundings& surroundings) {
  const auto profiles = Profiles::read(surroundings);
  const auto named = chosen.profile.empty()
                         ? surroundings.variable_or("AWS_PROFILE", surroundings.variable_or("AWS_DEFAULT_PROFILE", ""))
                         : chosen.profile;
  const auto profile = named.empty() ? "default" : named;
  if (!named.empty() && !profiles.has(named)) {
    return credentials_error(fmt::format("there is no profile `{}` in ~/.aws/config or ~/.aws/credentials", named),
                             "aws configure list-profiles shows those there are");
  }
  auto region = chosen.region;
  for (const auto* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (region.empty()) region = surroundings.variable_or(variable, "");
  }
  if (region.empty()) region = profiles.get(profile, "region");
  if (region.empty()) {
    return Error{.code = "E0627",
                 .message = "no region is said",
                 .help = "add `region = \"eu-west-1\"` to the platform, or set AWS_REGION"};
  }
  auto cache = std::make_shared<Cache>(surroundings, profile, region, !chosen.profile.empty());
  return Settings{.region = region,
                  .profile = profile,
                  .endpoints = endpoints_of(chosen, surroundings, profiles, profile),
                  .credentials = [cache](bool fresh) { return cache->get(fresh); },
                  .from = [cache] { return cache->from(); }};
}

}  // namespace infra::aws
