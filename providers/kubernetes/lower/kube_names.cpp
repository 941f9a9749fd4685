#include "providers/kubernetes/lower/kube_names.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"

namespace infra::kubernetes {

namespace {

constexpr std::size_t kOfHash = 6;
constexpr std::size_t kOfSelector = 16;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_label_character(char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; }

std::string fitted(std::string name, std::size_t longest) {
  if (name.size() <= longest) return name;
  const auto hash = sha256_hex(name).substr(0, kOfHash);
  name.resize(longest - kOfHash - 1);
  while (!name.empty() && !is_alphanumeric(name.back())) name.pop_back();
  return name + "-" + hash;
}

bool is_dns_name(std::string_view text) {
  if (text.empty() || text.size() > 253 || text.front() == '.' || text.back() == '.') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
}

bool is_kept(std::string_view domain) {
  return domain == "kubernetes.io" || domain == "k8s.io" || domain.ends_with(".kubernetes.io") ||
         domain.ends_with(".k8s.io");
}

}  // namespace

std::string dns_label(std::string_view path, std::size_t longest) { return fitted(run_time_name(path), longest); }

std::string dotted_name(std::string_view kind, std::string_view path, std::size_t longest) {
  return fitted(fmt::format("{}.{}", kind, run_time_name(path)), longest);
}

std::string name_of(const Resource& resource, std::size_t longest) {
  const auto* own = resource.config["name"].string();
  return dns_label(own != nullptr ? *own : resource.address.path, longest);
}

std::string namespace_of(const engine::Lowering& lowering, const Resource& cluster) {
  const auto* own = cluster.config["name"].string();
  if (const auto* stated = cluster.config["kubernetes"]["namespace"].string()) return *stated;
  if (cluster.existing) return own != nullptr ? *own : dns_label(cluster.address.path);
  return dns_label(fmt::format("{}-{}", lowering.context.stack, own != nullptr ? *own : cluster.address.path));
}

Map selector_of(const engine::Lowering& lowering, const Resource& runner) {
  const auto* stated = runner.config["kubernetes"]["selector"].map();
  if (stated != nullptr && !stated->empty()) return *stated;
  auto hash = sha256_hex(lowering.context.stack + "/" + runner.address.text()).substr(0, kOfSelector);
  return Map(std::vector<Entry>{{"infra.service", std::move(hash)}});
}

Map match_labels(Map selector) { return Map(std::vector<Entry>{{"matchLabels", std::move(selector)}}); }

bool is_label_value(std::string_view text) {
  if (text.empty()) return true;
  return text.size() <= kLongestLabel && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), is_label_character);
}

bool is_label_key(std::string_view text) {
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto domain = text.substr(0, slash);
    if (!is_dns_name(domain) || is_kept(domain)) return false;
    text.remove_prefix(slash + 1);
  } else if (text.starts_with("infra.")) {
    return false;
  }
  return !text.empty() && is_label_value(text);
}

std::string label_value(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (!is_label_character(c)) c = '-';
  }
  while (!out.empty() && !is_alphanumeric(out.front())) out.erase(0, 1);
  while (!out.empty() && !is_alphanumeric(out.back())) out.pop_back();
  return fitted(std::move(out), kLongestLabel);
}

}  // namespace infra::kubernetes
