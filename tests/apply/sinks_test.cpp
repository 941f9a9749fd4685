#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/progress/progress_words.h"
#include "cli/progress/sink.h"
#include "tests/apply/shown_terminal.h"

namespace infra::cli {
namespace {

using std::chrono::milliseconds;
using test::Terminal;

// A sink whose clock stands still until it is told, and whose output is in memory.
class Stage {
 public:
  Stage(SinkKind kind, int columns, bool colour = false, int rows = 24) {
    out_ = ::open_memstream(&buffer_, &size_);
    REQUIRE(out_ != nullptr);
    const SinkWorld world{
        .elapsed = [this] { return std::chrono::steady_clock::time_point(time_); },
        .now = [this] { return std::chrono::system_clock::time_point(milliseconds(1767268800000) + time_); },
        .screen =
            [columns, rows] {
              return Screen{columns, rows};
            }};
    sink_ = make_sink(kind, out_, colour, world);
  }
  ~Stage() {
    sink_.reset();
    std::fclose(out_);
    std::free(buffer_);  // NOLINT: open_memstream's buffer is the caller's
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  void on(const Event& event) { sink_->on(event); }
  void after(int ms) {
    time_ += milliseconds(ms);
    sink_->tick();
  }
  void end() { sink_.reset(); }
  std::string text() {
    std::fflush(out_);
    return {buffer_, size_};
  }

 private:
  char* buffer_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* out_ = nullptr;
  milliseconds time_{0};
  std::unique_ptr<EventSink> sink_;
};

const Address kImage{"image", "web", "a"};
const Address kApi{"service", "api", "0"};
const Address kOld{"service", "a-service-with-a-rather-long-name", "12/sidecar"};
const Address kWeb{"service", "web", "0"};

const Error kPortTaken{.code = "E0606",
                       .message = "port 8080 of node `a` is taken",
                       .help = "use another port",
                       .context = {"starting container \"api\"", "creating\x1b[31m service.api/0"}};

void first_half(Stage& stage) {
  stage.on(ApplyStarted{5});
  stage.on(StepStarted{0, kImage, Step::create});
  stage.on(StepStarted{1, kOld, Step::destroy});
  stage.on(StepProgress{0, kImage, "building: step 3/7\r\n"});
  stage.after(1250);
}

void second_half(Stage& stage) {
  stage.on(StepDone{0, kImage, Step::create, milliseconds(1250)});
  stage.on(StepStarted{2, kApi, Step::update});
  stage.after(100);
  stage.on(StepFailed{2, kApi, Step::update, kPortTaken, milliseconds(100)});
  stage.on(StepSkipped{3, kWeb, Step::create, "waits for service.api/0, which failed"});
  stage.on(Draining{1});
  stage.after(61'000);
}

void ending(Stage& stage) {
  stage.on(StepDone{1, kOld, Step::destroy, milliseconds(62'350)});
  stage.on(StepSkipped{4, kWeb, Step::forget, "interrupted before it began", true});
  stage.on(ApplyDone{2, 1, 2, milliseconds(62'350)});
}

// tests/apply/golden/NAME.txt; INFRA_RENEW=1 writes it anew.
void check_golden(const std::string& name, const std::string& text) {
  const auto path = std::string(INFRA_SOURCE_DIR) + "/tests/apply/golden/" + name + ".txt";
  if (std::getenv("INFRA_RENEW") != nullptr) std::ofstream(path) << text;
  std::ifstream in(path);
  std::stringstream expected;
  expected << in.rdbuf();
  CHECK(text == expected.str());
}

// What a user sees on a terminal at three moments.
std::string film(int columns) {
  std::string out;
  Stage stage(SinkKind::live, columns);
  const auto look = [&](const char* title) {
    Terminal terminal(static_cast<std::size_t>(columns));
    terminal.write(stage.text());
    CHECK((columns < 80 || !terminal.wrapped()));  // what is finished may wrap, what moves may not
    CHECK_FALSE(terminal.coloured());
    out += fmt::format("--- {}{}\n{}", title, terminal.cursor_visible() ? "" : " (no cursor)", terminal.screen());
  };
  first_half(stage);
  look("while the first two run");
  second_half(stage);
  look("after a failure and a Ctrl-C");
  ending(stage);
  look("at the end");
  return out;
}

}  // namespace

TEST_CASE("what the live display shows at 80 columns") { check_golden("live_80", film(80)); }
TEST_CASE("what the live display shows at 40 columns") { check_golden("live_40", film(40)); }

TEST_CASE("what the plain lines say") {
  Stage stage(SinkKind::plain, 80);
  first_half(stage);
  stage.on(StepProgress{0, kImage, "building: step 3/7"});  // the same again isn't said again
  second_half(stage);
  ending(stage);
  check_golden("plain", stage.text());
}

TEST_CASE("what NDJSON says") {
  Stage stage(SinkKind::json, 80);
  first_half(stage);
  second_half(stage);
  ending(stage);
  const auto text = stage.text();
  check_golden("json", text);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(nlohmann::json::parse(line).contains("type"));
}

TEST_CASE("the live display uses colour only if it may") {
  Stage stage(SinkKind::live, 80, true);
  first_half(stage);
  Terminal terminal(80);
  terminal.write(stage.text());
  CHECK(terminal.coloured());
}

TEST_CASE("the live display draws at most ten times a second") {
  Stage stage(SinkKind::live, 80);
  stage.on(ApplyStarted{100});
  stage.after(0);
  const auto once = stage.text().size();
  for (int ms = 0; ms < 99; ++ms) stage.after(1);
  CHECK(stage.text().size() == once);
  stage.after(1);
  CHECK(stage.text().size() > once);
}

TEST_CASE("the live display is never higher than the screen") {
  Stage stage(SinkKind::live, 80, false, 12);
  stage.on(ApplyStarted{100});
  for (std::size_t i = 0; i < 30; ++i) stage.on(StepStarted{i, kApi, Step::create});
  stage.after(100);
  Terminal terminal(80);
  terminal.write(stage.text());
  const auto screen = terminal.screen();
  CHECK(std::count(screen.begin(), screen.end(), '\n') == 8);
  CHECK(screen.find("  … and 24 more\n") != std::string::npos);
}

TEST_CASE("the live display gives the cursor back when an apply ends in an exception") {
  Stage stage(SinkKind::live, 80);
  first_half(stage);
  stage.end();
  Terminal terminal(80);
  terminal.write(stage.text());
  CHECK(terminal.cursor_visible());
  CHECK(terminal.screen() == "\n");
}

TEST_CASE("times and texts are cut to what fits") {
  CHECK(format_elapsed(milliseconds(49)) == "0.0s");
  CHECK(format_elapsed(milliseconds(59'999)) == "59.9s");
  CHECK(format_elapsed(milliseconds(61'000)) == "1m01s");
  CHECK(format_elapsed(milliseconds(3'720'000)) == "1h02m");
  CHECK(fit_to_columns("service.api/0", 20) == "service.api/0");
  CHECK(fit_to_columns("service.api/0", 8) == "service…");
  CHECK(fit_to_columns("service.api/0", 8, true) == "serv…i/0");
  CHECK(fit_to_columns("äöü", 2) == "ä…");
  CHECK(columns_of("日本 ä") == 6);
  CHECK(fit_to_columns("日本語", 4) == "日…");
}

}  // namespace infra::cli
