#include "apply/recording_tree.h"

#include <catch2/catch.hpp>

#include "base/sources/memory_tree.h"

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

TEST_CASE("of what was only hashed, no more than the hash is kept") {
  const MemoryTree folder(
      std::map<std::string, std::string>{{"web/.env", "PASSWORD=s3cret"}, {"web/Dockerfile", "FROM scratch"}});
  RecordingTree recording(folder);
  REQUIRE(recording.list("web"));
  const auto hash = recording.digest("web/.env");
  REQUIRE(hash);
  REQUIRE(recording.read("web/Dockerfile"));
  auto kept = keep_sources(recording.take());
  REQUIRE(kept.records.size() == 2);
  CHECK(kept.texts.size() == 1);
  CHECK(kept.records[0].path == "web/.env");
  CHECK_FALSE(kept.records[0].kept);

  // What a context is hashed from is what it was.
  const RestoredTree alone(kept.records, kept.texts, "revision 4");
  CHECK(*alone.digest("web/.env") == *hash);
  CHECK(alone.list("web")->front().size == 15);
  const auto text = alone.read("web/.env");
  REQUIRE(!text);
  CHECK(text.error().code == "E0510");
  CHECK_THAT(text.error().message, Catch::Contains("revision 4") && Catch::Contains("web/.env"));

  // The folder may still have it.
  const RestoredTree same(
      kept.records, kept.texts, "revision 4",
      std::make_unique<MemoryTree>(std::map<std::string, std::string>{{"web/.env", "PASSWORD=s3cret"}}));
  CHECK(*same.read("web/.env") == "PASSWORD=s3cret");
  const RestoredTree other(kept.records, kept.texts, "revision 4",
                           std::make_unique<MemoryTree>(std::map<std::string, std::string>{{"web/.env", "other"}}));
  CHECK(other.read("web/.env").error().code == "E0510");
}

}  // namespace infra::test
