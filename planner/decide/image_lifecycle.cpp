#include "planner/decide/image_lifecycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text/units.h"
#include "base/text/wildcard.h"

namespace infra {
namespace {

class Lifecycle {
 public:
  Lifecycle(const std::vector<StoredImage>& images, UtcMoment now) : images_(images), now_(now) {
    for (const auto& image : images) parts_.insert(image.parts.begin(), image.parts.end());
    for (std::size_t i = 0; i < images.size(); ++i) newest_.push_back(i);
    std::stable_sort(newest_.begin(), newest_.end(), [&](std::size_t a, std::size_t b) {
      return images_[a].pushed.value_or(now_) > images_[b].pushed.value_or(now_);
    });
    rule_of_.assign(images.size(), kNone);
    claimed_.assign(images.size(), false);
  }

  void apply(const Value& rule, std::size_t number) {
    const auto* keep = rule["keep"].integer();
    const auto* age = rule["older_than"].get<Duration>();
    std::int64_t seen = 0;
    for (const auto i : newest_) {
      if (!selects(rule, images_[i])) continue;
      ++seen;
      const bool goes = keep != nullptr ? seen > *keep : age != nullptr && is_older(images_[i], age->ms);
      if (!claimed_[i] && goes) rule_of_[i] = number;
      claimed_[i] = true;
    }
  }

  // Images of an index go with it, or not at all.
  std::vector<ExpiringImage> result(const std::function<bool(const std::string&)>& is_used) const {
    std::vector<ExpiringImage> out;
    for (std::size_t i = 0; i < images_.size(); ++i) {
      if (rule_of_[i] != kNone && !is_used(images_[i].digest)) out.push_back({i, rule_of_[i]});
    }
    return out;
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  [[nodiscard]] bool selects(const Value& rule, const StoredImage& image) const {
    if (image.tags.empty() && parts_.contains(image.digest)) return false;  // stays while its index is there
    if (rule["untagged"] == Value(true)) return image.tags.empty();
    const auto* tags = rule["tags"].string();
    if (tags == nullptr) return true;
    return std::any_of(image.tags.begin(), image.tags.end(), [&](const auto& tag) { return covers(*tags, tag); });
  }

  [[nodiscard]] bool is_older(const StoredImage& image, std::int64_t ms) const {
    return image.pushed && now_ - *image.pushed > std::chrono::milliseconds(ms);
  }

  const std::vector<StoredImage>& images_;
  UtcMoment now_;
  std::set<std::string> parts_;
  std::vector<std::size_t> newest_;
  std::vector<std::size_t> rule_of_;
  std::vector<bool> claimed_;
};

}  // namespace

std::vector<ExpiringImage> expiring_images(const std::vector<StoredImage>& images, const Value& rules, UtcMoment now,
                                           const std::function<bool(const std::string&)>& is_used) {
  if (rules.list() == nullptr) return {};
  Lifecycle lifecycle(images, now);
  for (std::size_t i = 0; i < rules.list()->size(); ++i) lifecycle.apply((*rules.list())[i], i);
  return lifecycle.result(is_used);
}

std::string lifecycle_rule_text(const Value& rule) {
  const auto* tags = rule["tags"].string();
  const auto which = rule["untagged"] == Value(true) ? std::string("untagged")
                     : tags == nullptr               ? std::string()
                     : *tags == "*"                  ? "tagged"
                                                     : "tagged " + *tags;
  if (const auto* keep = rule["keep"].integer()) {
    return fmt::format("keep {}{}{}", *keep, which.empty() ? "" : " ", which);
  }
  const auto* age = rule["older_than"].get<Duration>();
  return fmt::format("{}{}older than {}", which, which.empty() ? "" : " and ",
                     age != nullptr ? format_duration(*age) : "?");
}

}  // namespace infra
