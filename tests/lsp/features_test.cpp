// Hover, definitions, references, rename, outline, colours, quick fixes.
#include <catch2/catch.hpp>

#include "lsp/methods.h"
#include "tests/lsp/edited_stack.h"
#include "tests/lsp/editor.h"

using namespace infra;
using namespace infra::test;
using Catch::Matchers::Contains;

namespace {

// kStack with the cursor before the n-th `word`.
std::string at(const std::string& word, int nth = 1) {
  std::string text = kStack;
  std::size_t place = text.find(word);
  for (int i = 1; i < nth; ++i) place = text.find(word, place + 1);
  return text.insert(place, "‸");
}

std::string rename(Editor& editor, const std::string& fresh) {
  const auto answer = editor.at_cursor("textDocument/rename", {{"newName", fresh}});
  if (answer.contains("error")) return answer["error"]["message"];
  return editor.apply(answer["result"]).at("main.infra");
}

}  // namespace

TEST_CASE("hover shows the declaration, its documentation, and the value") {
  Editor editor;
  CHECK_THAT(editor.hover(at("env: \"dev\"")),
             Contains("param env: \"dev\" | \"prod\"") && Contains("Which environment.") && Contains("= \"dev\""));
  CHECK_THAT(editor.hover(at("size.memory")),
             Contains("let size: { copies: Int, memory: Bytes }") && Contains("copies: 4"));
  CHECK_THAT(editor.hover(at("copies }\n\noutput")), Contains("= 4"));
  CHECK_THAT(editor.hover(at("host(\"api\")")), Contains("fn host(name: String): String") && Contains("our domain"));
  CHECK_THAT(editor.hover(at("api.address")), Contains("service api") && Contains("Answers the shop's requests."));
  CHECK_THAT(editor.hover(at("address")), Contains("address: String") && Contains("known after apply"));
  CHECK_THAT(editor.hover(at("password")), Contains("Secret<String>"));
}

TEST_CASE("hover explains the words of the schema and of the library") {
  Editor editor;
  CHECK_THAT(editor.hover(at("cidr = 10")), Contains("cidr: Cidr") && Contains("Required"));
  CHECK_THAT(editor.hover(at("container web")), Contains("container NAME"));
  CHECK_THAT(editor.hover(at("service api")), Contains("A task that is kept running"));
  CHECK_THAT(editor.hover(at("slice(")), Contains("slice(") && Contains("Cidr"));
  CHECK_THAT(editor.hover(at("awsvpc")), Contains("\"bridge\""));
  CHECK_THAT(editor.hover(at("64MiB")), Contains("Bytes"));
  CHECK(editor.hover("// ‸nothing\n").empty());
}

TEST_CASE("hover says of an option what it does, and of a block where it is possible") {
  Editor editor;
  CHECK_THAT(editor.hover("cluster a { }\ncluster b { depen‸ds_on = [a] }\n"), Contains("must be there before it"));
  CHECK_THAT(editor.hover("cluster a { far‸gate { } }\n"), Contains("Only on aws."));
}

TEST_CASE("a secret's value is never shown") {
  Editor editor;
  const auto text = editor.hover("param p: Secret<String> = \"hunter2\"\nlet both = \"x${‸p}\"\n");
  CHECK_THAT(text, Contains("***") && !Contains("hunter2"));
}

TEST_CASE("definition and references, across files") {
  Editor editor(Disk{{"other.infra", "service other { cluster = core; task = api; desired = replicas }\n"}});
  editor.type(at("core; task"));
  const auto definition = editor.at_cursor("textDocument/definition")["result"];
  CHECK(definition["range"]["start"] == Json::parse(R"({"line": 18, "character": 8})"));
  const auto all = editor.at_cursor("textDocument/references", {{"context", {{"includeDeclaration", true}}}})["result"];
  CHECK(all.size() == 3);
  CHECK(all.dump().find("other.infra") != std::string::npos);
  const auto uses =
      editor.at_cursor("textDocument/references", {{"context", {{"includeDeclaration", false}}}})["result"];
  CHECK(uses.size() == 2);
  CHECK(editor.at_cursor("textDocument/documentHighlight")["result"].size() == 2);
}

