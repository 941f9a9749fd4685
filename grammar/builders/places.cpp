#include "grammar/builders/places.h"

#include <algorithm>

namespace infra {

std::string Places::doc(const antlr4::Token* token) const {
  const auto found = std::lower_bound(tokens_.docs.begin(), tokens_.docs.end(), token->getTokenIndex(),
                                      [](const Doc& doc, std::size_t index) { return doc.token < index; });
  return found != tokens_.docs.end() && found->token == token->getTokenIndex() ? found->text : std::string();
}

}  // namespace infra
