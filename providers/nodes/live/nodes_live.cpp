#include "providers/nodes/live/nodes_live.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "providers/at_once.h"
#include "providers/nodes/context.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/live/container_of.h"
#include "providers/nodes/live/log_frames.h"
#include "providers/nodes/tasks/container_entries.h"

namespace infra::nodes {

Result<Engine*> NodesLive::engine_of(const LiveContainer& container) const {
  const auto at = engines_.find(container.node);
  if (at != engines_.end()) return at->second.get();
  return Error{.code = "E0612",
               .message = fmt::format("platform `{}` has no node `{}`", context_.platform.name, container.node),
               .help = "declare the node again"};
}

NodesLive::Listed NodesLive::list(const Reader& read) const {
  const auto list_on = [&](Engine& engine) -> Result<std::vector<LiveContainer>> {
    std::vector<LiveContainer> out;
    auto reply = list_entries(engine, "all=1&" + live_filters(context_.owner, false), [&](const Value& entry) {
      if (auto found = read(entry, engine.node())) out.push_back(*std::move(found));
    });
    if (!reply) return std::move(reply).error();
    if (!reply->ok()) return engine.refused(*reply, "list its containers");
    return out;
  };
  std::vector<std::pair<std::string, std::future<Result<std::vector<LiveContainer>>>>> asked;
  for (const auto& [name, engine] : engines_) {
    asked.emplace_back(name, at_once([&engine = *engine, &list_on] { return list_on(engine); }));
  }
  Listed out;
  for (auto& [name, answer] : asked) {
    auto some = answer.get();
    if (!some) {
      out.unreachable.push_back({.node = name,
                                 .where = fmt::format("node {} of {}", name, context_.platform.name),
                                 .error = std::move(some).error()});
      continue;
    }
    std::move(some->begin(), some->end(), std::back_inserter(out.containers));
  }
  std::sort(out.containers.begin(), out.containers.end(), [](const LiveContainer& a, const LiveContainer& b) {
    return std::tie(a.address, a.container, a.id) < std::tie(b.address, b.container, b.id);
  });
  return out;
}

Result<Live::Listed> NodesLive::containers() {
  return list([&](const Value& entry, const std::string& node) { return live_container(entry, context_.owner, node); });
}

Result<Live::Listed> NodesLive::balancers() {
  return list([&](const Value& entry, const std::string& node) { return live_balancer(entry, context_.owner, node); });
}

Result<Ok> NodesLive::logs(const LiveContainer& of, const LogQuery& query, const TakeLine& take, const Cancel& cancel) {
  auto engine = engine_of(of);
  if (!engine) return std::move(engine).error();
  auto since = query.since;
  auto tail = query.tail;
  for (;;) {
    auto path = fmt::format("/containers/{}/logs?stdout=1&stderr=1&timestamps=1", of.id);
    if (query.follow) path += "&follow=1";
    if (since) path += "&since=" + unix_time(*since);
    if (tail) path += fmt::format("&tail={}", *tail);
    bool enough = false;
    LogReader reader([&](LogLine line) {
      since = line.at + std::chrono::nanoseconds(1);
      enough = !take(std::move(line));
      return !enough;
    });
    const auto begun = std::chrono::steady_clock::now();
    auto reply =
        (*engine)->follow(path, [&](std::string_view piece) { return reader.add(piece); }, {.cancel = &cancel});
    if (reply && reply->status == 404) return Ok{};  // it went meanwhile
    if (reply && !reply->ok()) return (*engine)->refused(*reply, "show a container's log");
    if (reply) {
      reader.finish();
      return Ok{};
    }
    if (cancel.draining() || enough) return Ok{};
    // A transfer without a byte is given up after ten minutes: a log may be silent for longer.
    const bool was_quiet = std::chrono::steady_clock::now() - begun > std::chrono::minutes(9);
    if (!query.follow || !was_quiet) return std::move(reply).error();
    tail.reset();
  }
}

}  // namespace infra::nodes