TEST_CASE("rename changes every file, and only this name") {
  Editor editor(Disk{{"other.infra", "service other { cluster = core; task = api; desired = replicas } // core\n"}});
  editor.type(at("core; task"));
  CHECK(editor.at_cursor("textDocument/prepareRename")["result"]["placeholder"] == "core");
  const auto edit = editor.at_cursor("textDocument/rename", {{"newName", "main_cluster"}})["result"];
  const auto files = editor.apply(edit);
  REQUIRE(files.size() == 2);
  CHECK(files.at("other.infra") ==
        "service other { cluster = main_cluster; task = api; desired = replicas } // core\n");
  CHECK_THAT(files.at("main.infra"), Contains("cluster main_cluster { vpc = main }"));
}

TEST_CASE("a module's params and outputs are one name in its file and where it is used") {
  const std::string module = "param val: Int\noutput twice = val * 2\n";
  Editor editor(Disk{{"m/m.infra", module}});
  const std::string parent = "module mm { from = \"./m\"; val = 3 }\noutput o = mm.twice\n";
  editor.type(module, "m/m.infra");
  const auto renamed = [&](const std::string& text, const std::string& name) {
    editor.type(text, name);
    return editor.apply(editor.at_cursor("textDocument/rename", {{"newName", "amount"}})["result"]);
  };
  for (const auto& files : {renamed("module mm { from = \"./m\"; ‸val = 3 }\noutput o = mm.twice\n", "main.infra"),
                            renamed("param ‸val: Int\noutput twice = val * 2\n", "m/m.infra")}) {
    REQUIRE(files.size() == 2);
    CHECK_THAT(files.at("main.infra"), Contains("amount = 3"));
    CHECK(files.at("m/m.infra") == "param amount: Int\noutput twice = amount * 2\n");
  }
  editor.type("module mm { from = \"./m\"; val = 3 }\noutput o = mm.‸twice\n");
  const auto definition = editor.at_cursor("textDocument/definition")["result"];
  CHECK(definition["uri"] == Editor::uri("m/m.infra"));
  CHECK(definition["range"]["start"] == Json::parse(R"({"line": 1, "character": 7})"));
}

TEST_CASE("what is typed in a module's file is seen where it is used") {
  Editor editor(Disk{{"m/m.infra", "param val: Int\n"}});
  editor.type("module mm { from = \"./m\"; val = 3 }\n");
  CHECK(editor.diagnostics().empty());
  editor.type("param val: String\n", "m/m.infra");
  REQUIRE(editor.diagnostics().size() == 1);
  editor.type("param val: Int\n", "m/m.infra");
  CHECK(editor.diagnostics().empty());
}

TEST_CASE("rename of every sort of name") {
  Editor editor;
  editor.type(at("replicas: Int"));
  CHECK_THAT(rename(editor, "copies"), Contains("param copies: Int") && Contains("copies * 2"));
  editor.type(at("name}"));
  CHECK_THAT(rename(editor, "label"), Contains("fn host(label: String): String = \"${label}.${env}"));
  editor.type(at("host(name"));
  CHECK_THAT(rename(editor, "dns"), Contains("HOST: dns(\"api\")") && Contains("fn dns("));
  editor.type(at("Size = {"));
  CHECK_THAT(rename(editor, "Shape"), Contains("type Shape = {") && Contains("let size: Shape ="));
  editor.type(at("zone; cidr"));
  CHECK_THAT(rename(editor, "z"), Contains("for z, i in zones { subnet private { zone = z; cidr"));
  editor.type(at("api.address"));
  const auto text = rename(editor, "front");
  CHECK_THAT(text, Contains("service front {") && Contains("= service.front.address") && Contains("task = api"));
  editor.type(at("web {"));
  CHECK_THAT(rename(editor, "page"), Contains("container page {"));
}

