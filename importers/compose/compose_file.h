// A Compose file, read into what a stack needs of it.
#pragma once
#include <string>
#include <vector>

#include "importers/compose/compose_dotenv.h"
#include "importers/compose/compose_variables.h"
#include "importers/importers.h"
#include "importers/section.h"
#include "importers/stack_text.h"

namespace infra::importing {

// All values are expressions of the language, "" if absent.
struct ComposePort {
  std::string name;                                  // if the file gives it one
  std::string address;                               // of the node, if it is to be published on this one only
  std::int64_t container = 0;                        // as long as nobody says otherwise; 0: not known
  std::int64_t host = 0;                             // 0: any
  std::optional<AmountUse> container_use, host_use;  // if they depend on a variable
  std::string range;                                 // the node's ports of which it may have any
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
  std::vector<std::string> awaited;   // those of them that must have ended well
  std::vector<std::string> networks;  // names of networks
  std::string mode;                   // host or none, if the file says so
  std::int64_t desired = 1;           // as long as nobody says otherwise
  std::string desired_expression;
  bool daemon = false;
  std::string min, max, rollback, settle;
  std::string restart;  // what Compose does when it ends; empty: the file doesn't say
  bool job = false;     // others wait for its end
  [[nodiscard]] bool has_variable(const std::string& name) const;
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
  const ReadFile& read_file;                   // of the files beside it; may be empty
  std::map<std::string, std::string> secrets;  // top-level secrets: name → param
  bool words_needed = false;                   // the function words() is called
};

// compose_extends.cpp
// The service with all that it takes over from those that it extends, as far as they are in the same file.
Json extended_service(const std::string& name, const Json& all, Notes& notes);
// compose_environment.cpp
void read_environment(Section& service, ComposeService& out, ComposeContext& context);
// compose_health.cpp
void read_health(Section& service, ComposeService& out, ComposeContext& context);
// compose_build.cpp
void read_build(Section& service, ComposeService& out, ComposeContext& context);
// compose_service.cpp
ComposeService read_service(const std::string& name, const Json& json, ComposeContext& context);
// compose_deploy.cpp
void read_deploy(Section& service, ComposeService& out, ComposeContext& context);
// compose_ports.cpp
void read_ports(Section& service, ComposeService& out, ComposeContext& context);
// compose_write.cpp
std::string write_compose(const ComposeFile& file, const std::string& source, ComposeContext& context);

// An expression for a text of the file, or "".
std::string expression_of(Section& section, std::string_view key, ComposeContext& context,
                          Variables::Place kind = Variables::Place::text);
// compose_shown.cpp: what a text shows that nobody should see, and what only Swarm puts in for it.
void note_shown(const std::string& text, const std::string& place, ComposeContext& context);
void note_template(const std::string& text, const std::string& place, ComposeContext& context);
// A number, a size or a time; nothing if it is absent or no such amount, which is noted.
struct WrittenAmount {
  std::string expression;
  std::string known;  // as the file writes it, if that is known
};
std::optional<WrittenAmount> amount_of(Section& section, std::string_view key, Amount kind, std::string_view what,
                                       ComposeContext& context);
// `A: b` or `- A=b`: key and value; without a value the second is nothing.
std::vector<std::pair<std::string, std::optional<std::string>>> pairs_of(Section& section, std::string_view key);

}  // namespace infra::importing
