// The configuration of a HAProxy is made of parts: one by the stack that has the load balancer, and one for each group
// of routes that another stack adds. Each stack writes its own; what comes of all of them is decided here, and is pure.
//
// A part is the text of its sections, with lines that begin with # and a word for what can't be said by it alone:
//   #owner TEXT            who it is, for messages
//   #by LINEAGE/ADDRESS    the resource that it is of
//   #drain MS              as long workers of before a reload may live on for it
//   #listener PORT PROTOCOL
//   #table LINE            of the table of backends (backend_table.h)
//   #rule PORT RANK CLAIM<tab>LINE   a line of the listener's section; CLAIM: the requests that it takes
//   #routes PORT           where the rules of all parts go; those for another port are left out
//   #hard-stop-after       where the longest drain goes
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace infra::nodes::balancer {

inline constexpr const char* kOwnPart = "own";

struct Part {
  std::string name;  // kOwnPart, or the token of a "balancer_route"
  std::string text;
};

struct Merged {
  std::string configuration;
  std::string table;  // each line with its part's name before it
};
Merged merge(std::vector<Part> parts);

// Other parts of the resource that one is of: what is left of it after its record was lost.
std::vector<std::string> former_parts(const Part& part, const std::vector<Part>& all);

// Two parts want the same requests of a listener.
struct Clash {
  int port = 0;
  std::string claim;  // "shop.example/api/*"
  std::string owner;  // of the other one: "service.api of stack shop"
};
std::optional<Clash> clash_of(const Part& part, const std::vector<Part>& others);
// E0415, with the node of the load balancer.
Error taken(const Clash& clash, const std::string& node);

// The services that a part has backends for.
std::set<std::string> services_in(const Part& part);

struct ListenerSeen {
  int port = 0;
  std::string protocol;
};
std::vector<ListenerSeen> listeners_in(std::string_view own_part);

}  // namespace infra::nodes::balancer
