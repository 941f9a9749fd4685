// The way to credentials, in the order of botocore, and which region and endpoints go with them.
#pragma once
#include <functional>
#include <string>

#include "providers/aws/api/aws_client.h"
#include "providers/aws/credentials/sources.h"

namespace infra::aws {

// What the stack says; empty: what the environment and the profile say.
struct Chosen {
  std::string region;
  std::string profile;
  std::string endpoint;
};

struct Found {
  Credentials credentials;
  std::string from;  // "environment", "profile dev": for messages and infra doctor
};

// The first source that has any; E0620 if none has.
Result<Found> find_credentials(const SourceContext& context, bool profile_chosen);
// Of one profile alone, without its role: what another profile's source_profile means.
MaybeCredentials from_profile_alone(const SourceContext& context);

struct Settings {
  std::string region;
  std::string profile;
  EndpointChoice endpoints;
  CredentialsSource credentials;      // cached, renewed five minutes before they end; from any thread
  std::function<std::string()> from;  // where the last of them came from: "environment"
};

// E0620 if the profile isn't there, E0627 if no region is known. Asks nobody for credentials yet.
Result<Settings> find_settings(const Chosen& chosen, const Surroundings& surroundings);

}  // namespace infra::aws
