#include <catch2/catch.hpp>

#include "base/sources/memory_tree.h"
#include "providers/engine/build_context.h"
#include "providers/engine/dockerignore.h"

namespace infra::engine {

namespace {

std::string names(std::map<std::string, std::string> files, const std::string& context) {
  const MemoryTree tree(std::move(files));
  const auto found = build_context(tree, context, "Dockerfile");
  if (!found) return found.error().code;
  std::string out;
  for (const auto& file : *found) out += (out.empty() ? "" : " ") + file.name;
  return out;
}

std::string hash(std::map<std::string, std::string> files, const std::string& context = "") {
  const MemoryTree tree(std::move(files));
  return *context_hash(tree, *build_context(tree, context, "Dockerfile"));
}

}  // namespace

TEST_CASE("a context is what .dockerignore leaves, with Dockerfile and .dockerignore") {
  CHECK(names({{"web/Dockerfile", ""},
               {"web/.dockerignore", "*\n!src\nsrc/*.o\n"},
               {"web/src/a.c", ""},
               {"web/src/a.o", ""},
               {"web/log", ""},
               {"other", ""}},
              "web") == ".dockerignore Dockerfile src/a.c");
  CHECK(names({{"Dockerfile", ""}, {".infra/state.db", ""}, {".git/HEAD", ""}, {"a/.git/HEAD", ""}}, ".") ==
        "Dockerfile");
}

TEST_CASE("the hash changes with names and contents, and with nothing else") {
  const auto first = hash({{"Dockerfile", "FROM scratch"}, {"a", "1"}});
  CHECK(hash({{"Dockerfile", "FROM scratch"}, {"a", "1"}}) == first);
  CHECK(hash({{"x/Dockerfile", "FROM scratch"}, {"x/a", "1"}, {"y", "2"}}, "x") == first);
  CHECK(hash({{"Dockerfile", "FROM scratch"}, {"a", "2"}}) != first);
  CHECK(hash({{"Dockerfile", "FROM scratch"}, {"b", "1"}}) != first);
  CHECK(hash({{"Dockerfile", "FROM scratch"}, {"a1", ""}}) != first);
  CHECK(hash({{"Dockerfile", "FROM scratch"}, {"a", "1"}, {".infra/x", "1"}}) == first);
}

TEST_CASE("ignore patterns are docker's") {
  struct Row {
    const char* patterns;
    const char* path;
    bool ignored;
  };
  const auto row = GENERATE(values<Row>({
      {"*.o", "a.o", true},
      {"*.o", "src/a.o", false},
      {"**/*.o", "src/deep/a.o", true},
      {"**/*.o", "a.o", true},
      {"/build/", "build/x/y", true},
      {"build", "rebuild", false},
      {"a/**/b", "a/b", true},
      {"a/**/b", "a/x/y/b", true},
      {"a/**", "a/x", true},
      {"?.txt", "a.txt", true},
      {"?.txt", "ab.txt", false},
      {"[a-c].txt", "b.txt", true},
      {"[^a-c].txt", "b.txt", false},
      {"[a-c", "b", false},
      {"\\*", "*", true},
      {"\\*", "x", false},
      {"# build\n\n  x  ", "x", true},
      {"# build", "# build", false},
      {"*\n!keep/me", "keep/me", false},
      {"*\n!keep/me", "keep/you", true},
      {"docs\n!docs/*.md\ndocs/private.md", "docs/a.md", false},
      {"docs\n!docs/*.md\ndocs/private.md", "docs/private.md", true},
  }));
  CAPTURE(row.patterns, row.path);
  CHECK(DockerIgnore(row.patterns).ignores(row.path) == row.ignored);
}

}  // namespace infra::engine
