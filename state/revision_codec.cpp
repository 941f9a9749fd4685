#include "state/revision_codec.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace infra {
namespace {

using Json = nlohmann::json;

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

std::optional<Revision::Result> revision_result(std::string_view text) {
  using Result = Revision::Result;
  for (const auto result : {Result::running, Result::succeeded, Result::failed, Result::interrupted}) {
    if (to_text(result) == text) return result;
  }
  return std::nullopt;
}

std::string encode_sources(const std::vector<SourceRecord>& sources) {
  Json out = Json::array();
  for (const auto& s : sources) {
    out.push_back({s.path, s.hash,
                   fmt::format("{}{}{}", s.executable ? "x" : "", s.symlink ? "l" : "", s.kept ? "" : "h"), s.size});
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<std::vector<SourceRecord>> decode_sources(std::string_view json) {
  const Json all = Json::parse(json, nullptr, false);
  if (!all.is_array()) return std::nullopt;
  std::vector<SourceRecord> out;
  for (const auto& one : all) {
    auto source = source_of(one);
    if (!source) return std::nullopt;
    out.push_back(std::move(*source));
  }
  return out;
}

}  // namespace infra