TEST_CASE("a rename that would change the meaning is refused with the reason") {
  Editor editor;
  editor.type(at("replicas: Int"));
  CHECK_THAT(rename(editor, "env"), Contains("declared twice"));
  CHECK_THAT(rename(editor, "2x"), Contains("is no name"));
  CHECK_THAT(rename(editor, "a b"), Contains("is no name"));
  editor.type(at("zone; cidr"));
  CHECK_THAT(rename(editor, "i"), Contains("can't be renamed"));
  editor.type("let a = 1 ‸// nothing\n");
  CHECK(editor.at_cursor("textDocument/prepareRename")["result"].is_null());
}

TEST_CASE("the outline follows the blocks") {
  Editor editor;
  editor.type(at("env:"));
  const auto symbols = editor.at_cursor("textDocument/documentSymbol")["result"];
  std::vector<std::string> names;
  for (const auto& s : symbols) names.push_back(s["name"]);
  CHECK(names == std::vector<std::string>{"shop", "env", "replicas", "password", "Size", "size", "zones", "host",
                                          "main", "core", "api", "api", "url"});
  const auto& task = symbols[10];
  CHECK(task["detail"] == "task");
  CHECK(task["children"][2]["name"] == "web");
  CHECK(task["children"][2]["children"][2]["name"] == "http");
}

TEST_CASE("colours: in order, on one line each, by meaning") {
  Editor editor;
  editor.type("/// A\n/* b\nc */ let a = \"x${a}\"\nlet 😀 = 1\n‸");
  const auto data = editor.at_cursor("textDocument/semanticTokens/full")["result"]["data"];
  REQUIRE(data.size() % 5 == 0);
  REQUIRE(data.size() > 30);
  editor.type(at("env:"));
  const auto all = editor.at_cursor("textDocument/semanticTokens/full")["result"]["data"];
  const auto legend = lsp::semantic_legend()["tokenTypes"];
  std::map<std::string, int> seen;
  for (std::size_t i = 0; i + 4 < all.size(); i += 5) ++seen[legend[all[i + 3].get<std::size_t>()]];
  for (const auto* colour : {"keyword", "class", "property", "parameter", "function", "type", "string", "number",
                             "enumMember", "comment", "variable"}) {
    INFO(colour);
    CHECK(seen[colour] > 0);
  }
}

TEST_CASE("a quick fix makes the message go") {
  Editor editor;
  editor.type("vpc main { ‸cdir = 10.0.0.0/16 }\n");
  REQUIRE_FALSE(editor.diagnostics().empty());
  const auto range = editor.diagnostics()[0]["range"];
  const auto actions = editor.at_cursor("textDocument/codeAction",
                                        {{"range", range}, {"context", {{"diagnostics", Json::array()}}}})["result"];
  REQUIRE_FALSE(actions.empty());
  CHECK(actions[0]["title"] == "Replace `cdir` with `cidr`");
  CHECK(actions[0]["kind"] == "quickfix");
  editor.type(editor.apply(actions[0]["edit"]).at("main.infra"));
  CHECK(editor.diagnostics().empty());
  const auto none =
      editor.at_cursor("textDocument/codeAction", {{"range", range}, {"context", {{"only", {"refactor"}}}}});
  CHECK(none["result"].empty());
}

TEST_CASE("every fix of a file at once") {
  Editor editor;
  editor.type("‸vpc main { cdir = 10.0.0.0/16 }\nclustr core { vpc = main }\n");
  const auto actions = editor.at_cursor(
      "textDocument/codeAction",
      {{"range", Json::parse(R"({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}})")},
       {"context", {{"only", {"source.fixAll"}}}}})["result"];
  REQUIRE(actions.size() == 1);
  CHECK(editor.apply(actions[0]["edit"]).at("main.infra") ==
        "vpc main { cidr = 10.0.0.0/16 }\ncluster core { vpc = main }\n");
}

TEST_CASE("signatures: the function around the cursor and its parameter") {
  Editor editor;
  editor.type(at("i) }"));
  auto help = editor.at_cursor("textDocument/signatureHelp")["result"];
  CHECK_THAT(help["signatures"][0]["label"].get<std::string>(), Contains("slice("));
  CHECK(help["activeParameter"] == 2);
  CHECK(help["signatures"][0]["parameters"].size() == 3);
  editor.type(std::string(kStack) + "let x = host(\"a\" ‸");
  help = editor.at_cursor("textDocument/signatureHelp")["result"];
  CHECK(help["signatures"][0]["parameters"][0]["label"] == "name: String");
  CHECK(help["activeParameter"] == 0);
}

