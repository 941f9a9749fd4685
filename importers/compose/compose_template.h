// A text of a Compose file with its variables: ${A}, $A, ${A:-x}, ${A-x}, ${A:?m}, ${A?m}, ${A:+x}, ${A+x}; $$ is one
// dollar. https://docs.docker.com/reference/compose-file/interpolation/
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace infra::importing {

struct VariableUse {
  enum class Form { plain, otherwise, required, replaced };
  std::string name;
  Form form = Form::plain;
  bool colon = false;  // an empty value counts as none
  std::string word;    // what stands for it, the message, or what it is replaced by: a text with variables again
};

struct Piece {
  std::string text;  // if it is no variable
  std::optional<VariableUse> variable = {};
};

struct Template {
  std::vector<Piece> pieces;  // no two texts side by side, none empty
  bool odd = false;           // it has a `${` that begins no variable and stays as text

  [[nodiscard]] bool constant() const;  // without variables
  // Its one variable, if it is nothing else.
  [[nodiscard]] const VariableUse* alone() const;
  // The text without variables; only of a constant one.
  [[nodiscard]] std::string text() const;
};

Template parse_template(std::string_view text);
Template literal_template(std::string text);
// A text that means these characters: each $ is doubled.
std::string template_of(std::string_view literal);

}  // namespace infra::importing
