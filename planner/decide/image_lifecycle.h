// Which images of a repository its lifecycle lets go.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/values/value.h"
#include "providers/image_store.h"

namespace infra {

// `rules` of the provider type "repository": a list of {tags?, untagged?, keep?, older_than?}, by priority.
struct ExpiringImage {
  std::size_t image = 0;  // in the list that was asked about
  std::size_t rule = 0;
};

// By ECR's rules for lifecycle policies (docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html): each
// image goes by at most one rule; one that a rule's tags match is out of reach for the rules after it, and counts there
// all the same. Unlike in ECR an image that is used never goes, nor do the images of an index that stays. What has no
// known age counts as new. In the order of `images`.
std::vector<ExpiringImage> expiring_images(const std::vector<StoredImage>& images, const Value& rules, UtcMoment now,
                                           const std::function<bool(const std::string& digest)>& is_used);

// "keep 30 tagged v*", "untagged for 7d": for people.
std::string lifecycle_rule_text(const Value& rule);

}  // namespace infra
