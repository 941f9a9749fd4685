#include "providers/nodes/balancer/haproxy_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "providers/nodes/balancer/backend_table.h"

namespace infra::nodes::balancer {

namespace {

constexpr std::int64_t kTunnels = 300'000;  // the least that old workers live on for their connections

struct Rule {
  int port = 0;
  std::string rank;
  std::string claim;
  std::string line;
};

struct Read {
  std::string name;
  std::string owner, by;
  std::int64_t drain = 0;
  std::vector<std::string> table;
  std::vector<Rule> rules;
  std::vector<ListenerSeen> listeners;
  std::string text;  // with the places that are filled in
};

std::int64_t integer_in(std::string_view text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

// Cut off `text`, up to and with `end`.
std::string_view next(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const auto out = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return out;
}

void read_line(std::string_view line, Read& out) {
  auto rest = line;
  const auto word = next(rest, ' ');
  if (word == "#owner") {
    out.owner = rest;
  } else if (word == "#by") {
    out.by = rest;
  } else if (word == "#drain") {
    out.drain = std::max(out.drain, integer_in(rest));
  } else if (word == "#table") {
    out.table.emplace_back(rest);
  } else if (word == "#listener") {
    const auto port = static_cast<int>(integer_in(next(rest, ' ')));
    out.listeners.push_back({.port = port, .protocol = std::string(rest)});
  } else if (word == "#rule") {
    Rule rule{.port = static_cast<int>(integer_in(next(rest, ' '))), .rank = {}, .claim = {}, .line = {}};
    rule.rank = next(rest, ' ');
    rule.claim = next(rest, '\t');
    rule.line = rest;
    out.rules.push_back(std::move(rule));
  } else {
    out.text += std::string(line) + "\n";
  }
}

Read read_part(const Part& part) {
  Read out{.name = part.name};
  for (std::string_view rest = part.text; !rest.empty();) read_line(next(rest, '\n'), out);
  return out;
}

bool is_for_the_rest(const Rule& rule) { return rule.line.find("default_backend ") != std::string::npos; }

// Those of one listener, in the order in which they are tried. Of equal ones the owner's comes first.
std::string lines_at(int port, const std::vector<Read>& parts) {
  std::vector<const Rule*> rules;
  for (const auto& part : parts) {
    for (const auto& rule : part.rules) {
      if (rule.port == port) rules.push_back(&rule);
    }
  }
  std::stable_sort(rules.begin(), rules.end(), [](const Rule* a, const Rule* b) { return a->rank < b->rank; });
  std::string out;
  const Rule* rest = nullptr;
  for (const auto* rule : rules) {
    if (is_for_the_rest(*rule) && rest != nullptr) continue;
    if (is_for_the_rest(*rule)) rest = rule;
    out += rule->line + "\n";
  }
  return rest != nullptr ? out : out + "  default_backend no-route\n";
}

// "shop.example|/api/*" as people write it.
std::string readable(const std::string& claim) {
  const auto bar = claim.find('|');
  const auto path = claim.substr(bar + 1);
  return claim.substr(0, bar) + (path.empty() ? "/*" : path);
}

}  // namespace

Merged merge(std::vector<Part> parts) {
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return std::pair(a.name != kOwnPart, a.name) < std::pair(b.name != kOwnPart, b.name);
  });
  std::vector<Read> all;
  auto drain = kTunnels;
  Merged out;
  for (const auto& part : parts) {
    all.push_back(read_part(part));
    drain = std::max(drain, all.back().drain);
    for (const auto& line : all.back().table) out.table += part.name + "\t" + line + "\n";
  }
  for (const auto& part : all) {
    for (std::string_view rest = part.text; !rest.empty();) {
      const auto line = next(rest, '\n');
      if (line.starts_with("#routes ")) {
        out.configuration += lines_at(static_cast<int>(integer_in(line.substr(8))), all);
      } else if (line == "#hard-stop-after") {
        out.configuration += fmt::format("  hard-stop-after {}ms\n", drain);
      } else {
        out.configuration += std::string(line) + "\n";
      }
    }
  }
  return out;
}

std::vector<std::string> former_parts(const Part& part, const std::vector<Part>& all) {
  const auto by = read_part(part).by;
  std::vector<std::string> out;
  for (const auto& other : all) {
    if (other.name != part.name && other.name != kOwnPart && read_part(other).by == by) out.push_back(other.name);
  }
  return out;
}

std::optional<Clash> clash_of(const Part& part, const std::vector<Part>& others) {
  const auto wanted = read_part(part).rules;
  for (const auto& other : others) {
    if (other.name == part.name) continue;
    const auto read = read_part(other);
    for (const auto& rule : read.rules) {
      const auto same = std::find_if(wanted.begin(), wanted.end(),
                                     [&](const Rule& one) { return one.port == rule.port && one.claim == rule.claim; });
      if (same != wanted.end()) return Clash{.port = rule.port, .claim = readable(rule.claim), .owner = read.owner};
    }
  }
  return std::nullopt;
}

Error taken(const Clash& clash, const std::string& node) {
  return {.code = "E0415",
          .message = fmt::format("{} has the route {} at port {} of the load balancer on node `{}` already",
                                 clash.owner, clash.claim, clash.port, node),
          .help = "give the route another path or host, or remove it there first"};
}

std::set<std::string> services_in(const Part& part) {
  std::set<std::string> out;
  for (const auto& line : read_part(part).table) {
    for (auto& backend : from_table(line)) out.insert(std::move(backend.service));
  }
  return out;
}

std::vector<ListenerSeen> listeners_in(std::string_view own_part) {
  return read_part({.name = kOwnPart, .text = std::string(own_part)}).listeners;
}

}  // namespace infra::nodes::balancer
