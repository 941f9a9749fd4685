#include "providers/aws/aws_existing.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text/units.h"
#include "providers/aws/api/xml.h"
#include "providers/aws/arn.h"

namespace infra::aws {

namespace {

// Its `id`, else its `name`: the compiler has seen to it that there is one.
std::string sought_key(const Resource& existing) {
  const auto id = text_of(existing.config["id"]);
  return !id.empty() ? id : text_of(existing.config["name"]);
}

Value cidr_of(const Value& text) {
  const auto cidr = parse_cidr(text_of(text));
  return cidr ? Value(*cidr) : Value();
}

void vpc_attributes(const FoundObject& found, Map& out) {
  out.set("", out["id"]);
  out.set("cidr", cidr_of(found.inputs["cidr"]));
}

void subnet_attributes(const FoundObject& found, Map& out) {
  vpc_attributes(found, out);
  out.set("zone", found.inputs["zone"]);
}

void named_attributes(const FoundObject& found, Map& out) {
  out.set("", out["id"]);
  out.set("name", last_part(found.object.id));
}

void repository_attributes(const FoundObject& found, Map& out) {
  out.set("", out["url"]);
  out.set("name", found.inputs["name"]);
}

void balancer_attributes(const FoundObject& found, Map& out) {
  out.set("", out["address"]);
  out.set("internal", found.inputs["internal"]);
}

void listener_attributes(const FoundObject& found, Map& out) {
  out.set("", out["id"]);
  out.set("port", found.inputs["port"]);
  auto protocol = text_of(found.inputs["protocol"]);
  std::transform(protocol.begin(), protocol.end(), protocol.begin(), [](unsigned char c) { return std::tolower(c); });
  out.set("protocol", protocol);
}

void image_attributes(const FoundObject&, Map& out) { out.set("", out["ref"]); }

void secret_attributes(const FoundObject&, Map& out) { out.set("", out["reference"]); }

struct ReadableKind {
  std::string_view kind;
  const char* type;
  void (*attributes)(const FoundObject& found, Map& out);  // what isn't among its outputs by its name
};

constexpr std::array<ReadableKind, 9> kReadable = {{
    {"cluster", "ecs_cluster", named_attributes},
    {"image", "image", image_attributes},
    {"listener", "listener", listener_attributes},
    {"load_balancer", "load_balancer", balancer_attributes},
    {"repository", "repository", repository_attributes},
    {"secret", "secret", secret_attributes},
    {"service", "ecs_service", named_attributes},
    {"subnet", "subnet", subnet_attributes},
    {"vpc", "vpc", vpc_attributes},
}};

const ReadableKind* readable(std::string_view kind) {
  const auto* at =
      std::find_if(kReadable.begin(), kReadable.end(), [&](const ReadableKind& row) { return row.kind == kind; });
  return at != kReadable.end() ? at : nullptr;
}

}  // namespace

bool reads(std::string_view kind) { return readable(kind) != nullptr; }

std::vector<Sought> sought(const Resource& existing) {
  const auto* row = readable(existing.address.kind);
  if (row == nullptr) return {};
  Map wanted(std::vector<Entry>{{kAsExisting, true}});
  // A zone may be said by its letter; the others are asked for so that they are told.
  for (const auto* name : {"zone", "port", "protocol"}) {
    const auto& stated = existing.config[name];
    wanted.set(name, stated.is_null() ? Value("") : stated);
  }
  return {{.type = row->type, .id = sought_key(existing), .where = "", .wanted = std::move(wanted)}};
}

Value attributes_of(const Resource& existing, const std::vector<FoundObject>& found) {
  const auto* row = readable(existing.address.kind);
  if (row == nullptr || found.empty()) return Map();
  Map out;
  for (const auto& [name, value] : *found.front().object.outputs.map()) out.set(name, value);
  // EC2's things are known by their short ids, all others by their ARNs.
  if (out.find("id") == nullptr) out.set("id", found.front().object.id);
  row->attributes(found.front(), out);
  return out;
}

}  // namespace infra::aws
