#include "providers/nodes/images/pull_progress.h"

#include <fmt/format.h>

#include "providers/nodes/context.h"

namespace infra::nodes {
namespace {

constexpr std::chrono::seconds kBetweenLines{2};

std::int64_t mebibytes(std::int64_t bytes) { return bytes >> 20; }

}  // namespace

std::optional<std::string> PullProgress::take(const Value& object, Clock::time_point now) {
  const auto status = text_of(object["status"]);
  const auto layer = text_of(object["id"]);
  if (status == "Downloading") {
    const auto& detail = object["progressDetail"];
    const auto total = number_of(detail["total"]);
    if (total > 0) layers_[layer] = {.current = number_of(detail["current"]), .total = total};
  } else if (const auto at = layers_.find(layer); at != layers_.end()) {
    at->second.current = at->second.total;  // it is checked and unpacked only then
  }
  if (layers_.empty() || now < last_ + kBetweenLines) return std::nullopt;
  Layer all;
  for (const auto& [name, one] : layers_) all = {all.current + one.current, all.total + one.total};
  auto text = fmt::format("pulling {}: {} of {} MiB", image_, mebibytes(all.current), mebibytes(all.total));
  if (text == told_) return std::nullopt;
  told_ = text;
  last_ = now;
  return text;
}

}  // namespace infra::nodes
