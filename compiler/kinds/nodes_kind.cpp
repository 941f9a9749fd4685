#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

static Schema node() {
  return {
      .name = "node",
      .doc = "One container engine.",
      .attributes =
          {
              {.name = "endpoint",
               .type = string().matching("(unix|tcp|ssh)://.+").opt().as_later(),
               .doc = "Where the engine listens: unix://PATH, tcp://HOST:PORT or ssh://USER@HOST:PORT/PATH (port and "
                      "path only if they aren't the usual ones); default: DOCKER_HOST, the current Docker context, or "
                      "the engine of this machine."},
              {.name = "address",
               .type = ip().opt(),
               .doc = "Where the other nodes reach it, for a VPC that spans them; default: the IP address of its "
                      "endpoint."},
              {.name = "labels",
               .type = map(string()),
               .doc = "What `place` can choose by: { zone: \"a\" }.",
               .fallback = Value(Map())},
              {.name = "cpu", .type = cpu().opt(), .doc = "CPU to hand out; else asked of the engine."},
              {.name = "memory", .type = bytes().opt(), .doc = "Memory to hand out; else asked of the engine."},
              {.name = "reserve", .type = bytes().opt(), .doc = "Memory that stays free for the machine itself."},
              {.name = "ca",
               .type = string().opt().as_later(),
               .doc = "File with the certificate authority of a tcp:// endpoint."},
              {.name = "cert", .type = string().opt().as_later(), .doc = "File with the client's certificate."},
              {.name = "key", .type = string().opt().as_later(), .doc = "File with the client's key."},
          },
  };
}

Kind nodes() {
  return {
      .role = KindRole::platform,
      .schema = make({
          .name = "nodes",
          .doc = "Container engines (Docker or Podman), here or remote, as a platform.",
          .blocks =
              {{.name = "node", .doc = "One engine.", .schema = make(node()), .labelled = true, .times = Times::many}},
      })};
}

}  // namespace infra::kinds
