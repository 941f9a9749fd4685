#include "apply/recording_tree.h"

#include <catch2/catch.hpp>

#include "base/memory_tree.h"

namespace infra::test {

TEST_CASE("what a run read is kept, and is a folder again") {
  const MemoryTree folder(std::map<std::string, std::string>{
      {"main.infra", "stack \"a\"\n"}, {"web/run", "#!"}, {"web/index.html", "hello"}, {"notes.txt", "unread"}});
  RecordingTree recording(folder);
  REQUIRE(recording.read("main.infra"));
  REQUIRE(recording.list("web"));
  REQUIRE(recording.read("./web/run"));
  auto kept = keep_sources(recording.take());
  REQUIRE(kept.records.size() == 2);
  CHECK(kept.records[0].path == "main.infra");
  CHECK(kept.records[1].path == "web/run");

  const RestoredTree restored(kept.records, kept.texts, "revision 4");
  CHECK(*restored.read("main.infra") == "stack \"a\"\n");
  CHECK(*restored.root_files(".infra") == std::vector<std::string>{"main.infra"});
  REQUIRE(restored.list("web"));
  CHECK(restored.list("web")->size() == 1);
  CHECK(restored.read("notes.txt").error().code == "E0004");
  CHECK(restored.list("nowhere").error().code == "E0004");
}

TEST_CASE("a very large file isn't kept, and whoever needs it is told so") {
  const MemoryTree folder(std::map<std::string, std::string>{{"model.bin", std::string(kMostKept + 1, 'x')}});
  RecordingTree recording(folder);
  REQUIRE(recording.read("model.bin"));
  auto kept = keep_sources(recording.take());
  CHECK(kept.records.size() == 1);
  CHECK(kept.texts.empty());
  const RestoredTree restored(kept.records, kept.texts, "revision 4");
  const auto text = restored.read("model.bin");
  REQUIRE(!text);
  CHECK(text.error().code == "E0510");
  CHECK_THAT(text.error().message, Catch::Contains("revision 4") && Catch::Contains("model.bin"));
}

}  // namespace infra::test
