#include "state/deployment_codec.h"

#include <nlohmann/json.hpp>

namespace infra {

std::string encode_revisions(const std::vector<SealedRevision>& revisions) {
  nlohmann::json out = nlohmann::json::array();
  for (const auto& sealed : revisions) out.push_back({sealed.revision, sealed.box});
  return out.dump();
}

std::optional<std::vector<SealedRevision>> decode_revisions(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) return std::nullopt;
  std::vector<SealedRevision> out;
  for (const auto& item : json) {
    if (!item.is_array() || item.size() != 2 || !item[0].is_string() || !item[1].is_string()) return std::nullopt;
    out.push_back({item[0].get<std::string>(), item[1].get<std::string>()});
  }
  return out;
}

}  // namespace infra
