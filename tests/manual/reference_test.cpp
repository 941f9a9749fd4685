// docs/ is what `infra docs --out docs` writes. INFRA_RENEW=1 writes it anew.
#include "manual/reference.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "workspace/open_session.h"

using namespace infra;

namespace {

namespace fs = std::filesystem;

const fs::path kDocs = INFRA_SOURCE_DIR "/docs";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("docs/reference is what the program's tables say") {
  std::set<std::string> made;
  for (const auto& file : manual(all_platforms())) {
    INFO(file.path);
    made.insert(file.path);
    const auto path = kDocs / file.path;
    if (std::getenv("INFRA_RENEW") != nullptr) {
      fs::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << file.text;
    }
    CHECK(read(path) == file.text);
  }
  for (const auto& entry : fs::recursive_directory_iterator(kDocs / "reference")) {
    if (entry.is_regular_file()) CHECK(made.count(fs::relative(entry.path(), kDocs).string()) == 1);
  }
}

TEST_CASE("a kind's page has its attributes, blocks and outputs") {
  const auto page = kind_page("service", all_platforms());
  CHECK(page.starts_with("# service\n\n"));
  CHECK(page.find("| `cluster` | `cluster` | required |") != std::string::npos);
  CHECK(page.find("| `desired` | `Int(0..10000)` | `1` |") != std::string::npos);
  CHECK(page.find("## `service › deploy`") != std::string::npos);
  CHECK(page.find("Known after apply:") != std::string::npos);
  CHECK(kind_page("nothing", all_platforms()).empty());
}

// Inside of code a bracket is a bracket.
static std::string without_code(std::string text) {
  for (auto open = text.find('`'); open != std::string::npos; open = text.find('`', open)) {
    const auto close = text.find('`', open + 1);
    text.erase(open, close == std::string::npos ? close : close + 1 - open);
  }
  return text;
}

TEST_CASE("every link of the manual leads to a page") {
  for (const bool html : {false, true}) {
    const auto files = html ? manual_html(all_platforms()) : manual(all_platforms());
    std::set<std::string> paths;
    for (const auto& file : files) paths.insert(file.path);
    const std::string opener = html ? "href=\"" : "](";
    for (const auto& file : files) {
      const auto text = html ? file.text : without_code(file.text);
      for (auto at = text.find(opener); at != std::string::npos; at = text.find(opener, at + 1)) {
        const auto begin = at + opener.size();
        const auto link = text.substr(begin, text.find_first_of(html ? "\"" : ")", begin) - begin);
        INFO(file.path << " → " << link);
        CHECK(paths.count((fs::path(file.path).parent_path() / link).lexically_normal().string()) == 1);
      }
    }
  }
}

TEST_CASE("Markdown becomes HTML, and nothing in it becomes markup by accident") {
  const auto html = to_html(
      "# A & B\n\nText with `a < b`, **bold** and\n[a link](x/y.md).\n\n- one\n- two\n\n| a | b |\n|---|---|\n| `x \\| "
      "y` | "
      "z |\n\n```infra\nlet a = \"<b>\"\n\n# not a heading\n```\n\n## End\n");
  CHECK(html.find("<title>A &amp; B</title>") != std::string::npos);
  CHECK(
      html.find("<h1>A &amp; B</h1>\n<p>Text with <code>a &lt; b</code>, <strong>bold</strong> and "
                "<a href=\"x/y.html\">a link</a>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<table>\n<tr><th>a</th>"
                "<th>b</th></tr>\n<tr><td><code>x | y</code></td><td>z</td></tr>\n</table>\n<pre><code>let a = "
                "&quot;&lt;b&gt;&quot;\n\n# not a heading\n</code></pre>\n<h2>End</h2>\n") != std::string::npos);
}

TEST_CASE("a link of a comment leads to a page or to the web, and never runs") {
  for (const std::string bad : {"javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,<script>1</script>",
                                "vbscript:x", "//evil.test/x", "file:///etc/passwd", "java\tscript:alert(1)", ""}) {
    const auto html = to_html("[text](" + bad + ")\n");
    CAPTURE(bad);
    CHECK(html.find("<a ") == std::string::npos);
    CHECK(html.find("text") != std::string::npos);
  }
  CHECK(to_html("[t](https://example.org/a:b)\n").find("<a href=\"https://example.org/a:b\">t</a>") !=
        std::string::npos);
  CHECK(to_html("[t](codes/E0001.md)\n").find("<a href=\"codes/E0001.html\">t</a>") != std::string::npos);
  CHECK(to_html("[t](#a)\n").find("<a href=\"#a\">t</a>") != std::string::npos);
}
