#include "planner/render/terminal_text.h"

#include <catch2/catch.hpp>

namespace infra {
namespace {

TEST_CASE("texts are cut at code points and say so") {
  CHECK(cut_text("shop", 4) == "shop");
  CHECK(cut_text("shops", 4) == "sho…");
  CHECK(cut_text("äöüß", 3) == "äö…");
  CHECK(cut_text("äöü", 3) == "äöü");
  CHECK(cut_text("x", 0).empty());
  CHECK(text_width("→ä") == 2);
}

TEST_CASE("a text of several lines is shown as its first") {
  CHECK(value_text("one line") == "\"one line\"");
  CHECK(value_text("one line\n") == "\"one line\\n\"");
  CHECK(value_text("first\nsecond\nthird") == "\"first…\" (3 lines)");
  CHECK(value_text("first\nsecond\n") == "\"first…\" (2 lines)");
  CHECK(value_text(Value::secret("a\nb")) == "***");
}

}  // namespace
}  // namespace infra
