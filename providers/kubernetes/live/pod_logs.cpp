// A pod's log as the API server hands it on from the kubelet.
#include <fmt/format.h>

#include "base/text/rfc3339.h"
#include "providers/kubernetes/live/kubernetes_live.h"

namespace infra::kubernetes {

namespace {

// Whole lines of a text that comes in pieces: "2026-11-29T06:04:53.123456789Z hello".
class Lines {
 public:
  explicit Lines(const TakeLine& take) : take_(take) {}

  bool add(std::string_view piece) {
    rest_ += piece;
    std::string_view left = rest_;
    for (auto end = left.find('\n'); end != std::string_view::npos && !enough_; end = left.find('\n')) {
      tell(left.substr(0, end));
      left.remove_prefix(end + 1);
    }
    rest_.erase(0, rest_.size() - left.size());
    return !enough_;
  }
  void finish() {
    if (!rest_.empty() && !enough_) tell(rest_);
  }
  [[nodiscard]] bool enough() const { return enough_; }

  std::optional<LogTime> last;

 private:
  void tell(std::string_view line) {
    const auto space = line.find(' ');
    const auto time = parse_rfc3339(line.substr(0, space));
    if (time) line.remove_prefix(space == std::string_view::npos ? line.size() : space + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (time) last = *time;
    enough_ = !take_({.at = time.value_or(LogTime{}), .text = std::string(line)});
  }

  const TakeLine& take_;
  std::string rest_;
  bool enough_ = false;
};

std::string rfc3339_of(LogTime time) {
  const auto all = time.time_since_epoch().count();
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - days));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), all % 1'000'000'000);
}

}  // namespace

Result<Ok> KubernetesLive::logs(const LiveContainer& of, const LogQuery& query, const TakeLine& take,
                                const Cancel& cancel) {
  const auto id = ContainerId::parse(of.id);
  auto since = query.since;
  auto tail = query.tail;
  for (;;) {
    auto path = fmt::format("{}/log?container={}&timestamps=true", path_of("v1", "pods", id.space, id.pod),
                            http::url_encoded(id.container));
    if (query.follow) path += "&follow=true";
    if (since) path += "&sinceTime=" + http::url_encoded(rfc3339_of(*since));
    if (tail) path += fmt::format("&tailLines={}", *tail);
    Lines lines(take);
    const auto begun = std::chrono::steady_clock::now();
    auto reply = cluster_.client().follow(
        path, [&](std::string_view piece) { return lines.add(piece); }, cancel);
    if (reply && !*reply) {
      // It went meanwhile, or hasn't begun.
      if (reply->status == 404 || reply->status == 400) return Ok{};
      return refusal(*reply, {.verb = "get", .resource = "pods/log", .space = id.space, .name = id.pod},
                     cluster_.client().where());
    }
    if (reply) {
      lines.finish();
      return Ok{};
    }
    if (cancel.draining() || lines.enough()) return Ok{};
    // A transfer without a byte is given up after ten minutes: a log may be silent for longer.
    const bool was_quiet = std::chrono::steady_clock::now() - begun > std::chrono::minutes(9);
    if (!query.follow || !was_quiet) return std::move(reply).error();
    if (lines.last) since = *lines.last + std::chrono::nanoseconds(1);
    tail.reset();
  }
}

}  // namespace infra::kubernetes
