// `ports` and `expose`, in both forms: [ADDRESS:][HOST:]CONTAINER[/PROTOCOL], numbers, ranges and variables.
// https://docs.docker.com/reference/compose-file/services/#ports
#include <fmt/format.h>

#include <algorithm>

#include "importers/compose/compose_file.h"
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

// The parts of a text with variables between separators that stand outside of variables and [ ].
std::vector<std::string> parts_of(const std::string& text, char separator) {
  std::vector<std::string> out(1);
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "${") == 0 || text[i] == '[') ++depth;
    if ((text[i] == '}' || text[i] == ']') && depth > 0) --depth;
    if (text[i] == separator && depth == 0)
      out.emplace_back();
    else
      out.back() += text[i];
  }
  return out;
}

// One side of a mapping.
struct Side {
  std::optional<Span16> ports;   // as long as nobody says otherwise
  std::optional<AmountUse> use;  // of a variable
  bool given = false, good = true;
};

class Ports {
 public:
  Ports(ComposeService& out, ComposeContext& context, std::string place)
      : out_(out), context_(context), place_(std::move(place)) {}

  void parse(const std::string& written) {
    auto parts = parts_of(with_whole_variable(written), ':');
    const auto inner = parts_of(parts.back(), '/');
    ComposePort port;
    if (inner.size() == 2) port.protocol = lower(context_.variables.fixed(inner[1], place_).value_or("tcp"));
    if (inner.size() > 2 || parts.size() > 3) return refuse(written);
    if (parts.size() == 3) port.address = context_.variables.fixed(parts[0], place_).value_or("");
    const auto host = parts.size() > 1 ? side(parts[parts.size() - 2], true) : Side();
    add(written, side(inner[0], false), host, port);
  }

  void parse(Section& section) {
    const auto target = section.text("target");
    const auto published = section.text("published");
    const auto protocol = section.text("protocol");
    ComposePort port{.name = section.text("name"),
                     .address = section.text("host_ip"),
                     .container_use = {},
                     .host_use = {},
                     .range = {}};
    if (!protocol.empty()) port.protocol = lower(context_.variables.fixed(protocol, place_).value_or("tcp"));
    section.ignore({"mode", "app_protocol"});  // there is no mesh that a port could be in
    add(target, side(target, false), published.empty() ? Side() : side(published, true), port);
    section.finish();
  }

 private:
  void refuse(const std::string& written) {
    context_.notes.add(place_, fmt::format("{} is no port that can be published", written));
  }

  // ${PORTS:-8080:80} is a mapping by itself.
  std::string with_whole_variable(const std::string& written) {
    const auto text = parse_template(written);
    const auto* use = text.alone();
    const auto usual = use != nullptr ? context_.variables.usual(text) : std::nullopt;
    if (!usual || usual->find_first_of(":/-") == std::string::npos) return written;
    return context_.variables.fixed(written, place_).value_or(written);
  }

  Side side(const std::string& text, bool host) {
    Side out{.ports = {}, .use = {}, .given = !text.empty()};
    if (text.empty()) return out;
    const auto parsed = parse_template(text);
    if (parsed.constant()) {
      out.ports = range_of(text);
      out.good = out.ports.has_value();
      return out;
    }
    const auto use = context_.variables.amount(text, place_, Amount::integer);
    if (use.known) out.ports = range_of(*use.known);
    if (use.variable)
      out.use = use;
    else
      out.good = out.ports.has_value() || host;  // the container's port stays, whatever the node's is
    return out;
  }

  // `port` is what all of the range have in common.
  void add(const std::string& written, const Side& container, const Side& host, ComposePort port) {
    const bool known = port.protocol == "tcp" || port.protocol == "udp";
    const auto count = container.ports ? container.ports->size() : 1;
    const auto hosts = host.ports ? host.ports->size() : 1;
    const bool fits = container.given && container.good && host.good && known && count <= kMostPorts &&
                      (!host.ports || hosts >= count);
    if (!fits) return refuse(written);
    if (count < hosts) port.range = fmt::format("{}-{}", host.ports->first, host.ports->last);
    for (std::int64_t i = 0; i < count; ++i) {
      port.container = container.ports ? container.ports->first + i : 0;
      port.container_use = container.use;
      if (host.ports && port.range.empty()) port.host = host.ports->first + i;
      port.host_use = host.use;
      put(written, port);
    }
  }

  void put(const std::string& written, const ComposePort& port) {
    const auto name_of = [](const ComposePort& p) {
      return p.container_use ? p.container_use->variable->name : std::string();
    };
    const auto same = [&](const ComposePort& p) {
      return p.container == port.container && p.protocol == port.protocol &&
             (port.container != 0 || name_of(p) == name_of(port));
    };
    const auto twice = std::find_if(out_.ports.begin(), out_.ports.end(), same);
    if (twice == out_.ports.end())
      out_.ports.push_back(port);
    else if (twice->host == 0 && !twice->host_use)
      twice->host = port.host, twice->host_use = port.host_use, twice->range = port.range;
    else if (port.host != 0 && port.host != twice->host)
      context_.notes.add(place_,
                         fmt::format("{}: the container's port is published once, at {}", written, twice->host));
  }

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
