#include "base/text/cut.h"

#include <catch2/catch.hpp>

#include "base/diagnostics/diagnostic.h"

namespace infra::test {

TEST_CASE("a long text is cut at a whole character, and says how much is missing") {
  CHECK(cut("short", 10) == "short");
  CHECK(cut("exactly10!", 10) == "exactly10!");
  CHECK(cut("0123456789ab", 10) == "0123456789… (2 bytes more)");
  CHECK(cut("a\u20ac\u20ac", 3) == "a… (6 bytes more)");
  CHECK(cut("\x80\x80\x80", 1) == "… (3 bytes more)");
}

TEST_CASE("what is told fits a screen, whatever was said") {
  const std::string huge(50'000'000, 'x');
  Error error{.code = "E0601", .message = huge, .help = huge, .context = {huge}};
  CHECK(error.text().size() < 7'000);
  CHECK(error.line().size() < 5'000);
  Diagnostics told;
  told.error("E0106", {}, huge, huge, huge).secondary.push_back({{}, "short"});
  told.add({.code = "E0204", .message = huge, .primary = {{}, huge}, .secondary = {{{}, huge}}, .help = huge});
  CHECK(render_text(told, {}).size() < 10'000);
  CHECK(render_json(told, {}).size() < 12'000);
}

}  // namespace infra::test
