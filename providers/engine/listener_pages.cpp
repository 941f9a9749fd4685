#include "providers/engine/listener_pages.h"

#include <map>

namespace infra::engine {
namespace {

// One entry for each status, in their order.
List pages_of(const Resource& listener) {
  std::map<std::int64_t, Value> pages;
  const auto* blocks = listener.config["error_page"].list();
  for (const auto& block : blocks != nullptr ? *blocks : List()) {
    const auto* statuses = block["status"].list();
    for (const auto& status : statuses != nullptr ? *statuses : List()) {
      if (status.integer() == nullptr) continue;
      pages[*status.integer()] =
          Map({{"status", status}, {"content_type", block["content_type"]}, {"content", block["content"]}});
    }
  }
  List out;
  for (auto& [status, page] : pages) out.push_back(std::move(page));
  return out;
}

Map maintenance_of(const Value& block) {
  Map out({{"content_type", block["content_type"]}});
  if (!block["content"].is_null()) out.set("content", block["content"]);
  if (!block["retry_after"].is_null()) out.set("retry_after", block["retry_after"]);
  List allow;
  for (const auto& cidr : block["allow"].list() != nullptr ? *block["allow"].list() : List())
    allow.emplace_back(to_text(cidr).value_or(""));
  out.set("allow", std::move(allow));
  return out;
}

}  // namespace

void add_pages(const Resource& listener, Map& inputs) {
  if (auto pages = pages_of(listener); !pages.empty()) inputs.set("pages", std::move(pages));
  const auto& maintenance = listener.config["maintenance"];
  if (maintenance.map() != nullptr) inputs.set("maintenance", maintenance_of(maintenance));
}

}  // namespace infra::engine
