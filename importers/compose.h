// A Compose file, read into what a stack needs of it.
#pragma once
#include <string>
#include <vector>

#include "importers/interpolate.h"
#include "importers/section.h"
#include "importers/stack_text.h"

namespace infra::importing {

// All values are expressions of the language, "" if absent.
struct ComposePort {
  std::string name;     // if the file gives it one
  std::string address;  // of the node, if it is to be published on this one only
  std::int64_t container = 0;
  std::int64_t host = 0;  // 0: any
  std::string protocol = "tcp";
};

struct ComposeHealth {
  std::string command, every, timeout, retries, grace;
};

struct ComposeBuild {
  std::string context, dockerfile, target;
  Pairs args;
};

struct ComposeService {
  std::string name;   // as the file has it
  std::string label;  // as the stack has it
  std::string image;
  std::optional<ComposeBuild> build;
  std::string entrypoint, command, user, working_dir, stop_timeout;
  bool read_only = false;
  Pairs env, secrets, labels, service_labels;
  std::string cpu, memory, memory_reservation;
  std::vector<ComposePort> ports;
  std::optional<ComposeHealth> health;
  std::vector<std::string> needs;     // names of services
  std::vector<std::string> networks;  // names of networks
  std::string mode;                   // host or none, if the file says so
  std::int64_t desired = 1;
  bool daemon = false;
  std::string min, max, rollback;
};

// Networks that a service is in at the same time are one: subnets don't reach each other on nodes, and a task is in
// one.
struct ComposeNetwork {
  std::vector<std::string> names;
  std::string label;
};

struct ComposeFile {
  std::string stack;
  std::vector<ComposeNetwork> networks;
  std::vector<ComposeService> services;
};

// What the parts of the reader share.
struct ComposeContext {
  Notes& notes;
  Variables& variables;
  Names& names;
  std::map<std::string, std::string> secrets;  // top-level secrets: name → param
};

// compose_extends.cpp
// The service with all that it takes over from those that it extends, as far as they are in the same file.
Json extended_service(const std::string& name, const Json& all, Notes& notes);
// compose_service.cpp
ComposeService read_service(const std::string& name, const Json& json, ComposeContext& context);
// compose_deploy.cpp
void read_deploy(Section& service, ComposeService& out, ComposeContext& context);
// compose_ports.cpp
void read_ports(Section& service, ComposeService& out, ComposeContext& context);
// compose_write.cpp
std::string write_compose(const ComposeFile& file, const std::string& source, const ComposeContext& context);

// An expression for a text of the file, or "".
std::string expression_of(Section& section, std::string_view key, ComposeContext& context);
// A list of texts as one expression, or "".
std::string expressions_of(Section& section, std::string_view key, ComposeContext& context);
// `A: b` or `- A=b`: key and value; without a value the second is nothing.
std::vector<std::pair<std::string, std::optional<std::string>>> pairs_of(Section& section, std::string_view key);

}  // namespace infra::importing
