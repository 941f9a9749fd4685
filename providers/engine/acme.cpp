#include "providers/engine/acme.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/engine/routes.h"

namespace infra::engine {
namespace {

constexpr std::size_t kMostHosts = 100;  // in one certificate, as Let's Encrypt has it

const Value& block(const Resource& listener) { return listener.config["acme"]; }

std::string text_at(const Value& config, const char* name) {
  const auto* text = config[name].string();
  return text != nullptr ? *text : std::string();
}

std::string label_of(const Resource& listener) {
  const auto dot = listener.address.path.rfind('.');
  return run_time_name(listener.address.path.substr(dot == std::string::npos ? 0 : dot + 1));
}

bool is_host(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= 253 && text.find("..") == std::string_view::npos && text.front() != '.' &&
         text.front() != '-' && text.back() != '.' && std::all_of(text.begin(), text.end(), letter);
}

std::string in_lower_case(std::string text) {
  for (auto& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

}  // namespace

std::string certificate_part(std::string_view listener) { return fmt::format("certificate.{}", listener); }

std::vector<std::string> Acme::hosts_of(const Resource& listener) const {
  std::vector<std::string> out;
  const auto add = [&](const Value& host) {
    if (host.string() != nullptr) out.push_back(in_lower_case(*host.string()));
  };
  if (const auto* stated = block(listener)["hosts"].list()) {
    for (const auto& host : *stated) add(host);
  } else {
    for (const auto& route : routes_through(lowering_, listener)) add((*route.config)["host"]);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool Acme::read(const std::vector<const Resource*>& listeners) {
  bool good = true;
  for (const auto* listener : listeners) {
    if (!block(*listener).is_null()) good = add(*listener) && good;
  }
  const auto in_clear = [](const Resource* listener) { return protocol_of(*listener) == "http"; };
  if (!good || wanted_.empty() || std::any_of(listeners.begin(), listeners.end(), in_clear)) return good;
  const auto& first = *wanted_.front().listener;
  lowering_.diagnostics.error(
      "E0206", first.place("acme"),
      fmt::format("load_balancer `{}` has no listener that speaks http", lowering_.resource.address.path),
      "is asked for over http", "the authority asks at port 80 of each host: listener web { port = 80 }");
  return false;
}

bool Acme::add(const Resource& listener) {
  auto hosts = hosts_of(listener);
  if (!good_hosts(listener, hosts) || !same_authority(listener)) return false;
  wanted_.push_back({.listener = &listener, .hosts = std::move(hosts)});
  return true;
}

bool Acme::good_hosts(const Resource& listener, const std::vector<std::string>& hosts) const {
  const auto place = listener.place("acme");
  if (hosts.empty()) {
    lowering_.diagnostics.error(
        "E0206", place, fmt::format("listener `{}` has no hosts to get a certificate for", listener.address.path),
        "for whom?", "name them: acme { hosts = [\"shop.example\"] }, or give its routes a `host`");
    return false;
  }
  if (hosts.size() > kMostHosts) {
    lowering_.diagnostics.error("E0416", place,
                                fmt::format("listener `{}` wants a certificate for {} hosts, and {} is the most",
                                            listener.address.path, hosts.size(), kMostHosts),
                                "too many", "divide them between listeners");
    return false;
  }
  const auto wrong = std::find_if_not(hosts.begin(), hosts.end(), is_host);
  if (wrong == hosts.end()) return true;
  const bool pattern = wrong->find_first_of("*?") != std::string::npos;
  lowering_.diagnostics.error("E0416", place, fmt::format("an authority can't check \"{}\" over http", *wrong),
                              pattern ? "a pattern" : "no host's name",
                              "name the hosts one by one: acme { hosts = [\"www.shop.example\", \"shop.example\"] }");
  return false;
}

// One account answers at all listeners of a load balancer.
bool Acme::same_authority(const Resource& listener) {
  if (wanted_.empty()) return true;
  const auto& first = *wanted_.front().listener;
  for (const auto* name : {"directory", "email", "ca"}) {
    if (block(first)[name] == block(listener)[name]) continue;
    lowering_.diagnostics
        .error("E0415", listener.place("acme"),
               fmt::format("two listeners of one load balancer have another `{}` for their certificates", name),
               "another account", "give both the same, or use two load balancers")
        .secondary.push_back({first.place("acme"), fmt::format("listener `{}`", first.address.path)});
    return false;
  }
  return true;
}

void Acme::add_to(Map& listener_inputs, const Resource& listener) const {
  if (wanted_.empty()) return;
  if (protocol_of(listener) == "http") {
    listener_inputs.set("thumbprint",
                        Ref{.address = lowering_.resource.address.with_part(kAcmeAccount), .attribute = "thumbprint"});
  }
  const auto at =
      std::find_if(wanted_.begin(), wanted_.end(), [&](const Wanted& w) { return w.listener == &listener; });
  if (at != wanted_.end()) listener_inputs.set("hosts", List(at->hosts.begin(), at->hosts.end()));
}

std::vector<LoweredResource> Acme::parts(const std::vector<Address>& balancers) const {
  std::vector<LoweredResource> out;
  if (wanted_.empty()) return out;
  const auto& config = block(*wanted_.front().listener);
  const auto directory = text_at(config, "directory");
  const auto ca = text_at(config, "ca");
  out.push_back(lowering_.part(kAcmeAccount, "acme_account",
                               Map({{"directory", directory}, {"email", text_at(config, "email")}, {"ca", ca}})));
  const Ref account{.address = out.front().address, .attribute = "id"};
  for (const auto& wanted : wanted_) {
    const auto label = label_of(*wanted.listener);
    out.push_back(lowering_.part(certificate_part(label), "acme_certificate",
                                 Map({{"account", account},
                                      {"directory", directory},
                                      {"ca", ca},
                                      {"hosts", List(wanted.hosts.begin(), wanted.hosts.end())},
                                      {"listener", label},
                                      {"renews", ""}}),
                                 balancers));
  }
  return out;
}

}  // namespace infra::engine
