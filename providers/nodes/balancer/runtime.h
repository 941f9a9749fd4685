// What is done in a load balancer's container: commands of HAProxy's runtime API.
#pragma once
#include <string>
#include <vector>

#include "providers/nodes/balancer/haproxy_parts.h"
#include "providers/nodes/balancer/server_slots.h"
#include "providers/nodes/context.h"

namespace infra::nodes::balancer {

// The answers to commands (control_script.h), one each. E0616 if the container doesn't run, has no perl, or its HAProxy
// doesn't answer.
Result<std::vector<std::string>> ask(Engine& engine, const std::string& container,
                                     const std::vector<std::string>& commands);

// Did `error` come of asking one that doesn't run any more? One that runs and is broken is another matter.
bool has_ended(Engine& engine, const std::string& container, const Error& error);

// As far as it is about the backends of one part.
Result<Picture> look_at(Engine& engine, const std::string& container, const std::string& part);

// What its configuration is made of.
struct Configured {
  std::string generation;
  std::vector<Part> parts;
  [[nodiscard]] const Part* find(const std::string& name) const;
};
Result<Configured> configured(Engine& engine, const std::string& container);

// Makes a part what it is given, or takes it away; what isn't there is made. A reload, if that changes the
// configuration: the new worker takes the listening sockets over, so no connection is refused meanwhile, and the old
// one ends what it has begun. E0415: another part has one of its routes.
Result<Ok> install_part(const Context& context, const std::string& container, const Part& part);
Result<Ok> remove_part(const Context& context, const std::string& container, const std::string& name);

}  // namespace infra::nodes::balancer
