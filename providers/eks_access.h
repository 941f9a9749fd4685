// How a cluster of EKS is reached and who signs in there: what the platforms aws and kubernetes have to tell each
// other.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "base/result.h"

namespace infra {

// What a reference to a declaration `eks` stands for in a platform's config, by these names.
struct EksAccess {
  std::string name;         // as AWS calls it
  std::string region;       // "eu-west-1"
  std::string endpoint;     // the URL of its API server
  std::string certificate;  // of its authority: PEM in base64
  std::string profile;      // of ~/.aws/config; empty: the usual chain of credentials
  std::string api;          // where AWS is asked instead of at its own address; empty: there
};

struct EksToken {
  std::string text;  // a bearer token
  std::chrono::system_clock::time_point expires;
};

// `renew`: the last one wasn't taken. May be called by several threads at once.
using EksTokens = std::function<Result<EksToken>(bool renew)>;
// Fails where no credentials for AWS can be looked for: E0620, E0627.
using EksSignIn = std::function<Result<EksTokens>(const EksAccess&)>;

}  // namespace infra
