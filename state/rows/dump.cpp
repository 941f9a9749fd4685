#include "state/rows/dump.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/values/codec.h"
#include "state/rows/document.h"

namespace infra {
namespace {

using OrderedJson = nlohmann::ordered_json;

// One line for each member; what isn't readable is said, not hidden.
std::string members(std::string_view title, const std::string& json) {
  auto value = from_json(json);
  if (!value) return fmt::format("  {}: unreadable\n", title);
  const auto* map = value->map();
  if (map == nullptr) return fmt::format("  {}: {}\n", title, to_source(*value));
  if (map->empty()) return {};
  std::string out = fmt::format("  {}\n", title);
  for (const auto& [name, member] : *map) out += fmt::format("    {} = {}\n", name, to_source(member));
  return out;
}

std::string addresses(const std::vector<Address>& all) {
  if (all.empty()) return {};
  std::string out = "  needs";
  for (const auto& address : all) out += " " + address.text();
  return out + "\n";
}

std::string dump(const RecordedResource& r) {
  std::string out = fmt::format("\nresource {}{}{}{}\n", r.address.text(), r.deposed ? " (deposed)" : "",
                                r.protect ? " (protected)" : "", r.keep ? " (kept)" : "");
  out += fmt::format("  {} on {}, id {}\n", r.type, r.platform, r.id);
  if (!r.spec_hash.empty()) out += fmt::format("  spec {}\n", r.spec_hash);
  return out + addresses(r.depends_on) + members("inputs", r.inputs) + members("outputs", r.outputs);
}

std::string dump(const Intent& i) {
  std::string out = fmt::format("\nintent {} {}{}{}{}\n", to_text(i.operation), i.address.text(),
                                i.deposes ? " (deposes the current one)" : "", i.protect ? " (protected)" : "",
                                i.keep ? " (kept)" : "");
  out += fmt::format("  {} on {}, token {}{}\n", i.type, i.platform, i.token, i.id.empty() ? "" : ", id " + i.id);
  if (!i.spec_hash.empty()) out += fmt::format("  spec {}\n", i.spec_hash);
  return out + addresses(i.depends_on) + members("inputs", i.inputs);
}

std::string dump(const RecordedPlatform& p) {
  return fmt::format("\nplatform {} {}\n", p.kind, p.name) + members("config", p.config);
}

std::string dump(const RecordedOutput& o) {
  if (o.secret) return fmt::format("\noutput {} = ***\n", o.name);
  auto value = from_json(o.value);
  if (!value) return fmt::format("\noutput {}: unreadable\n", o.name);
  return fmt::format("\noutput {} = {}\n", o.name, to_source(*value));
}

// Without what its revisions are made from: that is sealed.
std::string dump(const RecordedDeployment& d) {
  auto out = fmt::format("\ndeployment {}\n  {} on {}, from {} to {}\n  started {}", d.name, d.status, d.platform,
                         d.from.empty() ? "nothing" : d.from, d.to, d.started);
  if (!d.ended.empty()) out += fmt::format(", ended {}", d.ended);
  if (d.failures > 0) out += fmt::format(", {} failed in a row", d.failures);
  return out + (d.reason.empty() ? "\n" : fmt::format("\n  {}\n", d.reason));
}

std::string dump(const RecordedNote& n) {
  auto out = fmt::format("\n{} {}\n  since {}", n.topic, n.name, n.at);
  if (n.number != 0) out += fmt::format(", {}", n.number);
  return out + (n.text.empty() ? "\n" : fmt::format("\n  {}\n", n.text));
}

OrderedJson plain(const std::string& lossless) {
  auto value = from_json(lossless);
  if (!value) return OrderedJson{{"unreadable", true}};
  return OrderedJson::parse(to_plain_json(*value));
}

OrderedJson texts(const std::vector<Address>& all) {
  OrderedJson out = OrderedJson::array();
  for (const auto& address : all) out.push_back(address.text());
  return out;
}

struct PlainWriter : DocumentWriter<OrderedJson> {
  using DocumentWriter::operator();
  void operator()(ColumnName name, const Address& a) { out[name.document] = a.text(); }
  void operator()(ColumnName name, const std::vector<Address>& all) { out[name.document] = texts(all); }
  // Without what they are made from: that is sealed.
  void operator()(ColumnName name, const std::vector<SealedRevision>& all) {
    auto& revisions = out[name.document] = OrderedJson::array();
    for (const auto& sealed : all) revisions.push_back(sealed.revision);
  }
  void value(ColumnName name, const std::string& lossless) { out[name.document] = plain(lossless); }
};

template <class Row>
OrderedJson json_of(const Row& row) {
  PlainWriter writer;
  each_column(row, writer);
  return std::move(writer.out);
}

OrderedJson json_of(const RecordedOutput& o) {
  return {{"name", o.name}, {"secret", o.secret}, {"value", o.secret ? OrderedJson("***") : plain(o.value)}};
}

template <class T>
OrderedJson array_of(const std::vector<T>& all) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : all) out.push_back(json_of(one));
  return out;
}

template <class T>
void append(std::string& out, const std::vector<T>& all) {
  for (const auto& one : all) out += dump(one);
}

}  // namespace

std::string dump_state(const Snapshot& snapshot) {
  std::string out =
      fmt::format("stack {}\nlineage {}\nserial {}\n", snapshot.stack, snapshot.lineage, snapshot.serial.value);
  append(out, snapshot.platforms);
  append(out, snapshot.resources);
  append(out, snapshot.intents);
  append(out, snapshot.outputs);
  append(out, snapshot.deployments);
  append(out, snapshot.notes);
  return out;
}

std::string state_to_json(const Snapshot& snapshot) {
  OrderedJson out{{"format_version", 1},
                  {"stack", snapshot.stack},
                  {"lineage", snapshot.lineage},
                  {"serial", snapshot.serial.value}};
  each_table(snapshot, [&]<class Row>(const std::vector<Row>& rows) {
    if constexpr (!std::is_same_v<Row, RecordedSecret>) out[Table<Row>::facts.rows] = array_of(rows);
  });
  return out.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace infra
