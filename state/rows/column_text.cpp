#include "state/rows/column_text.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

namespace infra {
namespace {

using Json = nlohmann::json;

// Takes "8:subnet.a," off the text.
std::optional<std::string_view> next_netstring(std::string_view& text) {
  std::size_t size = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (fault != std::errc{}) return std::nullopt;
  const auto rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (!rest.starts_with(':') || rest.size() < 2 || size > rest.size() - 2 || rest[size + 1] != ',') return std::nullopt;
  text = rest.substr(size + 2);
  return rest.substr(1, size);
}

std::optional<SourceRecord> source_of(const Json& json) {
  const bool shaped = json.is_array() && json.size() == 4 && json[0].is_string() && json[1].is_string() &&
                      json[2].is_string() && json[3].is_number_unsigned();
  if (!shaped) return std::nullopt;
  const auto flags = json[2].get<std::string>();
  return SourceRecord{.path = json[0].get<std::string>(),
                      .hash = json[1].get<std::string>(),
                      .executable = flags.find('x') != std::string::npos,
                      .symlink = flags.find('l') != std::string::npos,
                      .kept = flags.find('h') == std::string::npos,
                      .size = json[3].get<std::uint64_t>()};
}

template <class Enum>
bool decode_word(std::string_view text, std::initializer_list<Enum> all, Enum& out) {
  for (const auto one : all) {
    if (to_text(one) != text) continue;
    out = one;
    return true;
  }
  return false;
}

}  // namespace

std::string_view to_text(Revision::Result result) {
  switch (result) {
    case Revision::Result::running:
      return "running";
    case Revision::Result::succeeded:
      return "succeeded";
    case Revision::Result::failed:
      return "failed";
    case Revision::Result::interrupted:
      return "interrupted";
  }
  return "";
}

std::string encode(Operation operation) { return std::string(to_text(operation)); }
std::string encode(Revision::Result result) { return std::string(to_text(result)); }

std::string encode(const std::vector<Address>& addresses) {
  std::string out;
  for (const auto& address : addresses) {
    const std::string text = address.text();
    out += fmt::format("{}:{},", text.size(), text);
  }
  return out;
}

std::string encode(const std::vector<SealedRevision>& revisions) {
  Json out = Json::array();
  for (const auto& sealed : revisions) out.push_back({sealed.revision, sealed.box});
  return out.dump();
}

std::string encode(const std::vector<SourceRecord>& sources) {
  Json out = Json::array();
  for (const auto& s : sources) {
    out.push_back({s.path, s.hash,
                   fmt::format("{}{}{}", s.executable ? "x" : "", s.symlink ? "l" : "", s.kept ? "" : "h"), s.size});
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool decode(std::string_view text, Operation& out) {
  return decode_word(text, {Operation::create, Operation::update, Operation::destroy}, out);
}

bool decode(std::string_view text, Revision::Result& out) {
  using Result = Revision::Result;
  return decode_word(text, {Result::running, Result::succeeded, Result::failed, Result::interrupted}, out);
}

bool decode(std::string_view text, std::vector<Address>& out) {
  std::size_t count = 0;
  for (auto rest = text; !rest.empty(); ++count) {
    if (!next_netstring(rest)) return false;
  }
  out.reserve(count);  // exactly: there is one such list for each resource
  while (!text.empty()) {
    auto address = Address::parse(*next_netstring(text));
    if (!address) return false;
    out.push_back(std::move(*address));
  }
  return true;
}

bool decode(std::string_view text, std::vector<SealedRevision>& out) {
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_array()) return false;
  for (const auto& item : json) {
    if (!item.is_array() || item.size() != 2 || !item[0].is_string() || !item[1].is_string()) return false;
    out.push_back({item[0].get<std::string>(), item[1].get<std::string>()});
  }
  return true;
}

bool decode(std::string_view text, std::vector<SourceRecord>& out) {
  const Json all = Json::parse(text, nullptr, false);
  if (!all.is_array()) return false;
  for (const auto& one : all) {
    auto source = source_of(one);
    if (!source) return false;
    out.push_back(std::move(*source));
  }
  return true;
}

}  // namespace infra
