// Passwords and tokens that stand inside of URLs, wherever a URL stands in a text: for messages that repeat what a user
// or somebody else wrote. Rather too much is hidden than too little: passwords are often not escaped as they should be.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace infra {

struct UrlSecret {
  std::size_t begin = 0, end = 0;  // bytes of the text
};

// "https://user:PASSWORD@host", "https://TOKEN@host", "postgres://user:PASS@WO/RD@host/db",
// "https://host/x?token=TOKEN". Not what a stack computes there ("https://${user}:${token}@host"). Sorted, none inside
// of another.
std::vector<UrlSecret> url_secrets(std::string_view text);

// The text with *** in their places.
std::string without_url_secrets(std::string_view text);

}  // namespace infra
