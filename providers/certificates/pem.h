// A text with certificates and their key, as people keep them: in one file, in any order.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace infra::pem {

struct Parts {
  std::vector<std::string> certificates;  // PEM, each with a line end: the site's own, then those that signed it
  std::string key;                        // PEM; empty: there is none
  [[nodiscard]] bool whole() const { return !certificates.empty() && !key.empty(); }
  [[nodiscard]] std::string chain(std::size_t from = 0) const;  // of the certificates, from this one on
};

Parts split(std::string_view text);

}  // namespace infra::pem
