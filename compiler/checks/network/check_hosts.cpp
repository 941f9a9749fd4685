#include <fmt/format.h>

#include <algorithm>

#include "base/text/units.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/services/check_use.h"

namespace infra::checks {
namespace {

struct HostFault {
  std::string why;  // empty: none
  std::string better = "";
  std::string help = "leave that out";  // where there is something better
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

bool is_label(std::string_view label) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !label.empty() && label.size() <= 63 && plain(label.front()) && plain(label.back()) &&
         std::all_of(label.begin(), label.end(), [&](char c) { return plain(c) || c == '-'; });
}

bool is_subdomain(std::string_view host) {
  while (true) {
    const auto dot = host.find('.');
    if (!is_label(host.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

// A request names a host, and nothing beside it, wherever it arrives.
HostFault fault_anywhere(const std::string& host) {
  if (host.empty()) return {"names no host"};
  if (const auto scheme = host.find("://"); scheme != std::string::npos) {
    const auto bare = host.substr(scheme + 3);
    return {"has a scheme before it", bare.substr(0, bare.find_first_of("/:"))};
  }
  if (const auto slash = host.find('/'); slash != std::string::npos)
    return {"has a path behind it", host.substr(0, slash)};
  if (const auto colon = host.find(':'); colon != std::string::npos)
    return {"has a port behind it, which the listener has already", host.substr(0, colon)};
  if (host.find_first_of(" \t\n") != std::string::npos) return {"has a blank in it"};
  return {};
}

// An Ingress takes a DNS-1123 subdomain in lower case, or one whose first label is `*`.
HostFault fault_on_kubernetes(const std::string& host) {
  if (lower(host) != host) return {"has capital letters", lower(host), "write it in small letters"};
  if (parse_ip(host)) return {"is an address, and no name"};
  if (is_subdomain(host.starts_with("*.") ? host.substr(2) : host)) return {};
  return {host.find('*') != std::string::npos ? "only its first part can be `*`" : "is no name of DNS"};
}

}  // namespace

void hosts(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& use : input.uses) {
    const auto* routes = use.config("route").list();
    for (std::size_t i = 0; routes != nullptr && i < routes->size(); ++i) {
      const auto* host = (*routes)[i]["host"].string();
      if (host == nullptr) continue;
      auto fault = fault_anywhere(*host);
      if (fault.why.empty() && use.launch == Launch::kubernetes) fault = fault_on_kubernetes(*host);
      if (fault.why.empty()) continue;
      const auto place = use.owner->place(fmt::format("route.{}.host", i));
      auto& diagnostic = diagnostics.error(
          "E0416", place,
          fmt::format("no request comes for the host {} of {}", to_source(Value(*host)), named(*use.owner)), fault.why,
          fault.better.empty() ? "write a name such as \"shop.example.org\"" : fault.help);
      if (!fault.better.empty()) diagnostic.fixes.push_back({place, to_source(Value(fault.better))});
    }
  }
}

}  // namespace infra::checks
