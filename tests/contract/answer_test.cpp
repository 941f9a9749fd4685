// The decoder of answers: shapes, and lists as they come in.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "base/values/codec.h"
#include "providers/answer.h"

namespace infra::test {
namespace {

using namespace answer;
using Catch::Contains;

std::string wrong(const Shape& shape, const char* json) {
  const auto value = from_plain_json(json);
  REQUIRE(value);
  return mismatch(shape, *value).value_or("");
}

const auto kEntry = object_with({required("Id", id()), optional("Labels", map_of(text())),
                                 optional("Ports", list_of(object_with({required("Port", integer())})))});

struct Read {
  std::vector<std::string> items;
  std::string fault;
};

Read read_list(const std::string& text, std::size_t piece) {
  Read out;
  ListReader reader(kEntry, [&](const Value& item) { out.items.push_back(to_plain_json(item)); });
  for (std::size_t i = 0; i < text.size(); i += piece) {
    if (!reader.add(std::string_view(text).substr(i, piece))) break;
  }
  static_cast<void>(reader.finish());
  out.fault = reader.fault();
  return out;
}

}  // namespace

TEST_CASE("a shape says where an answer isn't what it should be") {
  CHECK(wrong(kEntry, R"({"Id":"a","More":1,"Labels":null})") == "");
  CHECK(wrong(kEntry, R"({})") == "`Id` is missing");
  CHECK(wrong(kEntry, R"({"Id":null})") == "`Id` is missing");
  CHECK(wrong(kEntry, R"({"Id":""})") == "`Id` is empty");
  CHECK(wrong(kEntry, R"({"Id":7})") == "`Id` is an integer where a text is expected");
  CHECK(wrong(kEntry, R"([])") == "it is a list where an object is expected");
  CHECK(wrong(kEntry, R"({"Id":"a","Labels":{"x":[]}})") == "`Labels.x` is a list where a text is expected");
  CHECK(wrong(kEntry, R"({"Id":"a","Ports":[{"Port":1},{"Port":true}]})") ==
        "`Ports[1].Port` is a boolean where an integer is expected");
}

TEST_CASE("a list's items come whole, however it is cut") {
  const std::string text = " [ {\"Id\":\"a]},\\\"\"} ,{\"Id\":\"b\",\"Ports\":[{\"Port\":1}]}\n]\r\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    const auto got = read_list(text, piece);
    CHECK(got.fault == "");
    CHECK(got.items == std::vector<std::string>{R"({"Id":"a]},\""})", R"({"Id":"b","Ports":[{"Port":1}]})"});
  }
  CHECK(read_list("[]", 1).fault == "");
}

TEST_CASE("what isn't a whole list is never taken for one") {
  const std::string text = R"([{"Id":"a"},{"Id":"b"}])";
  for (std::size_t length = 0; length < text.size(); ++length) CHECK(read_list(text.substr(0, length), 3).fault != "");
  for (const auto* bad : {"{}", "null", "[", "[,]", "[{\"Id\":\"a\"},]", "[{\"Id\":\"a\"}]]", "[{\"Id\":\"a\"}] x",
                          "[1]", "[{\"Id\":\"a\"} {\"Id\":\"b\"}]", "[}]", "[{\"Id\":}]", "[\"]"}) {
    CAPTURE(bad);
    CHECK(read_list(bad, 1).fault != "");
  }
  CHECK_THAT(read_list("[{\"Id\":\"" + std::string(2'000'000, 'a'), 4096).fault, Contains("longer than 1 MiB"));
}

TEST_CASE("an answer is believed by its status, its type and its shape") {
  const Expected expected{.shape = kEntry};
  const Asked asked{.who = "the engine of node `a`", .what = "GET /x"};
  const auto why = [&](http::Response response) {
    const auto body = answer::read(response, expected, asked);
    if (!body) CHECK(is_unreadable(body.error()));
    return body ? std::string() : body.error().message;
  };
  const std::map<std::string, std::string> json = {{"content-type", "application/json; charset=utf-8"}};
  CHECK(why({.status = 200, .body = R"({"Id":"a"})", .headers = json}) == "");
  CHECK(
      why({.status = 200, .body = "<p>\x1b[2J\xc2\x9b</p>", .headers = {{"content-type", "text/html"}}}) ==
      "what answers as the engine of node `a` can't be understood: it is text/html where application/json is expected "
      "(HTTP status 200 to GET /x: <p> [2J </p>)");
  CHECK_THAT(why({.status = 302, .body = "", .headers = json}),
             Contains("a status that this request doesn't end with"));
  CHECK_THAT(why({.status = 200, .body = R"({"Id":"a"})"}), Contains("doesn't say what it is"));
  CHECK_THAT(why({.status = 200, .body = "", .headers = json}), Contains("it is empty"));
  CHECK_THAT(why({.status = 200, .body = R"({"Id":)", .headers = json}), Contains("invalid JSON"));
}

}  // namespace infra::test
