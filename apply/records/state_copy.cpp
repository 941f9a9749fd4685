#include "apply/records/state_copy.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "apply/records/state_check.h"
#include "state/columns.h"

namespace infra {
namespace {

using OrderedJson = nlohmann::ordered_json;
constexpr int kFormat = 1;

constexpr const char* kVerbatim = "$text";

// Values are lossless JSON already: they stand in the copy as such, so that it can be read. One that would come back
// written in another way stands there as a text.
OrderedJson as_value(const std::string& text) {
  if (text.empty()) return nullptr;
  auto json = OrderedJson::parse(text, nullptr, false);
  const bool same = !json.is_discarded() && !json.is_null() && json.dump() == text;
  return same ? json : OrderedJson{{kVerbatim, text}};
}
std::string text_of(const OrderedJson& json) {
  if (json.is_null()) return {};
  return json.is_object() && json.contains(kVerbatim) ? json.at(kVerbatim).get<std::string>() : json.dump();
}

OrderedJson texts(const std::vector<Address>& all) {
  OrderedJson out = OrderedJson::array();
  for (const auto& address : all) out.push_back(address.text());
  return out;
}

Address address_of(const OrderedJson& json) {
  const auto text = json.get<std::string>();
  auto address = Address::parse(text);
  if (!address) throw std::invalid_argument(fmt::format("\"{}\" is no address", text));
  return *std::move(address);
}

std::vector<Address> addresses_of(const OrderedJson& json) {
  std::vector<Address> out;
  for (const auto& one : json) out.push_back(address_of(one));
  return out;
}

struct CopyWriter : ColumnWriter<OrderedJson> {
  void address(const Address& a) { out["address"] = a.text(); }
  void value(const char* name, const std::string& lossless) { out[name] = as_value(lossless); }
  void addresses(const char* name, const std::vector<Address>& all) { out[name] = texts(all); }
};

struct CopyReader : ColumnReader<OrderedJson> {
  void address(Address& a) const { a = address_of(in.at("address")); }
  void value(const char* name, std::string& lossless) const { lossless = text_of(in.at(name)); }
  void addresses(const char* name, std::vector<Address>& all) const { all = addresses_of(in.at(name)); }
};

OrderedJson json_of(const RecordedResource& r) {
  CopyWriter writer;
  each_column(r, writer);
  return std::move(writer.out);
}

RecordedResource resource_of(const OrderedJson& j) {
  RecordedResource out;
  each_column(out, CopyReader{{j}});
  return out;
}

OrderedJson json_of(const Intent& i) {
  return {{"token", i.token},
          {"operation", to_text(i.operation)},
          {"address", i.address.text()},
          {"type", i.type},
          {"platform", i.platform},
          {"id", i.id},
          {"spec_hash", i.spec_hash},
          {"inputs", as_value(i.inputs)},
          {"protect", i.protect},
          {"keep", i.keep},
          {"deposes", i.deposes},
          {"depends_on", texts(i.depends_on)}};
}

Operation operation_of(const OrderedJson& json) {
  const auto text = json.get<std::string>();
  for (const auto operation : {Operation::create, Operation::update, Operation::destroy}) {
    if (to_text(operation) == text) return operation;
  }
  throw std::invalid_argument(fmt::format("\"{}\" is no operation", text));
}

Intent intent_of(const OrderedJson& j) {
  return {.token = j.at("token").get<std::string>(),
          .operation = operation_of(j.at("operation")),
          .address = address_of(j.at("address")),
          .type = j.at("type").get<std::string>(),
          .platform = j.at("platform").get<std::string>(),
          .id = j.at("id").get<std::string>(),
          .spec_hash = j.at("spec_hash").get<std::string>(),
          .inputs = text_of(j.at("inputs")),
          .protect = j.at("protect").get<bool>(),
          .keep = j.value("keep", false),
          .deposes = j.at("deposes").get<bool>(),
          .depends_on = addresses_of(j.at("depends_on"))};
}

OrderedJson json_of(const RecordedOutput& o) {
  return {{"name", o.name}, {"secret", o.secret}, {"value", as_value(o.value)}};
}

RecordedOutput output_of(const OrderedJson& j) {
  return {
      .name = j.at("name").get<std::string>(), .value = text_of(j.at("value")), .secret = j.at("secret").get<bool>()};
}

OrderedJson json_of(const RecordedPlatform& p) {
  return {{"name", p.name}, {"kind", p.kind}, {"config", as_value(p.config)}};
}

RecordedPlatform platform_of(const OrderedJson& j) {
  return {.name = j.at("name").get<std::string>(),
          .kind = j.at("kind").get<std::string>(),
          .config = text_of(j.at("config"))};
}

// Boxes stay closed: only who has the key can make use of the copy.
OrderedJson json_of(const SealedRevision& r) { return {{"revision", r.revision}, {"box", r.box}}; }

SealedRevision sealed_of(const OrderedJson& j) {
  return {.revision = j.at("revision").get<std::string>(), .box = j.at("box").get<std::string>()};
}

OrderedJson json_of(const RecordedDeployment& d) {
  OrderedJson revisions = OrderedJson::array();
  for (const auto& sealed : d.revisions) revisions.push_back(json_of(sealed));
  return {{"name", d.name},       {"platform", d.platform}, {"from", d.from},
          {"to", d.to},           {"status", d.status},     {"failures", d.failures},
          {"started", d.started}, {"ended", d.ended},       {"reason", d.reason},
          {"commit", d.commit},   {"back_off", d.back_off}, {"revisions", std::move(revisions)}};
}

RecordedDeployment deployment_of(const OrderedJson& j) {
  RecordedDeployment out{.name = j.at("name").get<std::string>(),
                         .platform = j.at("platform").get<std::string>(),
                         .from = j.at("from").get<std::string>(),
                         .to = j.at("to").get<std::string>(),
                         .status = j.at("status").get<std::string>(),
                         .failures = j.at("failures").get<int>(),
                         .started = j.at("started").get<std::string>(),
                         .ended = j.at("ended").get<std::string>(),
                         .reason = j.at("reason").get<std::string>(),
                         .commit = j.at("commit").get<std::string>(),
                         .back_off = j.at("back_off").get<std::string>()};
  for (const auto& sealed : j.at("revisions")) out.revisions.push_back(sealed_of(sealed));
  return out;
}

OrderedJson json_of(const RecordedSecret& s) {
  return {{"name", s.name}, {"key", s.key}, {"box", s.box}, {"updated", s.updated}};
}

RecordedSecret secret_of(const OrderedJson& j) {
  return {.name = j.at("name").get<std::string>(),
          .key = j.at("key").get<std::string>(),
          .box = j.at("box").get<std::string>(),
          .updated = j.at("updated").get<std::string>()};
}

OrderedJson json_of(const RecordedNote& n) {
  return {{"topic", n.topic}, {"name", n.name}, {"at", n.at}, {"number", n.number}, {"text", n.text}};
}

RecordedNote note_of(const OrderedJson& j) {
  return {.topic = j.at("topic").get<std::string>(),
          .name = j.at("name").get<std::string>(),
          .at = j.at("at").get<std::string>(),
          .number = j.at("number").get<std::int64_t>(),
          .text = j.at("text").get<std::string>()};
}

template <class T>
OrderedJson array_of(const std::vector<T>& all) {
  OrderedJson out = OrderedJson::array();
  for (const auto& one : all) out.push_back(json_of(one));
  return out;
}

template <class T>
std::vector<T> all_of(const OrderedJson& json, T (*one)(const OrderedJson&)) {
  std::vector<T> out;
  for (const auto& item : json) out.push_back(one(item));
  return out;
}

Snapshot snapshot_of(const OrderedJson& j) {
  return {.lineage = j.at("lineage").get<std::string>(),
          .stack = j.at("stack").get<std::string>(),
          .serial = {j.at("serial").get<std::uint64_t>()},
          .hash_key = j.value("hash_key", std::string()),
          .resources = all_of(j.at("resources"), resource_of),
          .intents = all_of(j.at("intents"), intent_of),
          .outputs = all_of(j.at("outputs"), output_of),
          .platforms = all_of(j.at("platforms"), platform_of),
          .secrets = all_of(j.value("secrets", OrderedJson::array()), secret_of),
          .deployments = all_of(j.value("deployments", OrderedJson::array()), deployment_of),
          .notes = all_of(j.value("notes", OrderedJson::array()), note_of)};
}

}  // namespace

std::string state_copy(const Snapshot& state) {
  const OrderedJson out{{"infra_state", kFormat},
                        {"stack", state.stack},
                        {"lineage", state.lineage},
                        {"serial", state.serial.value},
                        {"platforms", array_of(state.platforms)},
                        {"resources", array_of(state.resources)},
                        {"intents", array_of(state.intents)},
                        {"outputs", array_of(state.outputs)},
                        {"hash_key", state.hash_key},
                        {"secrets", array_of(state.secrets)},
                        {"deployments", array_of(state.deployments)},
                        {"notes", array_of(state.notes)}};
  return out.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

Result<Snapshot> state_from_copy(std::string_view text) {
  const auto fault = [](std::string message) {
    return Error{.code = "E0516", .message = std::move(message), .help = "push a file that `infra state pull` wrote"};
  };
  try {
    const auto json = OrderedJson::parse(text);
    if (!json.is_object() || !json.contains("infra_state")) return fault("this is no copy of a state");
    const auto format = json.at("infra_state").get<int>();
    if (format != kFormat) {
      return fault(fmt::format("the copy has format {}, and this infra reads format {}", format, kFormat));
    }
    auto state = snapshot_of(json);
    if (auto wrong = misfit_of(state)) return fault("this copy of a state doesn't fit together: " + *wrong);
    return state;
  } catch (const std::exception& e) {  // of the JSON library, and of what isn't an address or an operation
    return fault(fmt::format("this is no whole copy of a state: {}", e.what()));
  }
}

}  // namespace infra
