#include "providers/nodes/engine_shapes.h"

namespace infra::nodes::shapes {

using namespace answer;

namespace {

Shape labels() { return map_of(text()); }
Shape networks() {
  return object_with(
      {optional("Networks", map_of(object_with({optional("IPAddress", text()), optional("NetworkID", text())})))});
}

std::vector<Member> network_members() {
  const auto config = list_of(object_with({optional("Subnet", text()), optional("Gateway", text())}));
  return {required("Id", id()), required("Name", text()), optional("Labels", labels()),
          optional("IPAM", object_with({optional("Config", config)}))};
}

// What a container and an image have in common.
std::vector<Member> config_members() {
  return {optional("Env", list_of(text())), optional("Labels", labels()), optional("User", text()),
          optional("WorkingDir", text())};
}

Shape health() {
  const auto check = object_with({optional("ExitCode", integer()), optional("Output", text())});
  return object_with(
      {optional("Status", text()), optional("FailingStreak", integer()), optional("Log", list_of(check))});
}

}  // namespace

Shape listed_container() {
  const auto port =
      object_with({required("PrivatePort", integer()), optional("PublicPort", integer()), optional("Type", text())});
  return object_with({required("Id", id()), required("State", id()), required("Status", text()),
                      optional("Names", list_of(text())), optional("Labels", labels()), optional("Created", integer()),
                      optional("Ports", list_of(port)),
                      optional("HostConfig", object_with({optional("NetworkMode", text())})),
                      optional("NetworkSettings", networks())});
}

Shape listed_network() { return object_with(network_members()); }

Shape listed_image() {
  return object_with({required("Id", id()), optional("RepoDigests", list_of(text())), optional("Labels", labels())});
}

Shape container() {
  auto config = config_members();
  config.push_back(required("Image", text()));
  const auto state =
      object_with({required("Running", boolean()), required("ExitCode", integer()), optional("OOMKilled", boolean()),
                   optional("Restarting", boolean()), optional("FinishedAt", text()), optional("Health", health())});
  const auto host = object_with({optional("NetworkMode", text()), optional("Memory", integer()),
                                 optional("MemoryReservation", integer()), optional("NanoCpus", integer()),
                                 optional("ReadonlyRootfs", boolean())});
  const auto mount = object_with({optional("Name", text()), optional("Destination", text()), optional("Type", text())});
  return object_with({required("Id", id()), required("Image", id()), required("State", state),
                      optional("RestartCount", integer()), optional("Mounts", list_of(mount)),
                      required("Config", object_with(std::move(config))), required("HostConfig", host),
                      required("NetworkSettings", networks())});
}

Shape network() {
  auto members = network_members();
  members.push_back(optional("Internal", boolean()));
  members.push_back(optional("Peers", list_of(object_with({optional("IP", text())}))));
  members.push_back(optional("Containers", map_of(object_with({optional("Name", text())}))));
  return object_with(std::move(members));
}

Shape image() {
  return object_with({required("Id", id()), optional("Architecture", text()), optional("RepoDigests", list_of(text())),
                      optional("RepoTags", list_of(text())),
                      optional("RootFS", object_with({optional("Layers", list_of(text()))})),
                      optional("Config", object_with(config_members()))});
}

Shape exec() { return object_with({required("Running", boolean()), optional("ExitCode", integer())}); }

Shape stats() {
  const auto cpu = object_with({optional("cpu_usage", object_with({optional("total_usage", integer())})),
                                optional("system_cpu_usage", integer()), optional("online_cpus", integer())});
  const auto kept = object_with({optional("total_inactive_file", integer()), optional("inactive_file", integer())});
  const auto memory =
      object_with({optional("usage", integer()), optional("limit", integer()), optional("stats", kept)});
  return object_with({required("cpu_stats", cpu), optional("precpu_stats", cpu), required("memory_stats", memory)});
}

Shape info() {
  const auto plugins = object_with({optional("Log", list_of(text()))});
  return object_with({required("ContainersRunning", integer()), optional("LoggingDriver", text()),
                      optional("DockerRootDir", text()), optional("Plugins", plugins)});
}

Shape swarm_info() {
  const auto manager = object_with({optional("Addr", text())});
  return object_with({optional(
      "Swarm", object_with({optional("LocalNodeState", text()), optional("NodeID", text()),
                            optional("ControlAvailable", boolean()), optional("RemoteManagers", list_of(manager))}))});
}

Shape swarm() {
  return object_with({required("ID", id()), required("Version", object_with({required("Index", integer())})),
                      required("Spec", object_with({optional("Labels", labels())})),
                      required("JoinTokens", object_with({required("Worker", id())}))});
}

Shape swarm_node() {
  return object_with(
      {required("ID", id()), optional("Status", object_with({optional("State", text()), optional("Addr", text())}))});
}

namespace {

std::vector<Member> volume_members() {
  return {required("Name", text()), optional("CreatedAt", text()), optional("Labels", labels()),
          optional("Mountpoint", text())};
}

}  // namespace

Shape volume() { return object_with(volume_members()); }
Shape listed_volumes() { return object_with({nullable("Volumes", list_of(object_with(volume_members())))}); }

Shape version() { return object_with({required("Version", text()), optional("Arch", text())}); }

Shape distribution() {
  return object_with({required("Descriptor", object_with({required("digest", text())})),
                      optional("Platforms", list_of(object_with({optional("architecture", text())})))});
}

Shape made() { return object_with({required("Id", id())}); }
Shape removed_images() { return list_of(object_with({optional("Deleted", text()), optional("Untagged", text())})); }

Shape refusal() { return object_with({optional("message", text()), optional("cause", text())}); }

}  // namespace infra::nodes::shapes
