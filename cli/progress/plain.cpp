#include "cli/progress/plain.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/terminal.h"
#include "base/text/one_line.h"
#include "cli/progress/progress_words.h"

namespace infra::cli {
namespace {

constexpr std::size_t kLongestLine = 1000;  // characters of a line that somebody else wrote

std::string error_line(const Error& error) {
  auto out = one_line(error.line(), kLongestLine);
  if (!error.help.empty()) out += fmt::format(" (help: {})", one_line(error.help, kLongestLine));
  return out;
}

}  // namespace

void PlainSink::on(const Event& event) {
  struct Visitor {
    PlainSink& sink;
    void operator()(const ApplyStarted& e) {
      sink.say(fmt::format("{} step{} to do", e.steps, e.steps == 1 ? "" : "s"));
    }
    void operator()(const StepStarted& e) {
      sink.say(fmt::format("{} {}: {}", symbol(e.kind), e.address.text(), doing(e.kind)));
      sink.notes_[e.step] = doing(e.kind);  // a provider often begins with the same word
    }
    void operator()(const StepProgress& e) {
      auto text = one_line(e.text, kLongestLine);
      auto& last = sink.notes_[e.step];
      if (last == text) return;
      sink.say(fmt::format("  {}: {}", e.address.text(), text));
      last = std::move(text);
    }
    void operator()(const StepDone& e) {
      sink.notes_.erase(e.step);
      sink.say(fmt::format("✓ {}: {} in {}", e.address.text(), done(e.kind), format_elapsed(e.took)));
    }
    void operator()(const StepFailed& e) {
      sink.notes_.erase(e.step);
      sink.say(fmt::format("✗ {}: {} failed after {}: {}", e.address.text(), action(e.kind), format_elapsed(e.took),
                           error_line(e.error)));
    }
    void operator()(const StepSkipped& e) {
      if (e.interrupted) sink.interrupted_ = true;  // the closing line counts them
      if (!e.interrupted) sink.say(fmt::format("! {}: {} skipped: {}", e.address.text(), action(e.kind), e.reason));
    }
    void operator()(const Draining& e) { sink.say(stopping_line(e)); }
    void operator()(const StateNotice& e) { sink.say(one_line(e.text, kLongestLine)); }
    void operator()(const ApplyDone& e) { sink.say(closing_line(e, sink.interrupted_)); }
  };
  std::visit(Visitor{*this}, event);
}

void PlainSink::say(const std::string& text) {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(world_.now());
  const auto line = fmt::format("{:%H:%M:%S} {}\n", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), text);
  terminal::write(out_, line);
  terminal::flush(out_);
}

}  // namespace infra::cli
