// How a cluster is reached and who one is there.
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "providers/http.h"

namespace infra::kubernetes {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

// What one shows the API server to be somebody. Some of it may be empty.
struct Credential {
  std::string token;
  std::string cert_pem, key_pem;
  std::string username, password;
  std::optional<Time> expires = {};  // after that it isn't taken any more; nullopt: nobody knows
};
// `renew`: the last one wasn't taken. May be called by several threads at once.
using CredentialSource = std::function<Result<Credential>(bool renew)>;

struct Access {
  std::string where;    // for messages: "the context `prod` of /home/a/.kube/config"
  http::Target target;  // without a client's certificate, which is part of the credential
  CredentialSource credentials;
  // How kubectl reaches the same: what KUBECONFIG lists, and the context; both empty in a pod.
  std::string kubeconfig = {}, context = {};
  std::string space = "default";  // the namespace that is meant where none is named
  bool needs_kubeconfig = false;  // kubectl finds none by itself, and is given one for the time of its run
  std::string as_user = {};       // somebody else in whose name requests are made
  std::vector<std::string> as_groups = {};
};

// What of this machine a kubeconfig may lead to; tests have one of their own.
struct Surroundings {
  std::function<std::optional<std::string>(const std::string& name)> variable;
  std::function<std::optional<std::string>(const std::string& path)> file;
  // Runs a program without a shell; what it prints, or why it failed.
  std::function<Result<std::string>(const std::vector<std::string>& words,
                                    const std::vector<std::pair<std::string, std::string>>& variables)>
      run;
  std::function<Time()> now;
};
Surroundings process_surroundings();

}  // namespace infra::kubernetes
