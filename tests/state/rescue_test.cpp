#include "state/files/rescue.h"

#include <catch2/catch.hpp>

#include "state/rows/columns.h"
#include "tests/state/state_files.h"

namespace infra::test {
namespace {

RecordedResource whole_row() {
  return {.address = {"service", "api[\"a\"]", "0"},
          .type = "container",
          .platform = "here",
          .id = "c1",
          .deposed = true,
          .protect = true,
          .keep = true,
          .spec_hash = "5f",
          .inputs = R"({"a":"x\"y"})",
          .outputs = R"({"id":"c1"})",
          .depends_on = {{"subnet", "main.a", "n1"}, {"secret", "s", ""}}};
}

Rescue two_outcomes() {
  return {.lineage = "l1",
          .state = "postgres://db/states#shop",
          .outcomes = {{.token = "t1", .changes = {DeposeResource{{"service", "api", "0"}}, PutResource{whole_row()}}},
                       {.token = "t2", .changes = {DropResource{{"service", "old", "0"}, "c0"}}}}};
}

}  // namespace

TEST_CASE("outcomes that were put by come back as they were") {
  const TempFolder folder;
  const auto path = write_rescue(folder.path().string(), two_outcomes());
  REQUIRE(path);
  CHECK(find_rescues(folder.path().string()) == std::vector<std::string>{*path});
  const auto back = read_rescue(*path);
  REQUIRE(back);
  CHECK(back->lineage == "l1");
  CHECK(back->state == "postgres://db/states#shop");
  REQUIRE(back->outcomes.size() == 2);
  CHECK(back->outcomes[0].token == "t1");
  REQUIRE(back->outcomes[0].changes.size() == 2);
  CHECK(std::get<PutResource>(back->outcomes[0].changes[1]).resource == whole_row());
  CHECK(std::get<DropResource>(back->outcomes[1].changes[0]).id == "c0");
}

// A run of another version may have written the file that a run of this one reads.
TEST_CASE("a resource stands in the file as in those of earlier versions") {
  const TempFolder folder;
  const auto path = write_rescue(folder.path().string(), two_outcomes());
  REQUIRE(path);
  CHECK(read_file(*path).find(R"(     {
      "depends_on": "16:subnet.main.a/n1,8:secret.s,",
      "deposed": true,
      "id": "c1",
      "inputs": "{\"a\":\"x\\\"y\"}",
      "keep": true,
      "outputs": "{\"id\":\"c1\"}",
      "platform": "here",
      "protect": true,
      "put": [
       "service",
       "api[\"a\"]",
       "0"
      ],
      "spec_hash": "5f",
      "type": "container"
     })") != std::string::npos);
}

TEST_CASE("a file of outcomes that was changed is no such file") {
  const TempFolder folder;
  const auto path = write_rescue(folder.path().string(), two_outcomes());
  REQUIRE(path);
  auto text = read_file(*path);
  text.replace(text.find("\"c1\""), 4, "\"c2\"");
  write_file(*path, text);
  CHECK(read_rescue(*path).error().code == "E0502");
}

}  // namespace infra::test