TEST_CASE("diagnostics: two places, the folder's other files, and none once it is right") {
  Editor editor(Disk{{"other.infra", "let zones = 1\n"}});
  editor.type("let zones = 2\n");
  const auto list = editor.diagnostics("other.infra");
  REQUIRE(list.size() == 1);
  CHECK(list[0]["code"] == "E0202");
  CHECK(list[0]["severity"] == 1);
  CHECK(list[0]["source"] == "infra");
  CHECK(list[0]["relatedInformation"][0]["location"]["uri"] == Editor::uri("main.infra"));
  editor.type("let zone = 2\n");
  CHECK(editor.diagnostics("other.infra").empty());
  CHECK(editor.diagnostics().empty());
}

TEST_CASE("a closed buffer is what the disk says again, and a folder without buffers shows nothing") {
  Editor editor(Disk{{"main.infra", "let a = 1\n"}, {"other.infra", "let b = a\n"}});
  editor.type("let c = 1\n");
  editor.type("let b = a\n", "other.infra");
  CHECK(editor.diagnostics("other.infra").size() == 1);
  editor.tell("textDocument/didClose", {{"textDocument", {{"uri", Editor::uri("main.infra")}}}});
  CHECK(editor.diagnostics("other.infra").empty());
  editor.type("let b = missing\n", "other.infra");
  CHECK(editor.diagnostics("other.infra").size() == 1);
  editor.tell("textDocument/didClose", {{"textDocument", {{"uri", Editor::uri("other.infra")}}}});
  CHECK(editor.diagnostics("other.infra").empty());
}

TEST_CASE("formatting changes only the lines that differ, and no broken file") {
  Editor editor;
  const std::string head = "let a = 1\n\n";
  editor.type(head + "let   b   =   2\n\nlet c = 3\n‸");
  const auto edits = editor.at_cursor("textDocument/formatting")["result"];
  REQUIRE(edits.size() == 1);
  CHECK(edits[0]["newText"] == "let b = 2\n");
  CHECK(edits[0]["range"]["start"]["line"] == 2);
  CHECK(edits[0]["range"]["end"]["line"] == 3);
  editor.type("let a = 1\n‸");
  CHECK(editor.at_cursor("textDocument/formatting")["result"].empty());
  editor.type("let a = (\n‸");
  CHECK_THAT(editor.at_cursor("textDocument/formatting")["error"]["message"].get<std::string>(),
             Contains("syntax errors"));
}

TEST_CASE("libraries: completion, definition and rename go into their files") {
  Editor editor(Disk{{"names.lib.infra", "/// Ours.\nfn host(n: String): String = \"${n}.org\"\nlet zone = \"a\"\n"}});
  CHECK(editor.completions("use \"./names.lib.infra\" as names\nlet x = names.‸\n") ==
        std::vector<std::string>{"zone", "host"});
  editor.type("use \"./names.lib.infra\" as names\nlet x = names.‸host(\"a\")\n");
  CHECK(editor.at_cursor("textDocument/definition")["result"]["uri"] == Editor::uri("names.lib.infra"));
  const auto files = editor.apply(editor.at_cursor("textDocument/rename", {{"newName", "dns"}})["result"]);
  CHECK_THAT(files.at("names.lib.infra"), Contains("fn dns("));
  CHECK_THAT(files.at("main.infra"), Contains("names.dns("));
  editor.type("use \"./names.lib.infra\" as ‸names\nlet x = names.host(names.zone)\n");
  CHECK_THAT(rename(editor, "lib"), Contains("as lib") && Contains("lib.host(lib.zone)"));
}

TEST_CASE("a param is renamed in the tests that give it a value") {
  Editor editor;
  editor.type("param ‸n: Int = 1\ntest \"t\" {\n  with { n = 2 }\n  expect n == 2\n}\n");
  CHECK(rename(editor, "m") == "param m: Int = 1\ntest \"t\" {\n  with { m = 2 }\n  expect m == 2\n}\n");
}
