#include "planner/decide/image_lifecycle.h"

#include <catch2/catch.hpp>

namespace infra {
namespace {

using Names = std::vector<std::string>;

constexpr UtcMoment kNow{std::chrono::days(20'000)};

// Pushed so many days ago. Its digest is the first tag, or "untagged-DAYS".
StoredImage image(int days, Names tags, Names parts = {}) {
  StoredImage out{.tags = std::move(tags), .pushed = kNow - std::chrono::days(days), .parts = std::move(parts)};
  out.digest = out.tags.empty() ? "untagged-" + std::to_string(days) : out.tags.front();
  return out;
}

Value keep(const char* tags, int count) { return Map({{"tags", tags}, {"keep", count}}); }
Value older(const char* tags, int days) { return Map({{"tags", tags}, {"older_than", Duration{days * 86'400'000LL}}}); }
Value untagged(int days) { return Map({{"untagged", true}, {"older_than", Duration{days * 86'400'000LL}}}); }

Names expired(const std::vector<StoredImage>& images, List rules, const std::set<std::string>& used = {}) {
  Names out;
  for (const auto& expiring :
       expiring_images(images, Value(std::move(rules)), kNow, [&](const auto& d) { return used.contains(d); })) {
    out.push_back(images[expiring.image].digest + " by " + std::to_string(expiring.rule + 1));
  }
  return out;
}

}  // namespace

TEST_CASE("lifecycle: so many of the newest stay, and untagged images for so long") {
  const std::vector<StoredImage> images = {image(1, {"v3"}), image(2, {"v2"}), image(3, {"v1"}), image(4, {}),
                                           image(9, {})};
  CHECK(expired(images, {keep("*", 2), untagged(7)}) == Names{"v1 by 1", "untagged-9 by 2"});
  CHECK(expired(images, {}).empty());
}

// The examples of ECR's manual: "Filtering on multiple rules", A and B.
TEST_CASE("lifecycle: an image that a rule selects is out of reach for the rules after it") {
  const std::vector<StoredImage> images = {image(1, {"alpha-1", "prod-1"}), image(2, {"prod-2"}), image(3, {"beta-1"}),
                                           image(10, {"beta-2", "beta-3"})};
  CHECK(expired(images, {keep("prod*", 1), older("beta*", 5)}) == Names{"prod-2 by 1", "beta-2 by 2"});
  CHECK(expired(images, {keep("beta*", 1), keep("*", 1)}) == Names{"prod-2 by 2", "beta-2 by 1"});
}

TEST_CASE("lifecycle: an image that an earlier rule selected counts for a later one all the same") {
  const std::vector<StoredImage> images = {image(1, {"prod-1"}), image(2, {"a"}), image(3, {"b"})};
  CHECK(expired(images, {keep("prod*", 5), keep("*", 2)}) == Names{"b by 2"});
}

TEST_CASE("lifecycle: one of several tags is enough, and any image is meant without tags") {
  const std::vector<StoredImage> images = {image(1, {"v2"}), image(2, {"latest", "v1"}), image(3, {})};
  CHECK(expired(images, {keep("v*", 1)}) == Names{"latest by 1"});
  CHECK(expired(images, {Map(std::vector<Entry>{{"keep", 1}})}) == Names{"latest by 1", "untagged-3 by 1"});
}

TEST_CASE("lifecycle: what is used stays, and counts") {
  const std::vector<StoredImage> images = {image(1, {"v3"}), image(2, {"v2"}), image(3, {"v1"})};
  CHECK(expired(images, {keep("v*", 1)}, {"v1"}) == Names{"v2 by 1"});
}

TEST_CASE("lifecycle: the images of an index stay for as long as it does") {
  const std::vector<StoredImage> images = {image(9, {"v1"}, {"untagged-9", "untagged-8"}), image(8, {}), image(9, {}),
                                           image(10, {})};
  CHECK(expired(images, {untagged(1)}) == Names{"untagged-10 by 1"});
}

TEST_CASE("lifecycle: what has no known age is never too old, and counts as new") {
  std::vector<StoredImage> images = {image(1, {"v2"}), image(2, {"v1"})};
  images[1].pushed.reset();
  CHECK(expired(images, {older("v*", 0)}) == Names{"v2 by 1"});
  CHECK(expired(images, {keep("v*", 1)}) == Names{"v2 by 1"});
}

TEST_CASE("lifecycle: a thousand images") {
  std::vector<StoredImage> images;
  for (int i = 0; i < 1'000; ++i) images.push_back(image(i, {"v" + std::to_string(i)}));
  CHECK(expired(images, {keep("v*", 30)}).size() == 970);
  CHECK(expired(images, {older("v*", 99)}, {"v500"}).size() == 899);
}

TEST_CASE("lifecycle: a rule says what it does") {
  CHECK(lifecycle_rule_text(keep("*", 30)) == "keep 30 tagged");
  CHECK(lifecycle_rule_text(keep("v*", 2)) == "keep 2 tagged v*");
  CHECK(lifecycle_rule_text(untagged(7)) == "untagged and older than 7d");
  CHECK(lifecycle_rule_text(Map(std::vector<Entry>{{"keep", 3}})) == "keep 3");
}

}  // namespace infra
