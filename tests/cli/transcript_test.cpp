// The judge must be judged: a runner that matches everything would make every transcript pass.
#include "tests/transcript/transcript.h"

#include <catch2/catch.hpp>

namespace transcript = infra::transcript;
using Lines = std::vector<std::string>;

TEST_CASE("a transcript is read and printed without loss") {
  const std::string text =
      "Given a file:\n"
      "  $ cat > a <<E\n"
      "  > text\n"
      "  > E\n"
      "  $ cat a; exit 3\n"
      "  text\n"
      "\n"
      "  after a blank line\n"
      "  [3]\n"
      "\n"
      "The end.\n";
  const auto read = transcript::parse(text);
  REQUIRE(read.parts.size() == 2);
  CHECK(read.parts[0].command.script == "cat > a <<E\ntext\nE");
  CHECK(read.parts[0].command.expected.empty());
  CHECK(read.parts[1].command.expected == Lines{"text", "", "after a blank line"});
  CHECK(read.parts[1].command.exit_code == 3);
  CHECK(transcript::print(read) == text);
}

TEST_CASE("patterns match what they say and nothing else") {
  CHECK(transcript::matches({"a", "b"}, {"a", "b"}));
  CHECK_FALSE(transcript::matches({"a"}, {"a", "b"}));
  CHECK_FALSE(transcript::matches({"a", "b"}, {"a"}));
  CHECK(transcript::matches({"took * ms (glob)"}, {"took 12 ms"}));
  CHECK_FALSE(transcript::matches({"took * ms (glob)"}, {"took 12 s"}));
  CHECK_FALSE(transcript::matches({"took * ms"}, {"took 12 ms"}));
  CHECK(transcript::matches({"a", "...", "z"}, {"a", "b", "c", "z"}));
  CHECK(transcript::matches({"...", "z"}, {"z"}));
  CHECK_FALSE(transcript::matches({"a", "...", "z"}, {"a", "b"}));
}

TEST_CASE("renewing keeps the patterns that still match") {
  CHECK(transcript::renewed({"took * ms (glob)", "old"}, {"took 5 ms", "new"}) == Lines{"took * ms (glob)", "new"});
}

TEST_CASE("renewing makes patterns of what differs from run to run") {
  CHECK(transcript::renewed({}, {"12:00:01 created in 0.1s", "every 30s", "id 0123456789abcdef"}) ==
        Lines{"* created * (glob)", "every 30s", "id * (glob)"});
}

TEST_CASE("a command's output and exit code are those of the shell") {
  const auto outcome = transcript::run("echo out; echo err >&2; exit 7", "/", {{"PATH", "/usr/bin:/bin"}});
  CHECK(outcome.lines == Lines{"out", "err"});
  CHECK(outcome.exit_code == 7);
}
