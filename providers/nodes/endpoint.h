// Where a node's engine listens: "unix:///var/run/docker.sock", "tcp://10.0.0.5:2376" with ca, cert and key.
#pragma once
#include <optional>
#include <string>

#include "base/net/url.h"
#include "base/result.h"
#include "base/value.h"
#include "providers/http.h"

namespace infra::nodes {

struct Endpoint {
  std::string text;  // as written
  http::Target target;
  std::optional<net::Origin> origin = {};  // of one that is reached over a network; none: a socket of this machine
};

// E0611 if it can't be used.
Result<Endpoint> endpoint_of(const std::string& node, const Value& config);

}  // namespace infra::nodes
