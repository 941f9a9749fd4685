// ${VARIABLE} in a Compose file: each becomes a param of the stack.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "importers/section.h"
#include "importers/stack_text.h"

namespace infra::importing {

// Is a variable of this name likely to hold a secret?
bool sounds_secret(const std::string& name);
// Does this text stand there in clear, and is it more than a yes or no?
bool is_clear_secret(const std::string& name, const std::string& text);

class Variables {
 public:
  explicit Variables(Notes& notes) : notes_(notes) { names_.reserve("param"); }

  // An expression of the language: "web:${tag}". `place` is where the text
  // stands, for notes. "" if it would show a secret, which is noted.
  std::string expression(const std::string& text, const std::string& place);
  // The same where a secret may stand; `secret` says whether it is one.
  std::string open_expression(const std::string& text, const std::string& place, bool& secret);
  // A variable that is handed on as it is: unset if it isn't set.
  std::string handed_on(const std::string& variable, bool& secret);
  // Where only a fixed text can stand: defaults are put in; nothing if a
  // variable has none, which is noted.
  std::optional<std::string> fixed(const std::string& text, const std::string& place);
  // A secret param that no variable of the file stands for; `identity` tells apart what has the same name.
  std::string secret_param(const std::string& identity, const std::string& name, const std::string& doc);
  // A variable that is a secret wherever it stands, whatever it is called. Before the first text that has it.
  std::string secret_variable(const std::string& variable, const std::string& doc);
  void describe(const std::string& param, const std::string& doc) { params_[param].doc = doc; }
  [[nodiscard]] bool has_param(const std::string& name) const { return params_.contains(name); }

  void write_params(StackText& out) const;

 private:
  struct Param {
    std::string type = "String";
    std::string fallback;  // an expression
    std::string doc;
  };
  struct Piece {
    std::string text;
    std::string variable;                 // empty: plain text
    std::optional<std::string> fallback;  // of ${A:-text}
    std::string message;                  // of ${A:?message}
    bool replaced = false;                // ${A:+text}
  };
  std::vector<Piece> pieces(const std::string& text, const std::string& place);
  std::size_t braced(const std::string& text, std::size_t at, Piece& piece) const;
  std::string param_of(const std::string& variable);
  std::string param(const Piece& piece, const std::string& place, std::size_t depth, bool& secret);
  std::string expression(const std::string& text, const std::string& place, std::size_t depth, bool& secret);

  void set_fallback(const std::string& name, const Piece& piece, const std::string& place, std::size_t depth);

  Notes& notes_;
  Names names_;
  std::map<std::string, Param> params_;
};

}  // namespace infra::importing
