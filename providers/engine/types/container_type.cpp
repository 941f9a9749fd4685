#include "providers/engine/types/type_schemas.h"

namespace infra::engine {

using namespace infra::types;

namespace {

Type network_record() {
  return Type::record({{"mode", one_of({"bridge", "host", "none", "network", "container"})},
                       {"networks", list(string()).opt()},
                       {"aliases", list(string()).opt()},
                       {"container", string().opt()}});
}

Type port_record() {
  return Type::record({{"name", string()},
                       {"container", port()},
                       {"host", integer().between(0, 65535)},
                       {"protocol", one_of({"tcp", "udp"})},
                       {"ip", string().opt()},
                       {"published", boolean().opt()}});
}

Type mount_record() { return Type::record({{"kind", one_of({"named"})}, {"source", string()}, {"path", string()}}); }

Type health_record() {
  return Type::record({{"command", list(string())},
                       {"every", duration()},
                       {"timeout", duration()},
                       {"retries", integer()},
                       {"grace", duration()}});
}

// Everything but credentials replaces: an engine's own update call is unreliable, and a new container beside the old
// one is how a new version comes up anyway.
Attribute output(std::string name, Type type, std::string doc) {
  return {.name = std::move(name), .type = std::move(type), .doc = std::move(doc), .computed = true};
}

}  // namespace

Schema container_type() {
  return {
      .name = "container",
      .doc = "One container on one node.",
      .attributes =
          {
              needed("node", string(), "The node that it runs on."),
              needed("name", string(),
                     "The start of its name; the engine's name ends in six characters of its own, so that a "
                     "replacement can stand beside it."),
              needed("image", string(), "The image, best by digest."),
              fixed("entrypoint", list(string()).opt(), "Instead of the image's ENTRYPOINT."),
              fixed("command", list(string()).opt(), "Instead of the image's CMD."),
              fixed("env", map(any_of({string(), string().as_secret()})), "Environment variables.", Value(Map())),
              fixed("memory", bytes().opt(), "The hard limit."),
              fixed("memory_reservation", bytes().opt(), "The soft limit."),
              fixed("cpu", cpu().opt(), "The hard limit."),
              needed("network", network_record(),
                     "How it is connected: to networks by id, to the engine's bridge, with the node's or another "
                     "container's network, or not at all."),
              fixed("ports", list(port_record()),
                    "What is published on the node; host 0 leaves the choice to the engine. In host mode what it "
                    "listens on.",
                    Value(List())),
              fixed("health", health_record().opt(), "The engine's health check."),
              fixed("user", string().opt(), "The user, or UID:GID."),
              fixed("working_dir", string().opt(), "The folder that it starts in."),
              fixed("read_only", boolean(), "Its root file system can't be written.", false),
              fixed("stop_timeout", duration(), "Time between SIGTERM and SIGKILL.", Value(Duration{30'000})),
              fixed("start_timeout", duration(), "Time to become what it should be.", Value(Duration{120'000})),
              fixed("mounts", list(mount_record()), "Volumes that outlive it, by path.", Value(List())),
              fixed("restart", one_of({"no", "unless-stopped"}), "Whether the engine itself brings it back.", "no"),
              fixed("until", one_of({"running", "completed", "succeeded"}),
                    "What it should come to: keep running, end, or end with exit code 0.", "running"),
              fixed("labels", map(string()), "The user's labels.", Value(Map())),
              {.name = "username", .type = string().opt(), .doc = "Who signs in to the registry of `image`."},
              {.name = "password", .type = string().as_secret().opt(), .doc = "With which password or token."},
              {.name = "serves",
               .type = string().opt(),
               .doc = "Of a registry: the `registry_access` that it lets in."},
              {.name = "endpoint", .type = string().opt(), .doc = "Of a registry: HOST:PORT at which it must answer."},
              fixed("certificate", string().opt(), "Of a registry: the fingerprint of its certificate."),
              output("id", string(), "The engine's id of it."),
              output("name", string(), "Its name on the engine."),
              output("address", string(), "Its address in its network; empty where it has none of its own."),
              output("ports", map(port()), "The node's port for each published one, by name."),
          },
  };
}

}  // namespace infra::engine
