#include <fmt/format.h>

#include <algorithm>

#include "importers/compose.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

constexpr std::int64_t kLastPort = 65'535;
constexpr std::int64_t kMostPorts = 100;  // of one range

struct Span16 {
  std::int64_t first = 0, last = 0;
  [[nodiscard]] std::int64_t size() const { return last - first + 1; }
};

// "8080" or "8080-8085".
std::optional<Span16> range_of(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = parse_integer(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_integer(text.substr(dash + 1));
  const bool good = first && last && *first >= 1 && *first <= *last && *last <= kLastPort;
  return good ? std::optional(Span16{*first, *last}) : std::nullopt;
}

class Ports {
 public:
  Ports(ComposeService& out, ComposeContext& context, std::string place)
      : out_(out), context_(context), place_(std::move(place)) {}

  // [ADDRESS:][HOST:]CONTAINER[/PROTOCOL]
  void parse(const std::string& written) {
    const auto fixed = context_.variables.fixed(written, place_);
    if (!fixed) return;
    std::string text = *fixed;
    std::string protocol = "tcp";
    if (const auto slash = text.rfind('/'); slash != std::string::npos) {
      protocol = text.substr(slash + 1);
      text.resize(slash);
    }
    const auto colon = text.rfind(':');
    const auto container = range_of(std::string_view(text).substr(colon == std::string::npos ? 0 : colon + 1));
    std::string host = colon == std::string::npos ? "" : text.substr(0, colon);
    ComposePort port{.protocol = protocol};
    if (const auto address = host.rfind(':'); address != std::string::npos) {
      port.address = host.substr(0, address);
      host.erase(0, address + 1);
    }
    add(written, container, host, port);
  }

  // `port` is what all of the range have in common.
  void add(const std::string& written, std::optional<Span16> container, const std::string& host, ComposePort port) {
    const auto published = host.empty() ? std::optional(Span16{}) : range_of(host);
    const bool known = port.protocol == "tcp" || port.protocol == "udp";
    const bool fits = container && published && known && container->size() <= kMostPorts &&
                      (host.empty() || published->size() == container->size() || published->size() > container->size());
    if (!fits) {
      context_.notes.add(place_, fmt::format("{} is no port that can be published", written));
      return;
    }
    const bool one_of_many = !host.empty() && published->size() > container->size();
    for (std::int64_t i = 0; i < container->size(); ++i) {
      port.container = container->first + i;
      if (!host.empty() && !one_of_many) port.host = published->first + i;
      const auto same = [&](const ComposePort& p) {
        return p.container == port.container && p.protocol == port.protocol;
      };
      const auto twice = std::find_if(out_.ports.begin(), out_.ports.end(), same);
      if (twice == out_.ports.end())
        out_.ports.push_back(port);
      else if (twice->host == 0)
        twice->host = port.host;
      else if (port.host != 0 && port.host != twice->host)
        context_.notes.add(place_,
                           fmt::format("{}: the container's port is published once, at {}", written, twice->host));
    }
  }

  void parse(Section& section) {
    const auto target = section.text("target");
    const auto published = section.text("published");
    const auto protocol = section.text("protocol");
    ComposePort port{.name = section.text("name"), .address = section.text("host_ip")};
    if (!protocol.empty()) port.protocol = protocol;
    section.ignore({"mode"});  // there is no mesh that a port could be in
    const auto fixed_target = context_.variables.fixed(target, place_);
    const auto fixed_host = context_.variables.fixed(published, place_);
    if (fixed_target && fixed_host) {
      add(target, range_of(*fixed_target), *fixed_host, port);
    }
    section.finish();
  }

 private:
  ComposeService& out_;
  ComposeContext& context_;
  std::string place_;
};

}  // namespace

void read_ports(Section& service, ComposeService& out, ComposeContext& context) {
  Ports ports(out, context, service.below("ports"));
  if (const auto* value = service.take("ports"); value != nullptr && value->is_array()) {
    for (const auto& one : *value) {
      if (one.is_object()) {
        Section section(one, service.below("ports"), context.notes);
        ports.parse(section);
      } else {
        ports.parse(text_of(one));
      }
    }
  } else if (value != nullptr) {
    service.note("ports", fmt::format("a list is expected here, not {}", shown(*value)));
  }
  Ports exposed(out, context, service.below("expose"));
  for (const auto& text : service.texts("expose")) exposed.parse(text);
}

}  // namespace infra::importing
