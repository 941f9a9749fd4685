#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "base/text/one_line.h"
#include "watch/watch_events.h"

namespace infra {
namespace {

constexpr std::size_t kLongest = 400;  // of a line; a message of a remote may be any length

std::string_view verb(Step::Kind kind) {
  switch (kind) {
    case Step::create:
      return "created";
    case Step::update:
      return "updated";
    case Step::destroy:
      return "destroyed";
    case Step::forget:
      return "forgot";
    case Step::adopt:
      return "adopted";
  }
  return "changed";
}

std::string seconds(std::chrono::milliseconds took) {
  return fmt::format("{:.1f}s", static_cast<double>(took.count()) / 1000);
}

std::string wait_text(std::chrono::milliseconds wait) {
  if (wait.count() % 1000 != 0) return fmt::format("{}ms", wait.count());
  const auto whole = wait.count() / 1000;
  return whole % 60 == 0 && whole != 0 ? fmt::format("{}m", whole / 60) : fmt::format("{}s", whole);
}

std::string problem_text(const Problem& problem) {
  std::string out = fmt::format("error[{}] ", problem.code);
  if (!problem.place.empty()) out += problem.place + ": ";
  out += problem.message;
  if (!problem.help.empty()) out += " (help: " + problem.help + ")";
  return out;
}

std::string retry_text(std::chrono::milliseconds wait) {
  return wait.count() == 0 ? "" : fmt::format("; trying again in {}", wait_text(wait));
}

// The lines of each event; none for what needs no telling.
struct Lines {
  using List = std::vector<std::string>;
  List operator()(const WatchStarted& e) const {
    return {fmt::format("watching {} of {}{}, every {}", e.branch, e.repo,
                        e.folder.empty() ? "" : ", folder " + e.folder, wait_text(e.interval))};
  }
  List operator()(const CommitFetched& e) const {
    return {fmt::format("fetched {} {} \"{}\"", e.branch, e.commit.short_id(), e.commit.summary)};
  }
  List operator()(const FetchFailed& e) const {
    if (e.known) return {};
    return {problem_text(e.problem), "fetching failed" + retry_text(e.retry_in)};
  }
  List operator()(const PassNote& e) const { return {e.text}; }
  List operator()(const PassPlanned& e) const {
    return {fmt::format("plan: {}{}", e.summary, e.drift ? " (drift)" : "")};
  }
  List operator()(const PassStep& e) const { return std::visit(*this, e.event); }
  List operator()(const PassLooked&) const { return {}; }
  List operator()(const PassInStep& e) const { return e.known ? List{} : List{"up to date"}; }
  List operator()(const PassApplied& e) const { return {fmt::format("done in {}", seconds(e.took))}; }
  List operator()(const PassFailed& e) const {
    if (e.known) return {};
    List out;
    for (const auto& problem : e.problems) out.push_back(problem_text(problem));
    out.push_back(fmt::format("{} failed{}", e.commit.short_id(), retry_text(e.retry_in)));
    return out;
  }
  List operator()(const Recovered& e) const {
    return {fmt::format("{} succeeded after {} failure{}", e.what, e.failures, e.failures == 1 ? "" : "s")};
  }
  List operator()(const WatchStopped&) const { return {"stopped"}; }

  List operator()(const StepDone& e) const {
    return {fmt::format("{} {} in {}", verb(e.kind), e.address.text(), seconds(e.took))};
  }
  // Why stands at the end of the pass, once; a retry that fails the same way is this line only.
  List operator()(const StepFailed& e) const {
    return {fmt::format("failed {} after {}: {}", e.address.text(), seconds(e.took), e.error.code)};
  }
  List operator()(const StepSkipped& e) const {
    if (e.interrupted) return {};
    return {fmt::format("skipped {}: {}", e.address.text(), e.reason)};
  }
  List operator()(const Draining& e) const { return {fmt::format("stopping: {} running to finish", e.running)}; }
  List operator()(const ApplyStarted&) const { return {}; }
  List operator()(const StepStarted&) const { return {}; }
  List operator()(const StepProgress&) const { return {}; }
  List operator()(const StateNotice& e) const { return {e.text}; }
  List operator()(const ApplyDone&) const { return {}; }
};

class WatchText : public WatchSink {
 public:
  WatchText(std::ostream& out, WallTime now) : out_(out), now_(std::move(now)) {}
  void on(const WatchEvent& event) override {
    const std::time_t at = WallClock::to_time_t(now_());
    std::tm local{};
    ::localtime_r(&at, &local);
    for (const auto& line : std::visit(Lines{}, event)) {
      out_ << fmt::format("{:%H:%M:%S} {}\n", local, one_line(line, kLongest));
    }
    out_.flush();
  }

  void relay(std::string_view lines) override { (out_ << lines).flush(); }
  [[nodiscard]] std::unique_ptr<WatchSink> like_this(std::ostream& out) const override {
    return make_watch_text(out, now_);
  }

 private:
  std::ostream& out_;
  WallTime now_;
};

}  // namespace

std::unique_ptr<WatchSink> make_watch_text(std::ostream& out, WallTime now) {
  return std::make_unique<WatchText>(out, std::move(now));
}

}  // namespace infra
