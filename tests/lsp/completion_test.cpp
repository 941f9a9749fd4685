// What the editor offers: only what may stand there.
#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/lsp/edited_stack.h"
#include "tests/lsp/editor.h"

using namespace infra;
using namespace infra::test;

namespace {

using Names = std::vector<std::string>;

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The stack with more behind it, at the cursor.
Names after(const std::string& more) {
  Editor editor;
  return editor.completions(kStack + more);
}

}  // namespace

TEST_CASE("a line at the top begins with a kind or a statement") {
  const auto names = after("se‸\n");
  CHECK(has(names, "service"));
  CHECK(has(names, "param"));
  CHECK(has(names, "platform"));
  CHECK(std::count(names.begin(), names.end(), "output") == 1);
  CHECK_FALSE(has(names, "subnet"));  // stands inside a vpc
  CHECK_FALSE(has(names, "cluster_id"));
}

TEST_CASE("a line in a block begins with what isn't set yet, required first") {
  const auto names = after("service other {\n  cluster = core\n  ‸\n}\n");
  REQUIRE_FALSE(names.empty());
  CHECK(names.front() == "task");
  CHECK(has(names, "desired"));
  CHECK(has(names, "deploy"));
  CHECK(has(names, "protect"));
  CHECK(has(names, "depends_on"));
  CHECK(has(names, "platform"));
  CHECK_FALSE(has(names, "cluster"));
  CHECK_FALSE(has(names, "urls"));  // set by the platform
  CHECK_FALSE(has(names, "service"));
}

TEST_CASE("blocks inside of blocks, also while braces are open and names are missing") {
  CHECK(has(after("task t {\n  container c {\n    he‸\n"), "health"));
  CHECK(has(after("task t {\n  container c {\n    port p { co‸ }"), "container"));
  CHECK(has(after("service {\n  ‸\n}\n"), "cluster"));
  CHECK(has(after("for z in zones {\n  vpc v {\n    ‸\n  }\n}\n"), "subnet"));
  CHECK(has(after("vpc v { if env == \"dev\" { ‸ } }\n"), "cidr"));
}

TEST_CASE("a value: only what has the type that is expected") {
  const auto clusters = after("service other { cluster = ‸ }\n");
  CHECK(has(clusters, "core"));
  CHECK_FALSE(has(clusters, "main"));
  CHECK_FALSE(has(clusters, "env"));
  CHECK_FALSE(has(clusters, "first"));
  const auto tasks = after("service other {\n  task = a‸\n  cluster = core\n}\n");
  CHECK(has(tasks, "api"));
  CHECK_FALSE(has(tasks, "service.api"));
  const auto numbers = after("service other { desired = ‸ }\n");
  CHECK(has(numbers, "replicas"));
  CHECK(has(numbers, "size.copies"));
  CHECK(has(numbers, "length"));
  CHECK_FALSE(has(numbers, "zones"));
  CHECK_FALSE(has(numbers, "host"));
}

TEST_CASE("enum names, booleans and null") {
  const auto modes = after("task t { network = ‸ }\n");
  REQUIRE(modes.size() >= 4);
  CHECK(Names(modes.begin(), modes.begin() + 4) == Names{"awsvpc", "bridge", "host", "none"});
  CHECK(has(modes, "null"));
  CHECK(has(after("service s { daemon = t‸ }\n"), "true"));
  CHECK(has(after("let x = env == ‸\n"), "prod"));
}

TEST_CASE("inside of calls, texts, lists, maps, conditions") {
  CHECK(has(after("let x = host(‸)\n"), "env"));
  CHECK(has(after("let x = host(en‸\nlet y = 1\n"), "env"));
  CHECK(has(after("let x = \"a ${en‸} b\"\n"), "env"));
  CHECK(after("let x = \"a en‸ b\"\n").empty());
  CHECK(has(after("service s { depends_on = [‸] }\n"), "core"));
  CHECK(has(after("let x = [for z in zones: ‸]\n"), "z"));
  CHECK(has(after("let x: Size = { copies: ‸ }\n"), "replicas"));
  CHECK(after("let x: Size = { copies: 1, ‸ }\n") == Names{"memory"});
  CHECK(has(after("if ‸\n"), "env"));
  CHECK(has(after("for z in ‸\n"), "zones"));
  CHECK(has(after("let x = env == \"dev\" ? ‸\n"), "replicas"));
  CHECK(has(after("assert repl‸\n"), "replicas"));
}

TEST_CASE("behind a dot: parts, then functions that take it") {
  const auto vpc = after("let x = main.‸\n");
  CHECK(has(vpc, "cidr"));
  CHECK(has(vpc, "private"));
  CHECK_FALSE(has(vpc, "upper"));
  const auto text = after("let x = env.‸\n");
  CHECK(has(text, "upper"));
  CHECK_FALSE(has(text, "slice"));
  CHECK(after("let x = size.‸\n").front() == "copies");
  CHECK(after("let x = task.‸\n") == Names{"api"});
  CHECK(has(after("let x = service.api.‸\n"), "urls"));
  CHECK(has(after("let x = main.cidr.sl‸(24, 1)\n"), "slice"));
}

TEST_CASE("types") {
  const auto names = after("param p: ‸\n");
  CHECK(has(names, "Size"));
  CHECK(has(names, "Duration"));
  CHECK(has(after("type T = List<‸>\n"), "Size"));
  CHECK(has(after("fn f(x: ‸): Int = 1\n"), "Int"));
  CHECK(after("param ‸: Int\n").empty());
}

TEST_CASE("nothing in comments, numbers and names that are being given") {
  CHECK(after("// se‸\n").empty());
  CHECK(after("/* se‸ */\n").empty());
  CHECK(after("let x = 12‸\n").empty());
  CHECK(after("vpc na‸\n").empty());
}

TEST_CASE("tests know their statements and params") {
  CHECK(has(after("test \"t\" {\n  ‸\n}\n"), "expect"));
  CHECK(has(after("test \"t\" {\n  with { ‸ }\n}\n"), "replicas"));
}

TEST_CASE("what is typed in: the word is replaced, placeholders only for those who can fill them in") {
  Editor editor;
  const auto item = editor.completion("vpc main {\n  ci‸\n}\n", "cidr");
  CHECK(item["textEdit"]["newText"] == "cidr = $0");
  CHECK(item["insertTextFormat"] == 2);
  CHECK(item["textEdit"]["range"] ==
        Json::parse(R"({"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 4}})"));
  CHECK(item["documentation"]["value"].get<std::string>().find("Required") != std::string::npos);
  CHECK(editor.completion("vpc main {\n  ci‸ = 10.0.0.0/8\n}\n", "cidr")["textEdit"]["newText"] == "cidr");
}

TEST_CASE("two names of one label are offered in full where both fit") {
  Editor editor;
  const auto names = editor.completions(
      "vpc a { cidr = 10.0.0.0/16 }\ncluster a { vpc = a }\nimage x { context = \".\"; depends_on = [‸] }\n");
  CHECK(has(names, "vpc.a"));
  CHECK(has(names, "cluster.a"));
  CHECK_FALSE(has(names, "a"));
}
