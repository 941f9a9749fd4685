#include <fmt/format.h>
#include <sodium.h>

#include "base/hash.h"
#include "base/values/codec.h"
#include "compiler/functions/families.h"
#include "compiler/functions/yaml_codec.h"

namespace infra {
namespace {

Value base64(const List& a) {
  const auto& text = text_at(a, 0);
  std::string out(sodium_base64_encoded_len(text.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // libsodium's terminating zero
  return out;
}

Value base64_decode(const List& a) {
  const auto& text = text_at(a, 0);
  std::string out(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), "\r\n",
                        &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0) {
    throw FunctionError{"the text is not valid base64"};
  }
  out.resize(size);
  if (!is_utf8(out)) throw FunctionError{"what is in base64 there isn't UTF-8, so it is no text"};
  return out;
}

Value json(const List& a) { return to_plain_json(a[0]); }
// What a decoder makes of a text may take a hundred times its bytes.
void bound(const std::string& text, std::size_t most, std::string_view what) {
  if (text.size() > most)
    throw FunctionError{fmt::format("the text is too large to be read as {}: more than {} MiB", what, most >> 20U)};
}
constexpr std::size_t kMostJson = std::size_t{4} << 20U;
constexpr std::size_t kMostYaml = std::size_t{1} << 20U;

Value json_decode(const List& a) {
  bound(text_at(a, 0), kMostJson, "JSON");
  auto value = from_plain_json(text_at(a, 0));
  if (!value) throw FunctionError{value.error().message};
  return *value;
}

Value yaml_decode(const List& a) {
  bound(text_at(a, 0), kMostYaml, "YAML");
  auto value = from_yaml(text_at(a, 0));
  if (!value) throw FunctionError{value.error().message};
  return *value;
}

Value sha256(const List& a) { return sha256_hex(text_at(a, 0)); }

Value url_encode(const List& a) {
  std::string out;
  for (const char c : text_at(a, 0)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

}  // namespace

std::vector<Function> encoding_functions() {
  return {
      {"base64", "(String) -> String", "The text in base64.", base64},
      {"base64_decode", "(String) -> String", "The text that is in base64.", base64_decode},
      {"json", "(Any) -> String", "The value as JSON.", json},
      {"json_decode", "(String) -> Any", "The value of a JSON text.", json_decode},
      {"sha256", "(String) -> String", "The SHA-256 of the text, in hexadecimal digits.", sha256},
      {"yaml_decode", "(String) -> Any", "The value of a YAML text.", yaml_decode},
      {"url_encode", "(String) -> String", "The text as it is written in a URL.", url_encode},
  };
}

}  // namespace infra
