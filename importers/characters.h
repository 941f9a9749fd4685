// Characters of ASCII, whatever the locale.
#pragma once

namespace infra::importing {

inline bool digit(char c) { return c >= '0' && c <= '9'; }
inline bool upper(char c) { return c >= 'A' && c <= 'Z'; }
inline bool letter(char c) { return upper(c) || (c >= 'a' && c <= 'z'); }

}  // namespace infra::importing
