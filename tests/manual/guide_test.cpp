// Every example of docs/guide.md compiles, and every word has its chapter.
#include "manual/guide.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "base/sources/memory_tree.h"
#include "workspace/check_stack.h"

using namespace infra;

namespace {

struct GuideExample {
  std::string info;  // behind ```infra
  std::string text;
};

std::vector<GuideExample> guide_examples() {
  std::vector<GuideExample> out;
  std::istringstream lines{std::string(guide())};
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      if (!inside && line.starts_with("```infra")) {
        out.push_back({.info = line.substr(8), .text = {}});
        inside = true;
      } else {
        inside = false;
      }
    } else if (inside) {
      out.back().text += line + "\n";
    }
  }
  return out;
}

}  // namespace

TEST_CASE("every example of the guide compiles") {
  const auto all = guide_examples();
  CHECK(all.size() >= 14);
  for (const auto& one : all) {
    const MemoryTree tree(
        {{"shop.infra", one.text},
         {"page/page.infra",
          "param name: String\nsimulator sim { }\nplatform = sim\ncluster core { }\n"
          "task web { container main { image = \"page:1\"; port http { container = 80 } } }\n"
          "service web { cluster = core; task = task.web }\n"
          "output address: Later<String> = service.web.address\n"},
         {"sizes.lib.infra", "fn of(env: \"dev\" | \"prod\"): Bytes = env == \"prod\" ? 1GiB : 64MiB\n"}},
        "");
    std::map<std::string, ParamValue> params;
    std::istringstream words(one.info);
    for (std::string word; words >> word;) {
      const auto equals = word.find('=');
      if (equals != std::string::npos)
        params[word.substr(0, equals)] = {.text = word.substr(equals + 1), .origin = "--set"};
    }
    const auto found = check_tree(tree, "shop", params).compiled;
    INFO(one.text << "\n" << render_text(found.diagnostics, found.sources));
    CHECK_FALSE(found.diagnostics.has_errors());
  }
}

TEST_CASE("the words of the language have their chapters in the guide") {
  for (const auto& word : guide_topics()) {
    INFO(word);
    CHECK_FALSE(guide_topic(word).empty());
  }
  CHECK(guide_topic("param").starts_with("# Params\n"));
  CHECK(guide_topic("env").empty());
  CHECK(guide_topic("nothing").empty());
}
