// The names of objects in a Kubernetes cluster. Pure. What is too long is cut, with a hash of the whole behind.
#pragma once
#include <string>
#include <string_view>

#include "providers/engine/lowering.h"

namespace infra::kubernetes {

inline constexpr std::size_t kLongestLabel = 63;      // RFC 1035 and 1123
inline constexpr std::size_t kLongestPort = 15;       // IANA's service names
inline constexpr std::size_t kLongestNamedAnew = 52;  // the provider adds ten digits of a token

// "public-a" for `public["a"]`; a DNS label.
std::string dns_label(std::string_view path, std::size_t longest = kLongestLabel);
// "registry.images": one that no declaration's own name can be, as these have no dots.
std::string dotted_name(std::string_view kind, std::string_view path, std::size_t longest = kLongestLabel);
// Its `name`, or its path.
std::string name_of(const Resource& resource, std::size_t longest = kLongestLabel);
// As stated, else "shop-core"; of an existing cluster its name.
std::string namespace_of(const engine::Lowering& lowering, const Resource& cluster);
// The labels that tell a runner's pods from all others of its namespace: as stated, else one that follows from the
// address alone. A selector can't be changed.
Map selector_of(const engine::Lowering& lowering, const Resource& runner);
Map match_labels(Map selector);

// "[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?", or nothing.
bool is_label_value(std::string_view text);
// The same, perhaps after a DNS name and a slash; not of the domains that Kubernetes keeps, nor infra's own.
bool is_label_key(std::string_view text);
// The text, made fit to be a label's value.
std::string label_value(std::string_view text);

}  // namespace infra::kubernetes
