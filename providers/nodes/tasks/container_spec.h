// A container's inputs as the engine's create call wants them.
#pragma once
#include <string>

#include "providers/nodes/context.h"
#include "providers/nodes/tasks/host_config.h"

namespace infra::nodes {

// NAME-<first six of the token>: a replacement stands beside what it replaces.
std::string container_name(const CreateRequest& request);

Value container_body(const Ownership& owner, const CreateRequest& request, const HostDefaults& defaults);

// "8080/tcp"
std::string port_key(const Value& port);

// The name of each port by what is published, kept in a label: list calls give numbers only. "http=8080/tcp,…"
std::string ports_label(const Value& ports);
// Map port name → host port. `published` is the list call's Ports: [{PrivatePort, PublicPort, Type, IP}]; in host mode
// (`host_network`) a port is its own.
Value ports_output(const std::string& label, const Value& published, bool host_network);

}  // namespace infra::nodes
