// Frames, places, and the protocol's life: also with a client that breaks every rule.
#include <catch2/catch.hpp>

#include "lsp/framing.h"
#include "lsp/methods.h"
#include "lsp/position.h"
#include "lsp/uri.h"
#include "tests/lsp/editor.h"

using namespace infra;
using namespace infra::test;

TEST_CASE("frames come whole, in pieces, several at once, and after garbage") {
  lsp::Frames frames;
  frames.feed("Content-Le");
  CHECK_FALSE(frames.next());
  frames.feed("ngth: 2\r\n\r\n{");
  CHECK_FALSE(frames.next());
  frames.feed(
      "}content-length: 4\r\nContent-Type: x\r\n\r\nnullrubbish\r\n\r\nmore rubbish Content-Length: 1\r\n\r\n7");
  CHECK(frames.next() == "{}");
  CHECK(frames.next() == "null");
  CHECK(frames.next() == "7");
  frames.feed("Content-Length: -5\r\n\r\nContent-Length: 99999999999999\r\n\r\nContent-Length: 2\r\n\r\n[]");
  CHECK(frames.next() == "[]");
  CHECK_FALSE(frames.next());
}

TEST_CASE("columns are UTF-16 code units, and places outside the text are taken to the nearest inside") {
  SourceFile file{.path = "", .text = "aä€😀b\r\nx"};
  lsp::find_lines(file);
  const auto round = [&](std::uint32_t line, std::uint32_t character) {
    return lsp::position_of(file, lsp::offset_of(file, {line, character}));
  };
  CHECK(lsp::offset_of(file, {0, 3}) == 6);
  CHECK(lsp::offset_of(file, {0, 5}) == 10);
  CHECK(round(0, 5) == lsp::Position{0, 5});
  CHECK(round(0, 99) == lsp::Position{0, 6});
  CHECK(round(1, 1) == lsp::Position{1, 1});
  CHECK(round(9, 9) == lsp::Position{1, 1});
}

TEST_CASE("URIs and paths") {
  CHECK(lsp::path_of("file:///a%20b/c%C3%A4.infra") == "/a b/cä.infra");
  CHECK(lsp::uri_of("/a b/cä.infra") == "file:///a%20b/c%C3%A4.infra");
  CHECK(lsp::path_of("file://host/a%2") == "/a%2");
  CHECK_FALSE(lsp::path_of("untitled:Untitled-1"));
  CHECK_FALSE(lsp::path_of("file://"));
}

TEST_CASE("changes by range keep the text that the editor has") {
  Editor editor;
  editor.type("let a = \"😀\" // smile\nlet b = a\n");
  editor.replace("smile", "a smile");
  editor.replace("b = a", "b = c");
  const auto list = editor.diagnostics();
  REQUIRE(list.size() == 1);
  CHECK(list[0]["message"].get<std::string>().find("`c`") != std::string::npos);
  CHECK(list[0]["range"] ==
        Json::parse(R"({"start": {"line": 1, "character": 8}, "end": {"line": 1, "character": 9}})"));
  editor.replace("c\n", "\"😀\" + c\n");
  CHECK(editor.diagnostics()[0]["range"]["start"]["character"] == 15);
}

TEST_CASE("the protocol's life") {
  lsp::Server server({.open_tree = {}, .check = {}, .version = "1"});
  const auto say = [&](const std::string& body) {
    server.receive(body);
    const auto answer = server.next_outgoing();
    return answer ? Json::parse(*answer) : Json();
  };
  CHECK(say(R"({"id": 1, "method": "textDocument/hover", "params": {}})")["error"]["code"] == -32002);
  CHECK(say(R"({"method": "textDocument/didOpen", "params": {}})").is_null());
  CHECK(say("this is no JSON")["error"]["code"] == -32700);
  constexpr std::size_t kDeep = 1'000'000;
  const auto deep =
      R"({"jsonrpc": "2.0", "method": "initialize", "id": )" + std::string(kDeep, '[') + std::string(kDeep, ']') + "}";
  CHECK(say(deep)["error"]["code"] == -32600);
  CHECK(say("[]")["error"]["code"] == -32600);
  CHECK(say(R"({"id": 5})")["error"]["code"] == -32600);
  const auto hello = say(R"({"id": 2, "method": "initialize", "params": {"capabilities": {}}})");
  CHECK(hello["result"]["capabilities"]["textDocumentSync"]["change"] == 2);
  CHECK(hello["result"]["serverInfo"]["version"] == "1");
  CHECK(say(R"({"id": 3, "method": "initialize", "params": {}})")["error"]["code"] == -32600);
  CHECK(say(R"({"id": "x", "method": "workspace/nothing"})")["error"]["code"] == -32601);
  CHECK(say(R"({"method": "$/setTrace", "params": {"value": "off"}})").is_null());
  CHECK(say(R"({"id": 7, "result": null})").is_null());
  CHECK(say(R"({"id": 4, "method": "shutdown"})")["result"].is_null());
  CHECK(say(R"({"id": 6, "method": "textDocument/hover", "params": {}})")["error"]["code"] == -32600);
  CHECK_FALSE(server.exit_code());
  say(R"({"method": "exit"})");
  CHECK(server.exit_code() == 0);
}

TEST_CASE("exit without shutdown is a failure") {
  Editor editor;
  editor.tell("exit", nullptr);
  CHECK(editor.server().exit_code() == 1);
}

TEST_CASE("parameters of every wrong sort are answered, and the session goes on") {
  Editor editor;
  editor.type("let a = 1\n");
  const std::vector<Json> wrong = {
      nullptr,
      3,
      "x",
      Json::array({1, 2}),
      Json::object(),
      {{"textDocument", 3}},
      {{"textDocument", {{"uri", 4}}}},
      {{"textDocument", {{"uri", "file:///nowhere/x.infra"}}}, {"position", {{"line", 0}, {"character", 0}}}},
      {{"textDocument", {{"uri", Editor::uri("main.infra")}}}, {"position", "here"}},
      {{"textDocument", {{"uri", Editor::uri("main.infra")}}}, {"position", {{"line", -5}, {"character", 1e300}}}},
      {{"textDocument", {{"uri", Editor::uri("main.infra")}}},
       {"position", {{"line", 0}, {"character", 4}}},
       {"context", 7},
       {"newName", 9},
       {"range", Json::array()},
       {"contentChanges", {{"text", 5}}}},
      {{"textDocument", {{"uri", Editor::uri("main.infra")}}}, {"contentChanges", Json::array({5, nullptr})}}};
  for (const auto& params : wrong) {
    for (const auto& method : lsp::all_requests()) {
      INFO(method.method << " " << params.dump());
      const auto answer = editor.ask(std::string(method.method), params);
      REQUIRE(answer.is_object());
      CHECK((answer.contains("result") || answer["error"]["code"] != -32603));
    }
    for (const auto& method : lsp::all_notifications()) {
      if (method.method != "textDocument/didClose") editor.tell(std::string(method.method), params);
    }
  }
  editor.type("let b = ‸missing\n");
  CHECK(editor.diagnostics().size() == 1);
}

TEST_CASE("a file that is no text is refused in words, not by silence") {
  Editor editor;
  editor.raw(
      R"({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": "file:///stack/main.infra", "text": "let a = \u0000"}}})");
  CHECK_FALSE(editor.diagnostics().empty());
}
