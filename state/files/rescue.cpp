#include "state/files/rescue.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/hash.h"
#include "state/faults.h"
#include "state/places/state_file.h"
#include "state/rows/document.h"

namespace infra {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;
constexpr const char* kPurpose = "infra rescue file";  // keys its checksum

std::string bytes_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json json_of(const Address& a) { return {a.kind, a.path, a.part}; }
Address address_of(const Json& json) { return {.kind = json.at(0), .path = json.at(1), .part = json.at(2)}; }

struct RescueWriter : DocumentWriter<Json> {
  using DocumentWriter::operator();
  void operator()(ColumnName, const Address& a) { out["put"] = json_of(a); }
  void operator()(ColumnName name, const std::vector<Address>& all) { out[name.document] = encode(all); }
  void value(ColumnName name, const std::string& lossless) { out[name.document] = lossless; }
};

struct RescueReader : DocumentReader<Json> {
  using DocumentReader::operator();
  void operator()(ColumnName, Address& a) const { a = address_of(in.at("put")); }
  void operator()(ColumnName name, std::vector<Address>& all) const {
    if (!decode(in.at(name.document).get<std::string>(), all)) throw std::invalid_argument(name.document);
  }
  void value(ColumnName name, std::string& lossless) const { (*this)(name, lossless); }
};

Json json_of(const PutResource& m) {
  RescueWriter writer;
  each_column(m.resource, writer);
  return std::move(writer.out);
}
Json json_of(const DeposeResource& m) { return {{"depose", json_of(m.address)}}; }
Json json_of(const DropResource& m) { return {{"drop", json_of(m.address)}, {"id", m.id}}; }
template <class Other>
Json json_of(const Other&) {
  return nullptr;  // outcomes_of() lets no others in
}

Mutation mutation_of(const Json& json) {
  if (json.contains("drop")) return DropResource{address_of(json.at("drop")), json.at("id")};
  if (json.contains("depose")) return DeposeResource{address_of(json.at("depose"))};
  PutResource put;
  const RescueReader reader{{json}};
  each_column(put.resource, reader);
  return put;
}

Json json_of(const Rescue& rescue) {
  Json outcomes = Json::array();
  for (const auto& outcome : rescue.outcomes) {
    Json changes = Json::array();
    for (const auto& change : outcome.changes) {
      changes.push_back(std::visit([](const auto& m) { return json_of(m); }, change));
    }
    outcomes.push_back({{"token", outcome.token}, {"changes", std::move(changes)}});
  }
  return {{"format", kFormat}, {"lineage", rescue.lineage}, {"state", rescue.state}, {"outcomes", std::move(outcomes)}};
}

Rescue rescue_of(const Json& json) {
  Rescue out{.lineage = json.at("lineage"), .state = json.at("state")};
  for (const auto& item : json.at("outcomes")) {
    Outcome outcome{.token = item.at("token")};
    for (const auto& change : item.at("changes")) outcome.changes.push_back(mutation_of(change));
    out.outcomes.push_back(std::move(outcome));
  }
  return out;
}

Result<Ok> write_whole(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return system_fault(fmt::format("write \"{}\"", path), errno);
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  const int why = errno;
  ::close(file);
  if (written) return Ok{};
  ::unlink(path.c_str());
  return system_fault(fmt::format("write \"{}\"", path), why);
}

}  // namespace

std::vector<Outcome> outcomes_of(const std::vector<Mutation>& batch) {
  std::vector<Outcome> out;
  bool within = false;
  for (const auto& mutation : batch) {
    const auto* ended = std::get_if<DropIntent>(&mutation);
    const bool changes = std::holds_alternative<PutResource>(mutation) ||
                         std::holds_alternative<DeposeResource>(mutation) ||
                         std::holds_alternative<DropResource>(mutation);
    if (ended != nullptr) out.push_back({.token = ended->token, .changes = {}});
    if (within && changes) out.back().changes.push_back(mutation);
    within = ended != nullptr || (within && changes);
  }
  return out;
}

std::string OpenOutcomes::words() const { return fmt::format("{} outcome{}", outcomes, outcomes == 1 ? "" : "s"); }

OpenOutcomes still_open(const std::vector<Outcome>& outcomes, const std::vector<Intent>& intents) {
  OpenOutcomes out;
  for (const auto& outcome : outcomes) {
    const auto stands = [&](const Intent& intent) { return intent.token == outcome.token; };
    if (std::none_of(intents.begin(), intents.end(), stands)) continue;
    ++out.outcomes;
    out.mutations.push_back(DropIntent{outcome.token});
    out.mutations.insert(out.mutations.end(), outcome.changes.begin(), outcome.changes.end());
  }
  return out;
}

Result<std::string> write_rescue(const std::string& folder, const Rescue& rescue) {
  const auto path = (std::filesystem::path(folder) / fmt::format("rescue-{}.json", random_token(8))).string();
  if (auto made = make_private_folder(path); !made) return std::move(made).error();
  const auto content = json_of(rescue);
  const Json whole{{"infra_rescue", content}, {"checksum", keyed_hash(bytes_of(content), kPurpose)}};
  if (auto written = write_whole(path, whole.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"); !written) {
    return std::move(written).error();
  }
  return path;
}

std::vector<std::string> find_rescues(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("rescue-") && name.ends_with(".json")) out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<Rescue> read_rescue(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  const Error damaged{.code = "E0502",
                      .message = fmt::format("\"{}\" isn't as infra wrote it", path),
                      .help = "move it away: what it holds is found by looking"};
  try {
    const auto whole = Json::parse(text.str());
    const auto& content = whole.at("infra_rescue");
    if (whole.at("checksum") != keyed_hash(bytes_of(content), kPurpose)) return damaged;
    if (content.at("format").get<int>() > kFormat) {
      return newer_state(path, content.at("format").get<int>(), kFormat);
    }
    return rescue_of(content);
  } catch (const std::exception&) {  // the JSON library's, and what is no list of addresses
    return damaged;
  }
}

Result<Ok> remove_rescue(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_fault(fmt::format("remove \"{}\"", path), errno);
  return Ok{};
}

}  // namespace infra
