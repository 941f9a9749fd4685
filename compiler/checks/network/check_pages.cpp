// The pages that a listener answers with by itself.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "compiler/checks/check_input.h"
#include "compiler/checks/check_parts.h"
#include "compiler/checks/network/check_listeners.h"

namespace infra::checks {
namespace {

constexpr std::size_t kLargest = 12 * 1024;  // what is left of HAProxy's buffer of 16 KiB for a page is a little more
constexpr std::array<std::int64_t, 7> kStatuses = {400, 404, 408, 500, 502, 503, 504};

class Pages {
 public:
  Pages(const Resource& listener, Diagnostics& diagnostics) : listener_(listener), diagnostics_(diagnostics) {}

  void check() {
    const auto* pages = listener_.config["error_page"].list();
    for (std::size_t i = 0; pages != nullptr && i < pages->size(); ++i) {
      const auto path = fmt::format("error_page.{}", i);
      if (!speaks(path, "an error page")) continue;
      check_content((*pages)[i], path);
      check_statuses((*pages)[i], path + ".status");
    }
    const auto& maintenance = listener_.config["maintenance"];
    if (maintenance.map() == nullptr || !speaks("maintenance", "a page for maintenance")) return;
    check_content(maintenance, "maintenance");
  }

 private:
  bool speaks(const std::string& path, const char* what) {
    const auto& protocol = protocol_of(listener_);
    if (protocol.empty() || speaks_http(listener_)) return true;
    diagnostics_
        .error("E0415", listener_.place(path),
               fmt::format("listener `{}` has {}, but speaks {}", listener_.address.path, what, protocol),
               fmt::format("{} passes bytes on", protocol), "leave it out, or use protocol = \"http\" or \"https\"")
        .secondary.push_back({listener_.place("protocol"), protocol});
    return false;
  }

  void check_content(const Value& page, const std::string& path) {
    const auto* content = page["content"].string();
    if (content != nullptr && content->empty()) {
      diagnostics_.error("E0416", listener_.place(path + ".content"),
                         fmt::format("a page of listener `{}` has nothing on it", listener_.address.path), "empty",
                         "give it a text, or leave it out for the load balancer's own");
    }
    if (content == nullptr || content->size() <= kLargest) return;
    diagnostics_.error("E0416", listener_.place(path + ".content"),
                       fmt::format("a page of listener `{}` has {} bytes, and a load balancer answers with {} at most",
                                   listener_.address.path, content->size(), kLargest),
                       "too large", "make it smaller: pictures and styles can come from another host");
  }

  void check_statuses(const Value& page, const std::string& path) {
    const auto* statuses = page["status"].list();
    for (const auto& one : statuses != nullptr ? *statuses : List()) {
      const auto* status = one.integer();
      if (status == nullptr) continue;
      if (std::find(kStatuses.begin(), kStatuses.end(), *status) == kStatuses.end()) {
        diagnostics_.error("E0416", listener_.place(path),
                           fmt::format("a load balancer never answers {} by itself", *status), "no page for this",
                           fmt::format("it answers {}; any other status comes from a copy, with the copy's own page",
                                       fmt::join(kStatuses, ", ")));
        continue;
      }
      const auto [first, fresh] = seen_.try_emplace(*status, path);
      if (fresh) continue;
      diagnostics_
          .error("E0415", listener_.place(path),
                 fmt::format("listener `{}` has two pages for {}", listener_.address.path, *status), "the second",
                 "remove one of them, or say which is for what: status = [404]")
          .secondary.push_back({listener_.place(first->second), "the first"});
    }
  }

  const Resource& listener_;
  Diagnostics& diagnostics_;
  std::map<std::int64_t, std::string> seen_;  // where each status stands first
};

}  // namespace

void pages(const CheckInput& input, Diagnostics& diagnostics) {
  for (const auto& resource : input.graph.resources) {
    if (resource.address.kind == "listener") Pages(resource, diagnostics).check();
  }
}

}  // namespace infra::checks
