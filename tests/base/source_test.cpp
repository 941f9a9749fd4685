#include "base/sources/source.h"

#include <catch2/catch.hpp>

#include "base/diagnostics/diagnostic.h"
#include "base/sources/memory_tree.h"

namespace infra {

TEST_CASE("places count lines and characters, not bytes") {
  SourceMap map;
  const auto id = map.add("x", "a\né=1\r\nlast");
  CHECK(map.locate(id, 0).line == 1);
  CHECK(map.locate(id, 4).line == 2);
  CHECK(map.locate(id, 4).column == 2);  // é is two bytes and one character
  CHECK(map.line(id, 2) == "é=1");
  CHECK(map.line(id, 3) == "last");
  CHECK(map.line(id, 4).empty());
  CHECK(map.text({id, 0, 1}) == "a");
}

TEST_CASE("paths can't leave the folder") {
  CHECK(*normal_path("./web/../web//x") == "web/x");
  CHECK(*normal_path(".") == "");
  for (const char* bad : {"..", "../x", "a/../../x", "/etc/passwd"}) CHECK(normal_path(bad).error().code == "E0005");
  CHECK_FALSE(normal_path(std::string_view("a\0b", 3)).ok());
}

TEST_CASE("a folder in memory") {
  const MemoryTree tree({{"a.infra", "1"}, {"web/x", "2"}, {"web/y/z", "3"}});
  CHECK(tree.list("")->size() == 3);
  CHECK(tree.list("web")->size() == 2);
  CHECK(tree.list("none").error().code == "E0004");
  CHECK(*tree.read("./web/x") == "2");
  CHECK(*tree.root_files(".infra") == std::vector<std::string>{"a.infra"});
}

TEST_CASE("one message a cause, in the order of the files") {
  Diagnostics d;
  d.error("E0204", {0, 10, 12}, "b");
  d.error("E0204", {0, 10, 12}, "again");
  d.warning("E0203", {0, 2, 3}, "a");
  d.sort();
  REQUIRE(d.all().size() == 2);
  CHECK(d.all()[0].message == "a");
  CHECK(d.errors() == 1);
}

TEST_CASE("did you mean") {
  CHECK(did_you_mean("cdir", {"cidr", "zone"}) == "cidr");
  CHECK(did_you_mean("zonse", {"zones", "zone"}) == "zone");
  CHECK(did_you_mean("x", {"completely"}).empty());
  CHECK(did_you_mean("cluster", {}).empty());
}

}  // namespace infra
