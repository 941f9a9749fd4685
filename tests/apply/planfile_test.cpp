#include "apply/records/planfile.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace infra::test {
namespace {

namespace fs = std::filesystem;

PlanFile sample_file() {
  return {.version = "0.1.0",
          .stack = "shop",
          .lineage = "lin",
          .serial = {3},
          .params = {{"env", "dev"}, {"password", "hunter2hunter2"}},
          .secrets = {"password"},
          .targets = {"service.api"},
          .destroy = true,
          .digest = "d1",
          .configuration = "c1",
          .values = {{"env", "v1"}},
          .reality = {{"service.api/0 4f5e", "container on laptop, ok"}}};
}

// Who knows this key, or none.
std::shared_ptr<Keyring> ring(std::vector<BoxKey> all) {
  return std::make_shared<Keyring>([all](Keyring::Missing) -> Result<std::optional<Keys>> {
    if (all.empty()) return std::optional<Keys>();
    return std::optional<Keys>(Keys{all, "the test's key"});
  });
}
Result<Ok> write(const std::string& path, const PlanFile& file, const std::shared_ptr<Keyring>& keys) {
  return write_plan_file(path, file, *keys, Keyring::Missing::refuse);
}
Result<PlanFile> read(const std::string& path, const std::shared_ptr<Keyring>& keys) {
  return read_plan_file(path, [&](const std::string&, const std::string&) { return keys; });
}
std::string bytes_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
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
  const auto keys = ring({BoxKey::random()});
  REQUIRE(write(path, sample_file(), keys));
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
  CHECK(bytes_of(path).find("hunter2") == std::string::npos);
  CHECK(bytes_of(path).find("service.api") == std::string::npos);
  const auto back = read(path, keys);
  REQUIRE(back);
  CHECK(*back == sample_file());
  fs::remove(path);
}

TEST_CASE("a saved plan with secrets needs a key; one without is plain if there is none") {
  const auto path = scratch("plain");
  CHECK(write(path, sample_file(), ring({})).error().code == "E0520");
  auto open = sample_file();
  open.secrets.clear();
  open.params.erase("password");
  REQUIRE(write(path, open, ring({})));
  CHECK(*read(path, ring({})) == open);
  REQUIRE(write(path, open, ring({BoxKey::random()})));
  CHECK(bytes_of(path).find("service.api") == std::string::npos);
  fs::remove(path);
}

TEST_CASE("an encrypted plan opens with its key, unchanged, and for its own stack only") {
  const auto path = scratch("sealed");
  const auto keys = ring({BoxKey::random()});
  auto file = sample_file();
  file.folder = "app";
  REQUIRE(write(path, file, keys));
  CHECK(read(path, ring({})).error().code == "E0520");
  CHECK(read(path, ring({BoxKey::random()})).error().code == "E0522");
  auto moved = bytes_of(path);
  moved.replace(moved.find("\"app\""), 5, "\"apq\"");
  std::ofstream(path) << moved;
  CHECK(read(path, keys).error().code == "E0522");
  fs::remove(path);
}

TEST_CASE("what can't be written or read says so, and leaves nothing behind") {
  const auto path = scratch("folder") + "/plan";
  const auto keys = ring({BoxKey::random()});
  const auto written = write(path, sample_file(), keys);
  REQUIRE_FALSE(written);
  CHECK(written.error().code == "E0710");
  CHECK(written.error().message == fmt::format("the plan can't be written to \"{}\": No such file or directory", path));
  const auto back = read(path, keys);
  REQUIRE_FALSE(back);
  CHECK(back.error().message == fmt::format("the plan can't be read from \"{}\": No such file or directory", path));
}

TEST_CASE("what isn't a saved plan is refused") {
  for (const auto* text : {"", "{}", "[]", "stack shop", R"({"format": "1"})", R"({"format": 2, "infra": 3})"}) {
    INFO(text);
    const auto file = plan_file_from_json(text);
    REQUIRE_FALSE(file);
    CHECK(file.error().code == "E0710");
  }
  CHECK(plan_file_from_json(R"({"format": 1})").error().message == "the saved plan has format 1, this infra reads 3");
}

TEST_CASE("every prefix of a saved plan is refused") {
  const auto whole = to_json(sample_file());
  for (std::size_t n = 0; n + 2 < whole.size(); ++n) CHECK_FALSE(plan_file_from_json(whole.substr(0, n)));
}

}  // namespace infra::test
