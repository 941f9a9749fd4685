// test_grammar "[speed]" measures; the other tests only hold the bounds that a user would notice.
#include <fmt/format.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <ctime>

#include "tests/grammar/cases.h"

using namespace infra;
using namespace infra::test;

namespace {

std::string declarations(std::size_t count) {
  std::string out;
  for (std::size_t i = 1; i <= count; ++i) {
    out += fmt::format(
        "service s{} {{\n  cluster = core\n  task = api\n  desired = 3\n  labels = {{ tier: \"web\" }}\n"
        "  depends_on = [service.s{}]\n}}\n",
        i, i - 1);
  }
  return out;
}

double seconds_to_parse(const std::string& text) {
  const auto start = std::clock();  // of the processor: other programs may run beside
  const auto parsed = parse_text(text);
  const auto taken = std::clock() - start;
  CHECK_FALSE(parsed->diagnostics.has_errors());
  return static_cast<double>(taken) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("10,000 declarations parse in well under a second") {
  const auto text = declarations(10'000);
  CHECK(seconds_to_parse(text) < 2.0 * kSlowness);
}

TEST_CASE("speed", "[.][speed]") {
  for (const std::size_t count : {1'000U, 10'000U, 20'000U}) {
    const auto text = declarations(count);
    const auto taken = seconds_to_parse(text);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print("{} declarations, {:.2f} MB: {:.3f} s, {:.2f} MB/s, {} MB at most\n", count,
               static_cast<double>(text.size()) / 1e6, taken, static_cast<double>(text.size()) / 1e6 / taken,
               usage.ru_maxrss / 1024);
  }
}
