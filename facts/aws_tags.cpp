#include "facts/aws_tags.h"

namespace infra::facts {
namespace {

// Bytes above ASCII belong to letters of other scripts, which are taken.
bool taken(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view(" _.:/=+-@").find(c) != std::string_view::npos;
}

}  // namespace

std::size_t wrong_tag_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!taken(text[i])) return i;
  }
  return std::string_view::npos;
}

}  // namespace infra::facts
