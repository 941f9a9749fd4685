#include "tests/lsp/editor.h"

#include <algorithm>

#include "base/sources/memory_tree.h"
#include "lsp/position.h"

namespace infra::test {
namespace {

constexpr std::string_view kCursor = "‸";

class EveryPlatform : public PlatformTable {
 public:
  bool serves(std::string_view, std::string_view) const override { return true; }
  bool reads(std::string_view, std::string_view) const override { return true; }
  std::vector<std::string> platform_kinds() const override { return {"nodes", "simulator"}; }
};

Compiled check(const SourceTree& tree, const std::string&, Index& index) {
  const EveryPlatform platforms;
  return compile(
      {.sources = tree, .default_stack = "stack", .complete = false, .platforms = platforms, .index = &index});
}

SourceFile as_file(const std::string& text) {
  SourceFile file{.path = "", .text = text};
  lsp::find_lines(file);
  return file;
}

}  // namespace

Editor::Editor(Disk disk)
    : disk_(std::move(disk)),
      server_({.open_tree = [this](const std::string& folder) -> Result<std::unique_ptr<SourceTree>> {
                 const auto below = folder.starts_with("/stack/") ? folder.substr(7) + "/" : std::string();
                 Disk files;
                 for (const auto& [name, text] : disk_) {
                   if (name.starts_with(below)) files[name.substr(below.size())] = text;
                 }
                 return std::unique_ptr<SourceTree>(std::make_unique<MemoryTree>(files, folder));
               },
               .check = check,
               .version = "test"}) {
  const Json snippets = {{"textDocument", {{"completion", {{"completionItem", {{"snippetSupport", true}}}}}}}};
  ask("initialize", {{"capabilities", snippets}});
  tell("initialized", Json::object());
}

Json Editor::drain() {
  Json out = Json::array();
  while (const auto message = server_.next_outgoing()) {
    auto json = Json::parse(*message);
    if (lsp::text(json, {"method"}) == "textDocument/publishDiagnostics")
      shown_[json["params"]["uri"]] = json["params"]["diagnostics"];
    out.push_back(std::move(json));
  }
  return out;
}

Json Editor::raw(const std::string& body) {
  server_.receive(body);
  return drain();
}

Json Editor::ask(const std::string& method, Json params) {
  const auto answers =
      raw(Json{{"jsonrpc", "2.0"}, {"id", ++id_}, {"method", method}, {"params", std::move(params)}}.dump());
  for (const auto& answer : answers) {
    if (answer.contains("id") && answer["id"] == id_) return answer;
  }
  return nullptr;
}

void Editor::tell(const std::string& method, Json params) {
  raw(Json{{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}}.dump());
}

void Editor::type(const std::string& with_cursor, const std::string& name) {
  std::string text = with_cursor;
  if (const auto at = text.find(kCursor); at != std::string::npos) {
    text.erase(at, kCursor.size());
    cursor_ = lsp::to_json(lsp::position_of(as_file(text), static_cast<std::uint32_t>(at)));
    cursor_file_ = name;
  }
  const bool open = texts_.contains(name);
  texts_[name] = text;
  if (!open) {
    tell("textDocument/didOpen",
         {{"textDocument", {{"uri", uri(name)}, {"languageId", "infra"}, {"version", ++version_}, {"text", text}}}});
    return;
  }
  tell("textDocument/didChange", {{"textDocument", {{"uri", uri(name)}, {"version", ++version_}}},
                                  {"contentChanges", Json::array({{{"text", text}}})}});
}

void Editor::replace(const std::string& old, const std::string& fresh, const std::string& name) {
  auto& text = texts_.at(name);
  const auto at = text.find(old);
  const auto range =
      lsp::range_json(as_file(text), static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + old.size()));
  text.replace(at, old.size(), fresh);
  tell("textDocument/didChange", {{"textDocument", {{"uri", uri(name)}, {"version", ++version_}}},
                                  {"contentChanges", Json::array({{{"range", range}, {"text", fresh}}})}});
}

Json Editor::at_cursor(const std::string& method, Json more) {
  more["textDocument"] = {{"uri", uri(cursor_file_)}};
  more["position"] = cursor_;
  return ask(method, std::move(more));
}

Json Editor::diagnostics(const std::string& name) {
  while (server_.idle()) drain();
  drain();
  return shown_[uri(name)];
}

std::vector<std::string> Editor::completions(const std::string& text) {
  type(text);
  auto items = at_cursor("textDocument/completion")["result"];
  std::sort(items.begin(), items.end(), [](const Json& a, const Json& b) { return a["sortText"] < b["sortText"]; });
  std::vector<std::string> out;
  for (const auto& item : items) out.push_back(item["label"]);
  return out;
}

Json Editor::completion(const std::string& text, const std::string& label) {
  type(text);
  const auto answer = at_cursor("textDocument/completion");  // a loop over a part of a temporary would outlive it
  for (const auto& item : answer.at("result")) {
    if (item["label"] == label) return item;
  }
  return nullptr;
}

std::string Editor::hover(const std::string& text) {
  type(text);
  const auto answer = at_cursor("textDocument/hover");
  return lsp::text(answer, {"result", "contents", "value"});
}

std::map<std::string, std::string> Editor::apply(const Json& edit) {
  std::map<std::string, std::string> out;
  for (const auto& [where, edits] : edit.at("changes").items()) {
    const auto name = where.substr(uri("").size());
    auto text = texts_.contains(name) ? texts_.at(name) : disk_.at(name);
    const auto file = as_file(text);
    auto all = edits.get<std::vector<Json>>();
    std::sort(all.begin(), all.end(), [&](const Json& a, const Json& b) {
      return lsp::offset_of(file, lsp::read_range(&a["range"])->start) >
             lsp::offset_of(file, lsp::read_range(&b["range"])->start);
    });
    for (const auto& one : all) {
      const auto range = *lsp::read_range(&one["range"]);
      const auto begin = lsp::offset_of(file, range.start);
      text.replace(begin, lsp::offset_of(file, range.end) - begin, one["newText"].get<std::string>());
    }
    out[name] = text;
  }
  return out;
}

}  // namespace infra::test
