// What the formatter lays out: the tokens that mean something, with the comments between them. Newlines are no pieces:
// each piece knows how many stood before it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/ast.h"
#include "grammar/scan/token.h"

namespace infra::formatting {

// What a token that has several uses is for. `plain` is: `{` of a block, `(` around an expression, `[` of a list, `?`
// and `:` as they stand in types and maps, `<` as a comparison, `-` between two values.
enum class Role : std::uint8_t {
  plain,
  map,            // { of { a: 1 }, and of a record type
  comprehension,  // { or [ of a comprehension
  call,           // ( of arguments, parameters and refinements
  index,          // [ of a[0]
  type,           // < > of a type
  choice,         // ? : of a conditional
  optional,       // ? of a type
  sign,           // - before a value
  label,          // "web" of container "web"
};

struct Piece {
  enum Kind : std::uint8_t { token, line_comment, block_comment } kind = token;
  std::uint8_t type = 0;  // antlr::InfraLexer's; 0 for a comment
  Role role = Role::plain;
  std::uint32_t breaks = 0;  // newlines before it
  std::size_t match = 0;     // of a bracket: the index of its partner
  std::string text;

  [[nodiscard]] bool comment() const { return kind != token; }
  [[nodiscard]] bool several_lines() const { return text.find('\n') != std::string::npos; }
  [[nodiscard]] bool opens() const;
  [[nodiscard]] bool closes() const;
};
using Pieces = std::vector<Piece>;

// By token: what each is for. (format_roles.cpp)
std::vector<Role> roles_of(const ast::File& file, const Tokens& tokens);

// Ends with one piece for the end of the file, so that comments there have something to stand before.
Pieces make_pieces(std::string_view text, const Tokens& tokens, const std::vector<Role>& roles);

// Finds the partner of each bracket; must run again when pieces were added or dropped.
void match_brackets(Pieces& pieces);

}  // namespace infra::formatting
