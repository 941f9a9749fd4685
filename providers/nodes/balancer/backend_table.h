// The backends of a load balancer's configuration, as a table that lies beside it: so whoever looks at a HAProxy knows
// what it was told, whatever the stack says now.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/values/value.h"

namespace infra::nodes::balancer {

struct Backend {
  std::string name;       // "api.web.http"
  std::string service;    // "service.api"
  std::string container;  // label
  std::string port;       // its name
  bool hold = false;      // its only copy goes before the next one comes; requests wait meanwhile
  std::chrono::milliseconds drain{0};
  std::chrono::milliseconds timeout{2'000};  // of a probe
  std::string path;                          // what a probe asks for; empty: a connection is enough
  friend bool operator==(const Backend&, const Backend&) = default;
};

// Of the inputs of the type `load_balancer`.
std::vector<Backend> backends_of(const Value& inputs);

// One a line, fields between tabs.
std::string to_table(const std::vector<Backend>& backends);
// The lines of one part (haproxy_parts.h) of the table of all parts.
std::string table_of_part(std::string_view table, std::string_view part);
std::vector<Backend> from_table(std::string_view table);

}  // namespace infra::nodes::balancer
