#include "cli/plan_views/graph_view.h"

#include <catch2/catch.hpp>

#include "cli/junit.h"

using namespace infra;
using Catch::Contains;

namespace {

Graph named(const std::string& path) {
  Graph graph;
  graph.stack = path;
  graph.resources.push_back({.address = Address{.kind = "service", .path = path}});
  return graph;
}

}  // namespace

TEST_CASE("no name of a resource leaves its label") {
  const auto graph = named("a\"]; click n0 \"javascript:alert(1)\" <img src=x>\n#quot;`\\");
  const auto mermaid = cli::to_mermaid(graph);
  CHECK_THAT(mermaid, Contains("#34;]; click") && Contains("#60;img src=x#62;") && Contains("#35;quot;#96;"));
  CHECK(std::count(mermaid.begin(), mermaid.end(), '\n') == 2);
  const auto dot = cli::to_graphviz(graph);
  CHECK_THAT(dot, Contains(R"(label="service\na\"]; click n0 \"javascript)") && Contains("`\\\\\"];"));
}

TEST_CASE("JUnit is well-formed whatever a name holds") {
  TestsRun run;
  run.stack = "a\"<&>\x01\xff\xed\xa0\x80\xef\xbf\xbf";
  const auto xml = cli::junit_xml(run);
  CHECK_THAT(xml, Contains("name=\"a&quot;&lt;&amp;&gt;\xef\xbf\xbd\xef\xbf\xbd"));
  CHECK(xml.find('\x01') == std::string::npos);
  CHECK(xml.find('\xff') == std::string::npos);
  CHECK(xml.find("\xef\xbf\xbf") == std::string::npos);
}
