#include "workspace/last_params.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace infra {

Result<LastParams> last_params(Store& store) {
  const auto history = store.history();
  if (!history) return history.error();
  LastParams out;
  for (auto at = history->rbegin(); at != history->rend(); ++at) {
    if (at->result != Revision::Result::succeeded) continue;
    out.revision = at->number;
    const auto recorded = nlohmann::json::parse(at->params, nullptr, false);
    if (!recorded.is_object()) return out;
    for (const auto& [name, value] : recorded.items()) {
      if (value.is_string()) out.texts.emplace(name, value.get<std::string>());
    }
    return out;
  }
  return out;
}

void take_recorded(const LastParams& last, std::map<std::string, ParamValue>& params) {
  for (const auto& [name, text] : last.texts) {
    params.try_emplace(name, ParamValue{.text = text, .origin = fmt::format("revision {}", last.revision)});
  }
}

std::vector<std::string> fallen_back(const LastParams& last, const std::map<std::string, ParamValue>& given,
                                     const Graph& graph) {
  std::vector<std::string> out;
  if (graph.params.map() == nullptr) return out;
  for (const auto& [name, text] : last.texts) {
    const auto* now = graph.params.map()->find(name);
    if (given.contains(name) || now == nullptr || now->has_secret()) continue;
    const auto plain = to_text(*now).value_or(to_source(*now));
    if (plain == text || to_source(*now) == text) continue;
    out.push_back(fmt::format("`{}` falls back to {}: the last apply was given {}", name, to_source(*now), text));
  }
  return out;
}

}  // namespace infra
