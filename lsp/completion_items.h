// A list of completions in the protocol's form: how each sort of thing is shown and typed.
#pragma once
#include "compiler/index.h"
#include "lsp/lsp_json.h"

namespace infra::lsp {

class Items {
 public:
  Items(Json range, bool snippets) : range_(std::move(range)), snippets_(snippets) {}

  bool bare = false;  // only the name: what belongs behind it stands there already

  void add(const Candidate& candidate, bool behind_dot);
  void add_literals(const Type& expected);
  void add_schema(const Schema& schema, bool resource, const std::vector<std::string>& set);
  void add_kinds(bool bare_names);
  void add_top_level();
  void add_statements(std::span<const std::string_view> words);
  void add_param(const Symbol& param);
  void add_key(const Field& field);
  Json take();  // in the order in which the editor is to show them

 private:
  struct Item {
    std::string label;
    int icon = 0;
    std::string detail;
    std::string documentation;  // Markdown
    std::string insert;         // a snippet
    char order = '5';           // the smaller the further up
  };
  void add(const Item& item);
  void add_attribute(const Attribute& a, char order);
  void add_block(const Block& b);

  Json range_;
  bool snippets_;
  Json items_ = Json::array();
};

}  // namespace infra::lsp
