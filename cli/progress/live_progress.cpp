#include "cli/progress/live_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/terminal.h"
#include "base/text/one_line.h"
#include "cli/progress/progress_words.h"

namespace infra::cli {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::string_view kGreen = "32", kRed = "31", kYellow = "33", kDim = "2", kBold = "1";
constexpr milliseconds kPause{100};
constexpr std::size_t kMost = 500;  // characters of a text that a provider wrote

std::string_view colour_of(Step::Kind kind) {
  if (kind == Step::create || kind == Step::adopt) return kGreen;
  return kind == Step::update ? kYellow : kRed;
}

std::string_view spinner(milliseconds time) {
  static constexpr std::array<std::string_view, 10> kFrames{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  return kFrames[static_cast<std::size_t>(time.count() / 100) % kFrames.size()];
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// Every line of an error, set below the step that it stopped.
std::string indented(const Error& error) {
  const auto text = error.text();
  std::string out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    out += fmt::format("    {}\n", one_line(text.substr(begin, end - begin), kMost));
    begin = end + 1;
  }
  return out;
}

}  // namespace

struct LiveSink::Visitor {
  LiveSink& sink;

  void operator()(const ApplyStarted& e) {
    sink.steps_ = e.steps;
    sink.begin_ = sink.world_.elapsed();
    sink.last_draw_ = sink.begin_ - kPause;
  }
  void operator()(const StepStarted& e) {
    sink.running_.push_back({e.step, e.address.text(), e.kind, sink.world_.elapsed(), {}});
  }
  void operator()(const StepProgress& e) {
    const auto at =
        std::find_if(sink.running_.begin(), sink.running_.end(), [&](const auto& r) { return r.step == e.step; });
    if (at != sink.running_.end()) at->text = one_line(e.text, kMost);
  }
  void operator()(const StepDone& e) {
    sink.finish(e.step, fmt::format("{} {} {}  {}\n", sink.paint("✓", kGreen),
                                    sink.paint(symbol(e.kind), colour_of(e.kind)), e.address.text(),
                                    sink.paint(fmt::format("{} in {}", done(e.kind), format_elapsed(e.took)), kDim)));
  }
  void operator()(const StepFailed& e) {
    ++sink.failed_;
    sink.finish(e.step, fmt::format("{} {} {}  {}\n{}", sink.paint("✗", kRed),
                                    sink.paint(symbol(e.kind), colour_of(e.kind)), sink.paint(e.address.text(), kBold),
                                    fmt::format("{} failed after {}", action(e.kind), format_elapsed(e.took)),
                                    indented(e.error)));
  }
  void operator()(const StepSkipped& e) {
    if (e.interrupted) sink.interrupted_ = true;  // the closing line counts them
    sink.finish(e.step, e.interrupted ? std::string()
                                      : fmt::format("{} {} {}  {}\n", sink.paint("!", kYellow), symbol(e.kind),
                                                    e.address.text(), sink.paint("skipped: " + e.reason, kDim)));
  }
  void operator()(const Draining& e) {
    sink.interrupted_ = true;
    sink.notice_ = stopping_line(e);
  }
  void operator()(const StateNotice& e) {
    sink.above_ += fmt::format("{} {}\n", sink.paint("!", kYellow), one_line(e.text, kMost));
    sink.draw(false);
  }
  void operator()(const ApplyDone& e) {
    sink.running_.clear();
    const auto colour = e.failed + e.skipped > 0 ? kRed : kGreen;
    sink.above_ += sink.paint(closing_line(e, sink.interrupted_ && e.skipped > 0), colour) + "\n";
    sink.draw(true);
  }
};

LiveSink::LiveSink(std::FILE* out, bool colour, SinkWorld world)
    : out_(out), colour_(colour), world_(std::move(world)) {}

LiveSink::~LiveSink() {
  if (on_screen_) draw(true);
}

void LiveSink::on(const Event& event) { std::visit(Visitor{*this}, event); }

void LiveSink::tick() {
  if (world_.elapsed() - last_draw_ >= kPause) draw(false);
}

void LiveSink::finish(std::size_t step, const std::string& line) {
  ++finished_;
  above_ += line;
  std::erase_if(running_, [&](const auto& r) { return r.step == step; });
}

// `last`: only what stays is left, and the cursor is shown again.
void LiveSink::draw(bool last) {
  std::string control;
  if (!on_screen_) control += "\x1b[?25l";
  if (drawn_ > 0) control += fmt::format("\x1b[{}A\r\x1b[J", drawn_);
  if (last) control += "\x1b[?25h";
  auto frame = std::exchange(above_, {});
  drawn_ = 0;
  if (!last) {
    for (const auto& line : moving_lines()) {
      frame += line + "\n";
      ++drawn_;
    }
  }
  on_screen_ = !last;
  terminal::write_frame(out_, control, frame);
  last_draw_ = world_.elapsed();
}

// Never as high or as wide as the screen: what scrolled away or wrapped couldn't be drawn over.
std::vector<std::string> LiveSink::moving_lines() const {
  const auto screen = world_.screen();
  const auto columns = static_cast<std::size_t>(std::clamp(screen.columns - 1, 20, 119));
  const auto room = static_cast<std::size_t>(std::max(screen.rows - 5, 1));
  const auto now = world_.elapsed();
  const auto shown = running_.size() > room ? room - 1 : running_.size();
  std::vector<std::string> out;
  for (std::size_t i = 0; i < shown; ++i) out.push_back(running_line(running_[i], columns, now));
  if (shown < running_.size()) out.push_back(paint(fmt::format("  … and {} more", running_.size() - shown), kDim));
  if (!notice_.empty()) out.push_back(paint(fit_to_columns(notice_, columns), kYellow));
  out.push_back(bar_line(columns, now));
  return out;
}

std::string LiveSink::running_line(const Running& running, std::size_t columns, Moment now) const {
  const auto time = duration_cast<milliseconds>(now - running.since);
  const auto tail = "  " + format_elapsed(time);
  const auto room = columns - std::min(columns, 4 + tail.size());
  const auto address = fit_to_columns(running.address, room, true);
  const auto left = room - columns_of(address);
  constexpr std::size_t kLeast = 8;  // less of a text says nothing
  std::string text;
  if (left >= kLeast)
    text = "  " + fit_to_columns(running.text.empty() ? doing(running.kind) : std::string_view(running.text), left - 2);
  const auto pad = std::string(left - columns_of(text), ' ');
  return fmt::format("{} {} {}{}{}{}", spinner(duration_cast<milliseconds>(now - begin_)),
                     paint(symbol(running.kind), colour_of(running.kind)), address, paint(text, kDim), pad,
                     paint(tail, kDim));
}

std::string LiveSink::bar_line(std::size_t columns, Moment now) const {
  auto tail = fmt::format("  {}/{}  {}", finished_, steps_, format_elapsed(duration_cast<milliseconds>(now - begin_)));
  if (failed_ > 0) tail += fmt::format("  {} failed", failed_);
  const auto room = columns - std::min(columns, columns_of(tail));
  const auto full = steps_ == 0 ? room : room * std::min(finished_, steps_) / steps_;
  return paint(repeat("━", full), failed_ > 0 ? kRed : kGreen) + paint(repeat("─", room - full), kDim) + tail;
}

std::string LiveSink::paint(std::string_view text, std::string_view code) const {
  if (!colour_ || text.empty()) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace infra::cli
