#include "base/text/wildcard.h"

#include <vector>

namespace infra {

bool covers(std::string_view wide, std::string_view narrow) {
  std::vector<bool> row(narrow.size() + 1);  // row[n]: what is left of `wide` covers `narrow` from n
  row[narrow.size()] = true;
  for (auto w = wide.rbegin(); w != wide.rend(); ++w) {
    std::vector<bool> next(narrow.size() + 1);
    for (std::size_t n = narrow.size() + 1; n-- > 0;) {
      if (*w == '*') {
        next[n] = row[n] || (n < narrow.size() && next[n + 1]);
      } else {
        next[n] = n < narrow.size() && narrow[n] == *w && row[n + 1];
      }
    }
    row = std::move(next);
  }
  return row[0];
}

}  // namespace infra
