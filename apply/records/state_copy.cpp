#include "apply/records/state_copy.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "apply/records/state_check.h"
#include "state/rows/document.h"

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

// Boxes stay closed: only who has the key can make use of the copy.
struct CopyWriter : DocumentWriter<OrderedJson> {
  using DocumentWriter::operator();
  void operator()(ColumnName name, const Address& a) { out[name.document] = a.text(); }
  void operator()(ColumnName name, const std::vector<Address>& all) { out[name.document] = texts(all); }
  void operator()(ColumnName name, const std::vector<SealedRevision>& all) {
    auto& revisions = out[name.document] = OrderedJson::array();
    for (const auto& sealed : all) revisions.push_back({{"revision", sealed.revision}, {"box", sealed.box}});
  }
  void value(ColumnName name, const std::string& lossless) { out[name.document] = as_value(lossless); }
};

struct CopyReader : DocumentReader<OrderedJson> {
  using DocumentReader::operator();
  void operator()(ColumnName name, Address& a) const { a = address_of(in.at(name.document)); }
  void operator()(ColumnName name, std::vector<Address>& all) const { all = addresses_of(in.at(name.document)); }
  void operator()(ColumnName name, std::vector<SealedRevision>& all) const {
    for (const auto& one : in.at(name.document)) {
      all.push_back({.revision = one.at("revision").get<std::string>(), .box = one.at("box").get<std::string>()});
    }
  }
  void value(ColumnName name, std::string& lossless) const { lossless = text_of(in.at(name.document)); }
};

template <class Row>
OrderedJson json_of(const std::vector<Row>& rows) {
  OrderedJson out = OrderedJson::array();
  for (const auto& row : rows) {
    CopyWriter writer;
    each_column(row, writer);
    out.push_back(std::move(writer.out));
  }
  return out;
}

template <class Row>
void read_rows(const OrderedJson& copy, std::vector<Row>& rows) {
  const auto& table = Table<Row>::facts;
  if (table.since > 1 && !copy.contains(table.rows)) return;  // a copy of an older version
  for (const auto& one : copy.at(table.rows)) {
    const CopyReader reader{{one}};
    each_column(rows.emplace_back(), reader);
  }
}

Snapshot snapshot_of(const OrderedJson& j) {
  Snapshot out{.lineage = j.at("lineage").get<std::string>(),
               .stack = j.at("stack").get<std::string>(),
               .serial = {j.at("serial").get<std::uint64_t>()},
               .hash_key = j.value("hash_key", std::string())};
  each_table(out, [&](auto& rows) { read_rows(j, rows); });
  return out;
}

}  // namespace

std::string state_copy(const Snapshot& state) {
  OrderedJson out{{"infra_state", kFormat},
                  {"stack", state.stack},
                  {"lineage", state.lineage},
                  {"serial", state.serial.value},
                  {"hash_key", state.hash_key}};
  each_table(state, [&]<class Row>(const std::vector<Row>& rows) { out[Table<Row>::facts.rows] = json_of(rows); });
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
