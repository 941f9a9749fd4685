// A text of a Compose file taken apart into what may be shown and what may not.
#pragma once
#include <string>
#include <vector>

#include "importers/compose/compose_variables.h"
#include "importers/credentials.h"

namespace infra::importing {

struct Segment {
  enum Kind { text, variable, secret } kind = text;
  std::string value;     // the characters, or the name of the secret's param
  VariableUse use = {};  // of a variable that is none
};

// The text with kVariable for each variable: what credentials.h looks at.
std::string masked(const Template& text);

struct SecretNaming {
  std::string variable;  // what a secret that stands in clear is called after
  std::string part;      // what one is called after that is only a part of the text
  std::string doc;
};
// `parts` of the masked text are secret, and so are variables that are secret wherever they stand. A secret that stands
// in clear becomes a param, and is noted.
std::vector<Segment> segments_of(const Template& text, const std::vector<Part>& parts, const SecretNaming& naming,
                                 const std::string& place, Variables& variables);

bool has_secret(const std::vector<Segment>& segments);
// As an expression of the language.
std::string expression_of(const std::vector<Segment>& segments, const std::string& place, Variables& variables);

}  // namespace infra::importing
