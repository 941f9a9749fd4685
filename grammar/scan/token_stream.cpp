#include "grammar/scan/token_stream.h"

namespace infra::antlr {

TokenStream::TokenStream(const std::vector<infra::Token>& tokens) {
  tokens_.reserve(tokens.size());
  for (const auto& token : tokens) tokens_.emplace_back(token, static_cast<std::uint32_t>(tokens_.size()));
}

antlr4::Token* TokenStream::far(ssize_t k) const {
  if (k < 0) return get(at_ - std::min(at_, static_cast<std::size_t>(-k)));
  return get(at_ + static_cast<std::size_t>(k) - 1);
}

antlr4::Token* TokenStream::get(std::size_t index) const { return &tokens_[std::min(index, tokens_.size() - 1)]; }

}  // namespace infra::antlr
