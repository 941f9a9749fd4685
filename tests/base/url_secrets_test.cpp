#include "base/secrets/url_secrets.h"

#include <catch2/catch.hpp>

#include "base/diagnostics/diagnostic.h"
#include "base/diagnostics/sarif.h"
#include "base/secrets/redactor.h"

using namespace infra;
using Catch::Contains;

TEST_CASE("passwords and tokens of URLs are hidden, escaped as they should be or not") {
  struct Row {
    const char *text, *shown;
  };
  const Row rows[] = {
      {"nothing to hide", "nothing to hide"},
      {"see https://docs.example.org:8443/a@b?x=1", "see https://docs.example.org:8443/a@b?x=1"},
      {"ssh://git@host/x and git@host:x", "ssh://git@host/x and git@host:x"},
      {"https://ada:s3cret@host/x", "https://ada:***@host/x"},
      {"https://s3cret@host/x", "https://***@host/x"},
      {"git::https://s3cret@host/x?ref=1", "git::https://***@host/x?ref=1"},
      {"https://ada:s3@cret@host/x", "https://ada:***@host/x"},
      {"https://ada:s3/cret@host/x", "https://ada:***@host/x"},
      {"postgres://ada:s3@cr/et@host/db", "postgres://ada:***@host/db"},
      {"postgres://ada:s3?cr#et@host/db", "postgres://ada:***@host/db"},
      {"postgres://ada:s3 cret@host/db is bad", "postgres://ada:***@host/db is bad"},
      {"postgres://ada:s3\"cret@host/db", "postgres://ada:***@host/db"},
      {"postgres://ada:12cret@host/db", "postgres://ada:***@host/db"},
      {"postgres://host:5432/db", "postgres://host:5432/db"},
      {"postgres://ada@host:5432/db", "postgres://ada@host:5432/db"},
      {"redis://:s3cret@host", "redis://:***@host"},
      {"https://host/x?private_token=s3cret&ref=1", "https://host/x?private_token=***&ref=1"},
      {"https://host/x?X-Amz-Signature=s3cret", "https://host/x?X-Amz-Signature=***"},
      {"postgres://h/db?sslpassword=s3cret", "postgres://h/db?sslpassword=***"},
      {"https://${user}:${token}@host/x?token=${t}", "https://${user}:${token}@host/x?token=${t}"},
      {"(https://a:s3cret@h) [https://b:s3cret@h]", "(https://a:***@h) [https://b:***@h]"},
  };
  for (const auto& row : rows) {
    CHECK(without_url_secrets(row.text) == row.shown);
    CHECK(without_url_secrets(row.shown) == row.shown);
    CHECK(Redactor().clean_foreign(row.text) == row.shown);
  }
}

TEST_CASE("a message shows no token of a URL: not in its words, its snippet, its fix, in JSON or SARIF") {
  SourceMap sources;
  const std::string text = "module m { from = \"git::https://s3cret@host/x?ref=1\" } // \xc3\xa9\n";
  const auto file = sources.add("shop.infra", text);
  const auto at = static_cast<std::uint32_t>(text.find("ref="));
  Diagnostics diagnostics;
  auto& error = diagnostics.error("E0004", {file, at, at + 3}, "\"https://ada:s3cret@host\" isn't there",
                                  "https://s3cret@host", "try https://ada:s3cret@host");
  error.secondary.push_back({{file, at, at + 3}, "https://s3cret@host"});
  error.fixes.push_back({{file, at, at + 3}, "https://s3cret@host"});
  const auto shown = render_text(diagnostics, sources);
  CHECK_THAT(shown, !Contains("s3cret"));
  // The mark still stands below its place.
  const auto line = shown.find("1 | module");
  const auto column = shown.find("ref=", line) - line;
  const auto below = shown.find('\n', line) + 1;
  CHECK(shown.find('^', below) - below == column);
  CHECK_THAT(render_json(diagnostics, sources), !Contains("s3cret") && Contains("\"fixes\":[]"));
  CHECK_THAT(render_sarif(diagnostics, sources, "1"), !Contains("s3cret"));
}
