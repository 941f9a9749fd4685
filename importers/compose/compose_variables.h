// The variables of a Compose file. Each use keeps its own meaning where it stands; what a variable has no value for is
// asked for by a param of the stack.
//
// A file is read twice: which param a variable becomes (asked for, with a default, or `T?` with `??` where it is used)
// is known only once all of its uses are.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>

#include "importers/compose/compose_template.h"
#include "importers/section.h"
#include "importers/stack_text.h"

namespace infra::importing {

enum class Amount { text, integer, bytes, duration, cpu };
// As the language writes it: "512m" is 512MiB. Nothing if it is no such amount.
std::optional<std::string> amount_literal(Amount kind, const std::string& text);

// What a file does with one variable.
struct VariableFacts {
  bool plain = false;           // ${A}, where an empty text would do
  bool needed = false;          // it must be set: ${A:?m}, or ${A} where nothing is no value
  bool filled = false;          // … and not be empty
  bool handed_on = false;       // `- A`: unset if it isn't set
  bool replaced = false;        // ${A:+x}
  bool strict = false;          // somewhere an empty value counts as one: ${A-x}, ${A+x}, `- A`
  std::set<std::string> words;  // what stands for it
  std::set<Amount> amounts;
  bool secret = false;  // by its name, its use or its value
  bool hidden = false;  // it is used where a secret may stand
  std::string message;  // of ${A:?message}
};

struct FileFacts {
  std::map<std::string, VariableFacts> variables;
  std::map<std::string, std::string> secrets;  // what stands in clear in the file → the variable that holds it
};

// Variables with a value: of `.env` and --env-file. The value is a text with variables.
using Environment = std::map<std::string, std::string>;

// An amount that may depend on a variable: what it is unless told otherwise, and how to write it.
struct AmountUse {
  Amount kind = Amount::text;
  std::optional<std::string> known;  // as the file writes it
  std::optional<VariableUse> variable = {};
};

class Variables {
 public:
  Variables(Notes& notes, const Environment& environment, FileFacts known)
      : notes_(notes), environment_(environment), known_(std::move(known)) {
    names_.reserve("param");
  }

  // What a text may do beside standing there.
  enum class Place {
    text,    // shown to everybody who may look at the container
    needed,  // as above, and never empty: an image
    hidden,  // a secret may stand there
  };
  // An expression of the language: "web:${tag}". `place` is where the text stands, for notes.
  std::string expression(const Template& text, const std::string& place, Place kind = Place::text);
  std::string expression(const std::string& text, const std::string& place, Place kind = Place::text);
  // The inside of a text in quotes: web:${tag ?? "1"}.
  std::string inside(const Template& text, const std::string& place, Place kind);
  // A variable that is handed on as it is: unset if it isn't set.
  std::string handed_on(const std::string& variable, bool& secret);

  // A number, a size or a time. Nothing is known of one that depends on a variable without value.
  AmountUse amount(const std::string& text, const std::string& place, Amount kind);
  std::string write(const AmountUse& amount, const std::string& place);
  // What the text is as long as nobody gives its variables other values; nothing if one has no value.
  [[nodiscard]] std::optional<std::string> usual(const Template& text) const;
  // The same where only a fixed text can stand; what it depends on is noted.
  std::optional<std::string> fixed(const std::string& text, const std::string& place);

  // Is it a secret wherever it stands?
  [[nodiscard]] bool is_secret(const VariableUse& use) const;
  void found_secret(const VariableUse& use);  // by what it is used for
  void learn_hidden(const VariableUse& use) { learn(use, Place::hidden); }
  // Which variable of the file has this value in clear, as a secret?
  [[nodiscard]] std::optional<std::string> holder_of(const std::string& value) const;
  [[nodiscard]] const std::map<std::string, std::string>& secrets() const { return known_.secrets; }
  void holds(const std::string& variable, const std::string& value) { learned_.secrets.emplace(value, variable); }
  // The param of a secret variable, where a secret may stand.
  std::string secret_param(const VariableUse& use, const std::string& place);
  // A secret param that no variable of the file stands for; `identity` tells apart what has the same name.
  std::string secret_param(const std::string& identity, const std::string& name, const std::string& doc);
  // What stands in clear in the file as the value of `variable`: one param for each of both.
  std::string clear_secret(const std::string& variable, const std::string& value, const std::string& doc,
                           const std::string& place);
  // Where the secret of a param is shown: a param of its own for it.
  std::string clear_param(const std::string& secret, const std::string& place);
  // A variable that is a secret wherever it stands, whatever it is called. Before the first text that has it.
  std::string secret_variable(const std::string& variable, const std::string& doc);
  void describe(const std::string& param, const std::string& doc) { params_[param].doc = doc; }
  [[nodiscard]] bool has_param(const std::string& name) const { return params_.contains(name); }

  [[nodiscard]] const FileFacts& learned() const { return learned_; }
  [[nodiscard]] Notes& notes() const { return notes_; }
  // Those that `body` refers to.
  void write_params(StackText& out, const std::string& body) const;

 private:
  struct Param {
    std::string type = "String";
    std::string fallback;  // an expression
    std::string doc;
    std::string demand;  // of ${A:?message}
  };
  struct Shape {
    enum { asked, given, optional } is = asked;
    std::string value;  // if given, as the file writes it
  };

  void learn(const VariableUse& use, Place kind);
  [[nodiscard]] const VariableFacts& facts(const std::string& variable) const;
  [[nodiscard]] Amount amount_of(const std::string& variable) const;
  [[nodiscard]] Shape shape_of(const std::string& variable) const;
  [[nodiscard]] std::optional<Template> environment_of(const std::string& variable) const;
  std::string declare(const std::string& variable);
  std::string param_of(const std::string& variable);
  std::string in_clear(const VariableUse& use, const std::string& place);
  // The value of one use, of the type of its param; `whole`: nothing else stands in the expression.
  std::string value_of(const VariableUse& use, const std::string& place, Place kind, std::size_t depth);
  std::string word_of(const std::string& variable, const std::string& word, const std::string& place,
                      std::size_t depth);
  std::string text_of_use(const VariableUse& use, const std::string& place, Place kind, std::size_t depth, bool whole);
  std::string expression(const Template& text, const std::string& place, Place kind, std::size_t depth);

  Notes& notes_;
  const Environment& environment_;
  FileFacts known_, learned_;
  Names names_;
  std::map<std::string, Param> params_;
};

}  // namespace infra::importing
