#include "providers/certificates/pem.h"

namespace infra::pem {

std::string Parts::chain(std::size_t from) const {
  std::string out;
  for (auto i = from; i < certificates.size(); ++i) out += certificates[i];
  return out;
}

Parts split(std::string_view text) {
  Parts out;
  std::size_t at = 0;
  while ((at = text.find("-----BEGIN ", at)) != std::string_view::npos) {
    const auto end = text.find("-----END ", at);
    const auto after = end != std::string_view::npos ? text.find("-----", end + 9) : std::string_view::npos;
    if (after == std::string_view::npos) break;
    const auto block = text.substr(at, after + 5 - at);
    const auto title = block.substr(0, block.find('\n'));
    if (title.find("PRIVATE KEY-----") != std::string_view::npos) {
      out.key.append(block).append("\n");
    } else if (title.find("CERTIFICATE-----") != std::string_view::npos) {
      out.certificates.emplace_back(block).append("\n");
    }
    at = after + 5;
  }
  return out;
}

}  // namespace infra::pem
