#include <fmt/format.h>

#include <map>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/network/check_listeners.h"

namespace infra::checks {
namespace {

// One balancer's listeners: a port each, a certificate where one is needed; on AWS all of one sort.
class Balancer {
 public:
  Balancer(const Resource& balancer, const PlatformDecl* platform, Diagnostics& diagnostics)
      : balancer_(balancer), on_aws_(platform != nullptr && platform->kind == "aws"), diagnostics_(diagnostics) {}

  void add(const Resource& listener) {
    certificate(listener);
    const auto& protocol = protocol_of(listener);
    if (protocol.empty()) return;
    if (const auto* port = listener.config["port"].integer()) {
      pair(ports_[{*port, protocol == "udp"}], listener, "E0412", "port",
           fmt::format("{} listens twice on port {}", named(balancer_), *port), "give each listener a port of its own");
    }
    if (!on_aws_) return;
    auto*& other = sorts_[speaks_http(listener)];
    if (other == nullptr) other = &listener;
    if (sorts_[false] != nullptr && sorts_[true] != nullptr) {
      const auto* first = sorts_[!speaks_http(listener)];
      pair(first, listener, "E0415", "protocol",
           fmt::format("{} mixes http with other protocols, which AWS keeps apart", named(balancer_)),
           "make two load balancers: an ALB speaks http and https, an NLB the others");
    }
  }

 private:
  void certificate(const Resource& listener) {
    const auto& protocol = protocol_of(listener);
    const bool encrypted = protocol == "https" || protocol == "tls";
    const bool given = !listener.config["certificate"].is_null();
    const bool asked_for = !listener.config["acme"].is_null();
    const auto* attribute = given ? "certificate" : "acme";
    if (given && asked_for) {
      diagnostics_
          .error("E0415", listener.place("acme"),
                 fmt::format("listener `{}` has a certificate and asks for one", listener.address.path), "and `acme`",
                 "remove one of the two")
          .secondary.push_back({listener.place("certificate"), "`certificate`"});
    }
    if (!protocol.empty() && !encrypted && (given || asked_for)) {
      const auto stated = listener.written("protocol");
      auto& diagnostic = diagnostics_.error(
          "E0415", listener.place(attribute),
          fmt::format("listener `{}` {} a certificate, but speaks {} in clear", listener.address.path,
                      given ? "has" : "asks for", protocol),
          fmt::format("{} shows none", protocol),
          fmt::format("add protocol = \"{}\", or leave the certificate out", protocol == "http" ? "https" : "tls"));
      if (stated) diagnostic.secondary.push_back({*stated, "in clear"});
    }
    if (!encrypted || given || asked_for) return;
    diagnostics_.error("E0206", listener.place("protocol"),
                       fmt::format("listener `{}` has no certificate", listener.address.path),
                       fmt::format("{} needs one", protocol),
                       on_aws_ ? "add `certificate = …`" : "add `certificate = …`, or `acme { }`");
  }

  void pair(const Resource*& first, const Resource& listener, std::string code, const char* attribute,
            std::string message, std::string help) {
    if (first == nullptr) {
      first = &listener;
      return;
    }
    const bool swapped = listener.place(attribute) < first->place(attribute);
    const auto& later = swapped ? *first : listener;
    const auto& earlier = swapped ? listener : *first;
    diagnostics_
        .error(std::move(code), later.place(attribute), std::move(message),
               fmt::format("listener `{}`", later.address.path), std::move(help))
        .secondary.push_back({earlier.place(attribute), fmt::format("listener `{}`", earlier.address.path)});
  }
  void pair(const Resource* const& first, const Resource& listener, std::string code, const char* attribute,
            std::string message, std::string help) {
    const Resource* copy = first;
    pair(copy, listener, std::move(code), attribute, std::move(message), std::move(help));
  }

  const Resource& balancer_;
  bool on_aws_;
  Diagnostics& diagnostics_;
  std::map<std::pair<std::int64_t, bool>, const Resource*> ports_;
  std::map<bool, const Resource*> sorts_;
};

void check_listeners(const Graph& graph, Diagnostics& diagnostics) {
  std::map<Address, Balancer> balancers;
  for (const auto& resource : graph.resources) {
    const auto* parent = resource.config["load_balancer"].ref();
    const auto* owner =
        parent != nullptr && resource.address.kind == "listener" ? graph.find(parent->address) : nullptr;
    if (owner == nullptr) continue;
    balancers.try_emplace(owner->address, *owner, graph.platform(owner->platform), diagnostics)
        .first->second.add(resource);
  }
}

// What CreateLoadBalancer wants to know and takes.
void check_on_aws(const Resource& balancer, Diagnostics& diagnostics) {
  if (balancer.config["subnets"].is_null()) {
    diagnostics.error("E0206", balancer.span, fmt::format("{} has no subnets", named(balancer)), "has no place",
                      "AWS wants subnets of two zones: add for example subnets = [main.a, main.b]");
  }
  const auto* name = balancer.config["name"].string();
  if (name == nullptr || !name->starts_with("internal-")) return;
  diagnostics.error("E0416", balancer.place("name"),
                    fmt::format("{} is called \"{}\", which AWS doesn't take", named(balancer), *name),
                    "begins with internal-", "choose another name; `internal = true` says that it is internal");
}

}  // namespace

void balancers(const CheckInput& input, Diagnostics& diagnostics) {
  check_listeners(input.graph, diagnostics);
  for (const auto& resource : input.graph.resources) {
    const auto* platform = input.graph.platform(resource.platform);
    const bool on_aws = platform != nullptr && platform->kind == "aws";
    if (on_aws && resource.address.kind == "load_balancer") check_on_aws(resource, diagnostics);
  }
}

}  // namespace infra::checks
