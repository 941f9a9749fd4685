#include <fmt/format.h>

#include <algorithm>

#include "base/text/image_reference.h"
#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"

namespace infra::checks {
namespace {

constexpr std::string_view kScheme = "://";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_tag(std::string_view tag) {
  return !tag.empty() && tag.size() <= 128 && is_word(tag.front()) &&
         std::all_of(tag.begin(), tag.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

// Why nothing can have this name; empty: something may.
std::string name_fault(const std::string& name) {
  if (name.empty()) return "is empty";
  if (name.find(kScheme) != std::string::npos) return "an image's name has no scheme before it";
  const auto parts = registry::parse_reference(name);
  if (!registry::valid_repository(parts.repository)) {
    return "the part before the tag has lower case letters, digits, and single `.`, `_`, `-` or `/` between them";
  }
  if (parts.digest.empty() && !is_tag(parts.tag)) return "a tag has letters, digits, `_`, `.` and `-`";
  const bool pinned = name.find('@') != std::string::npos;
  if (pinned && parts.digest.find(':') == std::string::npos) return "a digest is like sha256:0f3c…";
  return "";
}

void check_name(const Resource& resource, const Part& part, Diagnostics& diagnostics) {
  const auto* name = part.value->string();
  const auto why = name != nullptr ? name_fault(*name) : "";
  if (why.empty()) return;
  auto& diagnostic = diagnostics.error("E0210", part.span,
                                       fmt::format("`{}` of {} is {}, which can't be an image's name", part.last(),
                                                   owner_of(resource, part), to_source(*part.value)),
                                       why, "write for example \"redis:7\" or \"registry.example.org/shop/web:1.4\"");
  const auto scheme = name->find(kScheme);
  if (scheme == std::string::npos) return;
  const auto bare = name->substr(scheme + kScheme.size());
  if (name_fault(bare).empty()) diagnostic.fixes.push_back({part.span, to_source(Value(bare))});
}

// HOST:PORT stands before each image's name.
void check_endpoint(const Resource& registry, const Part& part, Diagnostics& diagnostics) {
  const auto* endpoint = part.value->string();
  const auto wrong = endpoint != nullptr && !endpoint->empty() ? endpoint->find_first_of("/ \t\n") : 0;
  if (endpoint == nullptr || wrong == std::string::npos) return;
  auto& diagnostic = diagnostics.error(
      "E0210", part.span,
      fmt::format("`{}` of {} is {}, which is no HOST:PORT", part.last(), named(registry), to_source(*part.value)),
      endpoint->find(kScheme) != std::string::npos ? "has a scheme before it" : "no name of a machine",
      "write for example \"registry.example.org\" or \"10.0.0.5:5000\"; `insecure = true` for plain HTTP");
  const auto scheme = endpoint->find(kScheme);
  if (scheme == std::string::npos) return;
  auto bare = endpoint->substr(scheme + kScheme.size());
  if (bare.ends_with('/')) bare.pop_back();
  if (bare.find('/') == std::string::npos) diagnostic.fixes.push_back({part.span, to_source(Value(bare))});
}

// By what it is found; an image that an engine has from no registry may be named by its id.
void check_existing(const Resource& image, Diagnostics& diagnostics) {
  for (const char* key : {"id", "name"}) {
    const auto* name = image.config[key].string();
    if (name == nullptr || name->starts_with("sha256:")) continue;
    const auto why = name_fault(*name);
    if (why.empty()) continue;
    diagnostics.error(
        "E0210", image.place(key),
        fmt::format("`{}` of {} is {}, which can't be an image's name", key, named(image), to_source(Value(*name))),
        why, "write for example \"redis:7\" or \"registry.example.org/shop/web:1.4\"");
  }
}

}  // namespace

void images(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& existing : input.graph.existing) {
    if (existing.address.kind == "image") check_existing(existing, diagnostics);
  }
  for (const auto& resource : input.graph.resources) {
    if (resource.address.kind != "task" && resource.address.kind != "registry") continue;
    for (const auto& part : input.parts(resource)) {
      if (part.name == "task.container.image" || part.name == "registry.image") check_name(resource, part, diagnostics);
      if (part.name == "registry.endpoint") check_endpoint(resource, part, diagnostics);
    }
  }
}

}  // namespace infra::checks
