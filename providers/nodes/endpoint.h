// Where a node's engine listens: "unix:///var/run/docker.sock", "tcp://10.0.0.5:2376" with ca, cert and key,
// "ssh://deploy@10.0.0.5".
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/net/url.h"
#include "base/result.h"
#include "base/values/value.h"
#include "providers/http.h"
#include "providers/nodes/ssh/ssh_tunnel.h"

namespace infra::nodes {

struct Endpoint {
  std::string text;  // as written
  http::Target target;
  // Of one that is reached over a network as it is; none: a socket of this machine, or over SSH.
  std::optional<net::Origin> origin = {};
  std::shared_ptr<SshTunnel> ssh = {};  // whose socket is the target's
};

// E0611 if it can't be used.
Result<Endpoint> endpoint_of(const std::string& node, const Value& config);

}  // namespace infra::nodes
