#include "providers/nodes/balancer/haproxy_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/nodes/balancer/backend_table.h"
#include "providers/nodes/balancer/haproxy_pages.h"
#include "providers/nodes/balancer/haproxy_word.h"
#include "providers/nodes/context.h"

namespace infra::nodes::balancer {

namespace {

std::string regex_of(std::string_view pattern) {
  std::string out = "^";
  for (const char c : pattern) {
    if (c == '*') {
      out += ".*";
    } else if (c == '?') {
      out += '.';
    } else {
      if (std::string_view(R"(\^$.|+()[]{})").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out + "$";
}

std::string lower(std::string text) {
  for (auto& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::string global_section() {
  return fmt::format(R"(# Written by infra: what is changed here is overwritten.
global
  log stdout format raw local0
  stats socket {0}/run/admin.sock mode 600 level admin expose-fd listeners
  server-state-file {0}/state/servers
#hard-stop-after
  noreuseport
  fd-hard-limit 65536
  uid 99
  gid 99
  ssl-default-bind-options ssl-min-ver TLSv1.2

defaults
  log global
  option dontlognull
  option redispatch 1
  retries 3
  timeout connect 1s
  timeout client 60s
  timeout server 60s
  timeout http-request 60s
  timeout http-keep-alive 60s
  timeout queue 30s
  timeout tunnel 1h
  timeout client-fin 30s
)",
                     kHome);
}

bool is_http(const std::string& protocol) { return protocol == "http" || protocol == "https"; }

std::string binds(const Value& listener, const std::vector<std::string>& addresses) {
  const auto protocol = text_of(listener["protocol"]);
  std::string options;
  if (protocol == "https" || protocol == "tls") options += " ssl crt " + certificate_path(text_of(listener["name"]));
  if (protocol == "https") options += " alpn h2,http/1.1";
  std::string out;
  const auto add = [&](const std::string& address) {
    out += fmt::format("  bind {}:{}{}\n", address, number_of(listener["port"], 0), options);
  };
  for (const auto& address : addresses) add(address);
  if (addresses.empty()) add("");
  return out;
}

std::string rule(const Value& route) {
  std::string conditions;
  if (const auto host = text_of(route["host"]); !host.empty()) {
    conditions += fmt::format(" {{ {} }}", condition("req.hdr(host),field(1,:),lower", lower(host)));
  }
  if (const auto path = text_of(route["path"]); !path.empty()) {
    conditions += fmt::format(" {{ {} }}", condition("path", path));
  }
  const auto backend = text_of(route["backend"]);
  if (conditions.empty()) return fmt::format("  default_backend {}\n", backend);
  return fmt::format("  use_backend {} if{}\n", backend, conditions);
}

// "TOKEN.THUMBPRINT", whatever the token is: only who has the account's key can make use of it.
std::string answer_to_authority(const std::string& thumbprint) {
  if (thumbprint.empty()) return {};
  return fmt::format(
      "  http-request return status 200 content-type text/plain lf-string \"%[path,field(-1,/)].{}\" if {{ path_beg "
      "/.well-known/acme-challenge/ }}\n",
      thumbprint);
}

std::string frontend(const Value& listener, const std::vector<std::string>& addresses) {
  const auto protocol = text_of(listener["protocol"]);
  auto out = fmt::format("\nfrontend {}\n  mode {}\n{}", text_of(listener["name"]), is_http(protocol) ? "http" : "tcp",
                         binds(listener, addresses));
  if (is_http(protocol)) {
    out += fmt::format(
        "  option httplog\n  option idle-close-on-response\n  option forwardfor\n  http-request set-header "
        "X-Forwarded-Proto {}\n"
        "  http-request set-header X-Forwarded-Port {}\n",
        protocol, number_of(listener["port"], 0));
    out += error_pages(listener);
    out += answer_to_authority(text_of(listener["thumbprint"]));
    out += maintenance_rule(listener);
  } else {
    out += "  option tcplog\n  timeout client 1h\n";
  }
  if (is_http(protocol)) return out + fmt::format("#routes {}\n", number_of(listener["port"], 0));
  // Bytes go to one service, whatever comes.
  if (const auto* routes = listener["routes"].list(); routes != nullptr && !routes->empty())
    out += rule(routes->front());
  return out;
}

// What requests a route takes, so that two of them can be compared; and its place among all: a host before none, an
// exact path before a pattern, a longer one before a shorter.
std::string claim(const Value& route) {
  auto out = lower(text_of(route["host"])) + "|" + text_of(route["path"]);
  std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  return out;
}

std::string rank(const Value& route) {
  const auto host = text_of(route["host"]);
  const auto stated = text_of(route["path"]);
  const auto path = stated.empty() ? std::string("/*") : stated;
  return fmt::format("{}{}{}{:05}", host.empty() ? 1 : 0, host.find('*') != std::string::npos ? 1 : 0,
                     path.find_first_of("*?") != std::string::npos ? 1 : 0,
                     99'999 - std::min<std::size_t>(path.size(), 99'999));
}

std::string rules_at(std::int64_t port, const Value& routes) {
  std::string out;
  for (const auto& route : routes.list() != nullptr ? *routes.list() : List())
    out += fmt::format("#rule {} {} {}\t{}", port, rank(route), claim(route), rule(route));
  return out;
}

// How the servers are checked. Of the only copy none is: what can't be reached is waited for.
std::string checks(const Value& backend, std::string& options) {
  if (backend["hold"] == Value(true)) return "";
  const auto& health = backend["health"];
  if (health.map() == nullptr) return " check inter 500ms rise 2 fall 2";
  options += fmt::format("  option httpchk GET {}\n  http-check expect rstatus ^[23]\n  timeout check {}ms\n",
                         as_word(text_of(health["path"])), ms_of(health["timeout"], 6'000));
  return fmt::format(" check inter {}ms rise {} fall {}", ms_of(health["every"], 30'000),
                     number_of(health["healthy"], 5), number_of(health["unhealthy"], 2));
}

std::string retries(bool http, bool hold) {
  // A request waits up to a minute for the next copy; one that was begun isn't sent a second time to it.
  if (hold)
    return std::string("  retries 60\n") + (http ? "  option http-server-close\n  retry-on conn-failure\n" : "");
  if (!http) return "";
  // What changes something isn't sent twice; a connection that fails before anything was sent is tried again anyhow.
  return "  retry-on conn-failure empty-response\n"
         "  http-request disable-l7-retry unless { method GET HEAD OPTIONS PUT DELETE TRACE }\n";
}

std::string section(const std::string& name, const Value& backend) {
  const bool http = backend["http"] == Value(true);
  const bool hold = backend["hold"] == Value(true);
  std::string options;
  auto server = checks(backend, options);
  if (const auto slow = ms_of(backend["slow_start"], 0); slow > 0) server += fmt::format(" slowstart {}ms", slow);
  auto out = fmt::format("\nbackend {}\n  mode {}\n  balance {}\n  load-server-state-from-file global\n", name,
                         http ? "http" : "tcp", http ? "roundrobin" : "leastconn");
  if (!http) out += "  timeout server 1h\n";
  out += retries(http, hold) + options;
  // The address of a slot that is in use is kept over restarts and reloads only where the configuration has a name.
  out += fmt::format("  server-template s 1-{} slot.invalid:1 init-addr last,127.0.0.1{} disabled\n",
                     number_of(backend["slots"], 16), server);
  if (hold) out += "  server hold 127.0.0.1:1 disabled\n";
  return out;
}

}  // namespace

std::string certificate_path(std::string_view listener) {
  return fmt::format("{}/certificates/{}.pem", kHome, listener);
}

std::string condition(std::string_view sample, std::string_view pattern) {
  const auto wild = pattern.find_first_of("*?");
  if (wild == std::string_view::npos) return fmt::format("{} -m str -- {}", sample, as_word(pattern));
  if (wild + 1 == pattern.size() && pattern.back() == '*') {
    return fmt::format("{} -m beg -- {}", sample, as_word(pattern.substr(0, wild)));
  }
  return fmt::format("{} -m reg -- {}", sample, as_word(regex_of(pattern)));
}

namespace {

std::string head_of(const Ownership& owner, const Address& address, const Value& inputs, const std::string& prefix) {
  auto out = fmt::format("#owner {} of stack {}\n#by {}/{}\n", address.owner().text(), owner.stack, owner.lineage,
                         address.text());
  for (const auto& backend : backends_of(inputs)) {
    out += fmt::format("#drain {}\n", backend.drain.count());
    auto named = backend;
    named.name = prefix + named.name;
    out += "#table " + to_table({named});
  }
  return out;
}

std::string sections(const Value& inputs, const std::string& prefix) {
  std::string out;
  if (const auto* backends = inputs["backends"].map()) {
    for (const auto& [name, backend] : *backends) out += section(prefix + name, backend);
  }
  return out;
}

}  // namespace

std::string own_part(const Ownership& owner, const Address& address, const Value& inputs,
                     const std::vector<std::string>& addresses) {
  auto out = head_of(owner, address, inputs, "");
  std::string frontends;
  bool http = false;
  for (const auto& listener : inputs["listeners"].list() != nullptr ? *inputs["listeners"].list() : List()) {
    const auto protocol = text_of(listener["protocol"]);
    out += fmt::format("#listener {} {}\n", number_of(listener["port"], 0), protocol);
    if (is_http(protocol)) out += rules_at(number_of(listener["port"], 0), listener["routes"]);
    frontends += frontend(listener, addresses);
    http = http || is_http(protocol);
  }
  out += global_section() + frontends;
  if (http) {
    out += "\nbackend no-route\n  mode http\n  http-request deny deny_status 404\n";
  }
  return out + sections(inputs, "");
}

std::string foreign_part(const Ownership& owner, const Address& address, const Value& inputs,
                         const std::string& prefix) {
  List rules;
  for (const auto& route : inputs["rules"].list() != nullptr ? *inputs["rules"].list() : List()) {
    auto renamed = *route.map();
    renamed.set("backend", prefix + text_of(route["backend"]));
    rules.emplace_back(std::move(renamed));
  }
  return head_of(owner, address, inputs, prefix) + rules_at(number_of(inputs["port"], 0), Value(std::move(rules))) +
         sections(inputs, prefix);
}

}  // namespace infra::nodes::balancer
