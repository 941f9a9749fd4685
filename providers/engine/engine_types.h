// The provider types of container engines ("network", "container", "image", "repository"): their schemas and the
// lowering of portable kinds to them. Shared by the platforms `nodes` and `simulator`.
#pragma once
#include <vector>

#include "base/values/schema.h"
#include "providers/provider.h"

namespace infra::engine {

// network:    node*, name*, cidr*, internal*, labels* -> id
// overlay:    nodes (node → address) -> id; engines of several nodes, joined
// overlay_network: name*, cidr*, internal*, labels* -> id; a network over them
// acme_account: directory*, email, ca -> id, thumbprint, kept
// acme_certificate: account, directory, ca, hosts, listener*, renews -> id, begins, expires, kept
// balancer_route: balancer*, port, rules, backends -> id; through a load balancer of another stack
// container:  node*, name*, image*, entrypoint*, command*, env*, memory*, memory_reservation*, cpu*, network*, ports*,
//             health*, user*, working_dir*, read_only*, stop_timeout*, start_timeout*, restart*, until*,
//             labels*, username, password
//             -> id, name, address (of the network, if any), ports (Map port name → host port)
//               network: { mode: "bridge"|"host"|"none"|"network"|"container", networks: [id]?, aliases: [..]?,
//               container: id? } ports: [{ name, container, host (0: any), protocol, ip: the node's address that it is
//               bound to?
//               }] health: { command: [..], every, timeout, retries, grace } `name` is a prefix: the object's name is
//               NAME-<first 6 of the token>, so that a replacement can stand beside what it replaces
// image:      node*, repository*, tag*, immutable*, context*, dockerfile*, args*, target*, labels*, context_hash*,
//             insecure*, retain,
//             username, password -> digest, ref, image_id
//               repository empty: only on the node, ref is the image id
// job_run:    name*, mode*, containers*, reserve*, after*, nodes (node → { networks? }), timeout, access -> node,
// exit_code,
//             containers; one run of a job
// load_balancer: node*, name*, image*, networks*, labels, listeners, certificates, backends -> id, address
// task:       node*, name*, mode*, network*, aliases*, containers* (label → as `container`, with essential and after),
//             reserve*, access -> name, node, address, ports, urls, containers
// task_set:   task, desired, daemon, deploy, place, nodes, access -> address, urls, revision
//             the planner's own: it makes the tasks of a service out of it (planner/rollout)
// repository: endpoint*, name*, insecure*, username, password, immutable, rules -> url
// (* a change replaces; the others are updated in place)
const std::vector<Schema>& types();

struct NodeInfo {
  std::string name;  // "a"
  Value config;      // the `node` block
};
// The platform's nodes in order of their names. `simulator { nodes = 3 }` has n1, n2, n3.
std::vector<NodeInfo> nodes_of(const PlatformDecl& platform);

// serves() of both platforms.
bool serves(std::string_view kind);

// Platform::recorded_attribute of both platforms.
std::optional<Value> recorded_attribute(std::string_view kind, std::string_view attribute,
                                        const std::vector<RecordedPart>& parts);

// Platform::type_of and declaration_of of both platforms: of a service of one container, and of a subnet.
std::string type_of(std::string_view kind);
std::string declaration_of(const Address& address, const FoundObject& found);

// Portable kind → types above. Pure but for context.sources (an image's context_hash).
Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics);

}  // namespace infra::engine
