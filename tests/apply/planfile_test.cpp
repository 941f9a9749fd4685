#include "apply/planfile.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

namespace infra::test {
namespace {

namespace fs = std::filesystem;

PlanFile sample() {
  return {.version = "0.1.0",
          .stack = "shop",
          .lineage = "lin",
          .serial = {3},
          .params = {{"env", "dev"}},
          .secrets = {"password"},
          .targets = {"service.api"},
          .destroy = true,
          .digest = "d1",
          .configuration = "c1"};
}

std::string scratch(const std::string& name) {
  const auto path = fs::temp_directory_path() / fmt::format("infra-planfile-{}-{}", ::getpid(), name);
  fs::remove(path);
  return path.string();
}

}  // namespace

TEST_CASE("a saved plan is written for its user alone, over an older one, and reads back the same") {
  const auto path = scratch("whole");
  std::ofstream(path) << "something old";
  fs::permissions(path, fs::perms::all);
  REQUIRE(write_plan_file(path, sample()));
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
  const auto back = read_plan_file(path);
  REQUIRE(back);
  CHECK(*back == sample());
  fs::remove(path);
}

TEST_CASE("what can't be written or read says so, and leaves nothing behind") {
  const auto path = scratch("folder") + "/plan";
  const auto written = write_plan_file(path, sample());
  REQUIRE_FALSE(written);
  CHECK(written.error().code == "E0710");
  CHECK(written.error().message == fmt::format("the plan can't be written to \"{}\": No such file or directory", path));
  const auto read = read_plan_file(path);
  REQUIRE_FALSE(read);
  CHECK(read.error().message == fmt::format("the plan can't be read from \"{}\": No such file or directory", path));
}

TEST_CASE("what isn't a saved plan is refused") {
  for (const auto* text : {"", "{}", "[]", "stack shop", R"({"format": "1"})", R"({"format": 1, "infra": 3})"}) {
    INFO(text);
    const auto file = plan_file_from_json(text);
    REQUIRE_FALSE(file);
    CHECK(file.error().code == "E0710");
  }
  CHECK(plan_file_from_json(R"({"format": 2})").error().message == "the saved plan has format 2, this infra reads 1");
}

TEST_CASE("every prefix of a saved plan is refused") {
  const auto whole = to_json(sample());
  for (std::size_t n = 0; n + 2 < whole.size(); ++n) CHECK_FALSE(plan_file_from_json(whole.substr(0, n)));
}

}  // namespace infra::test
