#include "base/secrets/redactor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <optional>

#include "base/secrets/url_secrets.h"

namespace infra {
namespace {

constexpr std::string_view kCover = "***";
constexpr std::size_t kShortest = 4;      // a shorter secret isn't covered
constexpr std::size_t kAnywhere = 8;      // from here on a secret is covered inside of words too
constexpr std::size_t kShortestCode = 6;  // of base64 that is looked for inside of longer base64
constexpr std::string_view kEllipses[] = {"…", "..."};

struct Stretch {
  std::size_t begin, end;
};

// A text as it reads once an escaping is taken off, and where each of its bytes stood before.
struct View {
  std::string text;
  std::vector<std::uint32_t> place;  // one more than bytes: the end. Empty: the text as it stands

  [[nodiscard]] std::uint32_t original(std::size_t at) const {
    return place.empty() ? static_cast<std::uint32_t>(at) : place[at];
  }
  [[nodiscard]] Stretch original(std::size_t at, std::size_t size) const { return {original(at), original(at + size)}; }
};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::uint32_t> hex_number(std::string_view text) {
  std::uint32_t number = 0;
  for (const char c : text) {
    if (hex_digit(c) < 0) return std::nullopt;
    number = number << 4U | static_cast<std::uint32_t>(hex_digit(c));
  }
  return number;
}

void put_utf8(std::string& out, std::uint32_t c) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6U)), tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12U)), tail(6), tail(0);
  } else {
    out += static_cast<char>(0xF0U | (c >> 18U)), tail(12), tail(6), tail(0);
  }
}

struct Unescaped {
  std::string bytes;
  std::size_t size = 1;  // of what they were written as
};

// "\u00e9", a pair of surrogates, and "\u{e9}" as this language writes it.
std::optional<Unescaped> unescape_unicode(std::string_view text) {
  Unescaped out;
  if (text.starts_with("\\u{")) {
    const auto end = text.find('}');
    if (end == std::string_view::npos || end < 4 || end > 9) return std::nullopt;
    const auto point = hex_number(text.substr(3, end - 3));
    if (!point) return std::nullopt;
    put_utf8(out.bytes, *point);
    out.size = end + 1;
    return out;
  }
  if (!text.starts_with("\\u") || text.size() < 6) return std::nullopt;
  auto point = hex_number(text.substr(2, 4));
  if (!point) return std::nullopt;
  out.size = 6;
  if (*point >= 0xD800 && *point < 0xDC00 && text.size() >= 12 && text.substr(6, 2) == "\\u") {
    const auto low = hex_number(text.substr(8, 4));
    if (low && *low >= 0xDC00 && *low < 0xE000) {
      point = 0x10000 + ((*point - 0xD800) << 10U) + (*low - 0xDC00);
      out.size = 12;
    }
  }
  put_utf8(out.bytes, *point);
  return out;
}

// At a backslash.
std::optional<Unescaped> unescape_backslash(std::string_view text) {
  constexpr std::string_view kLetters = "nrtbf";
  constexpr std::string_view kMeant = "\n\r\t\b\f";
  if (text.size() < 2) return std::nullopt;
  if (const auto at = kLetters.find(text[1]); at != std::string_view::npos) return Unescaped{{kMeant[at]}, 2};
  if (text[1] == 'u') return unescape_unicode(text);
  if (text[1] == 'x' && text.size() >= 4) {
    if (const auto byte = hex_number(text.substr(2, 2))) return Unescaped{{static_cast<char>(*byte)}, 4};
  }
  if (std::ispunct(static_cast<unsigned char>(text[1])) != 0) return Unescaped{{text[1]}, 2};
  return std::nullopt;
}

std::optional<Unescaped> unescape_percent(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  const auto byte = hex_number(text.substr(1, 2));
  if (!byte) return std::nullopt;
  return Unescaped{{static_cast<char>(*byte)}, 3};
}

std::optional<Unescaped> unescape_plus(std::string_view) { return Unescaped{" ", 1}; }

using Unescape = std::optional<Unescaped> (*)(std::string_view);

View unescaped(const View& from, char sign, Unescape unescape) {
  View out;
  out.text.reserve(from.text.size());
  out.place.reserve(from.text.size() + 1);
  const std::string_view text = from.text;
  for (std::size_t i = 0; i < text.size();) {
    const auto found = text[i] == sign ? unescape(text.substr(i)) : std::nullopt;
    const auto size = found ? found->size : 1;
    out.text += found ? std::string_view(found->bytes) : text.substr(i, 1);
    // Every byte of an escape stands for the whole of it.
    while (out.place.size() < out.text.size()) out.place.push_back(from.original(i));
    i += size;
  }
  out.place.push_back(from.original(text.size()));
  return out;
}

bool has(const View& view, char sign) { return view.text.find(sign) != std::string::npos; }

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string encoded(std::string_view bytes, std::string_view alphabet) {
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    held = held << 8U | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) out += alphabet[(held >> (bits - 6)) & 0x3FU];
  }
  if (bits != 0) out += alphabet[(held << (6 - bits)) & 0x3FU];
  return out;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// What base64 of any text that holds `secret` contains, if `before` bytes (modulo three) stand in front of it.
std::string inside_base64(std::string_view secret, std::size_t before, std::string_view alphabet) {
  auto out = encoded(std::string(before, '\0') + std::string(secret), alphabet);
  if ((before + secret.size()) % 3 != 0) out.pop_back();  // shares its bits with what follows
  return out.substr(before == 0 ? 0 : before + 1);
}

std::string hex_of(std::string_view bytes, std::string_view digits) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4U];
    out += digits[byte & 0x0FU];
  }
  return out;
}

std::string covered(std::string_view text, std::vector<Stretch> spans) {
  std::sort(spans.begin(), spans.end(), [](Stretch a, Stretch b) { return a.begin < b.begin; });
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < spans.size();) {
    auto whole = spans[i];
    for (++i; i < spans.size() && spans[i].begin <= whole.end; ++i) whole.end = std::max(whole.end, spans[i].end);
    out += text.substr(done, whole.begin - done);
    out += kCover;
    done = whole.end;
  }
  return out + std::string(text.substr(done));
}

}  // namespace

void Redactor::add(std::string text, bool word) {
  const Needle needle{std::move(text), word};
  const auto at = std::lower_bound(needles_.begin(), needles_.end(), needle);
  if (at == needles_.end() || *at != needle) needles_.insert(at, needle);
}

void Redactor::hide_line(std::string_view secret) {
  add(std::string(secret), secret.size() < kAnywhere);
  needs_plus_ = needs_plus_ || secret.find(' ') != std::string_view::npos;
}

void Redactor::hide(std::string_view secret) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = secret.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return;
  secret = secret.substr(first, secret.find_last_not_of(kBlank) - first + 1);
  if (secret.size() < kShortest) return;
  hide_line(secret);
  // A message may show a key or certificate line by line.
  for (auto rest = secret; rest.find('\n') != std::string_view::npos;) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() >= kAnywhere) hide_line(line);
    if (rest.find('\n') == std::string_view::npos && rest.size() >= kAnywhere) hide_line(rest);
  }
  for (const auto alphabet : {kBase64, kBase64Url}) {
    add(encoded(secret, alphabet), secret.size() < kAnywhere);
    for (std::size_t before = 0; before < 3; ++before) {
      auto inside = inside_base64(secret, before, alphabet);
      if (inside.size() >= kShortestCode) add(std::move(inside), false);
    }
  }
  for (const std::string_view digits : {"0123456789abcdef", "0123456789ABCDEF"}) add(hex_of(secret, digits), false);
}

void Redactor::hide_secrets_of(const Value& value, std::size_t shortest) {
  std::unordered_set<const void*> met;
  hide_secrets_of(value, shortest, met);
}

void Redactor::hide_secrets_of(const Value& value, std::size_t shortest, std::unordered_set<const void*>& met) {
  const Facts facts = value.facts();
  if (!facts.secret) return;
  if (facts.size > kWorthRemembering && !met.insert(value.identity()).second) return;
  if (const auto* inner = value.secret()) {
    if (const auto* text = inner->string(); text != nullptr && text->size() >= shortest) hide(*text);
    if (const auto* items = inner->list()) {
      for (const auto& item : *items) hide_secrets_of(Value::secret(item), shortest);
    }
    if (const auto* members = inner->map()) {
      for (const auto& [name, member] : *members) hide_secrets_of(Value::secret(member), shortest);
    }
    return;
  }
  if (const auto* items = value.list()) {
    for (const auto& item : *items) hide_secrets_of(item, shortest, met);
  }
  if (const auto* members = value.map()) {
    for (const auto& [name, member] : *members) hide_secrets_of(member, shortest, met);
  }
  if (const auto* call = value.call()) {
    for (const auto& argument : call->arguments) hide_secrets_of(argument, shortest, met);
  }
}

namespace {

// All readings of a text: without escapes, and with up to two layers of backslashes and then percent signs taken off.
std::vector<View> views_of(std::string_view text, bool plus) {
  std::vector<View> out;
  out.push_back({.text = std::string(text), .place = {}});
  constexpr int kLayers = 2;  // JSON inside of JSON
  for (int layer = 0; layer < kLayers && has(out.back(), '\\'); ++layer) {
    out.push_back(unescaped(out.back(), '\\', unescape_backslash));
  }
  const auto layers = out.size();
  for (std::size_t i = 0; i < layers; ++i) {
    if (has(out[i], '%')) out.push_back(unescaped(out[i], '%', unescape_percent));
    if (!plus || !has(out[i], '+')) continue;
    auto spaced = unescaped(out[i], '+', unescape_plus);
    if (has(spaced, '%')) spaced = unescaped(spaced, '%', unescape_percent);
    out.push_back(std::move(spaced));
  }
  return out;
}

void find_all(const View& view, std::string_view needle, bool word, std::vector<Stretch>& out) {
  const std::string_view text = view.text;
  for (auto at = text.find(needle); at != std::string_view::npos; at = text.find(needle, at + 1)) {
    const auto end = at + needle.size();
    const bool inside = (at > 0 && is_word(text[at - 1]) && is_word(needle.front())) ||
                        (end < text.size() && is_word(text[end]) && is_word(needle.back()));
    if (!word || !inside) out.push_back(view.original(at, needle.size()));
  }
}

// The longest beginning of `needle` that `text` ends with; a short one only if a word begins with it.
std::size_t cut_off(std::string_view text, std::string_view needle) {
  for (auto size = std::min(text.size(), needle.size() - 1); size >= kShortest; --size) {
    if (!text.ends_with(needle.substr(0, size))) continue;
    const bool inside = size < text.size() && is_word(text[text.size() - size - 1]) && is_word(needle.front());
    if (size >= kAnywhere || !inside) return size;
  }
  return 0;
}

}  // namespace

std::string Redactor::clean(std::string_view text) const {
  if (needles_.empty()) return std::string(text);
  std::vector<Stretch> spans;
  for (const auto& view : views_of(text, needs_plus_)) {
    for (const auto& needle : needles_) find_all(view, needle.text, needle.word, spans);
  }
  return spans.empty() ? std::string(text) : covered(text, std::move(spans));
}

std::string Redactor::clean_foreign(std::string_view text) const {
  const auto known = clean(text);
  std::vector<Stretch> spans;
  for (const auto& secret : url_secrets(known)) spans.push_back({secret.begin, secret.end});
  const auto views = views_of(known, needs_plus_);
  for (const auto& view : views) {
    for (const auto ellipsis : kEllipses) {
      for (auto at = view.text.find(ellipsis); at != std::string::npos; at = view.text.find(ellipsis, at + 1)) {
        for (const auto& needle : needles_) {
          const auto size = cut_off(std::string_view(view.text).substr(0, at), needle.text);
          if (size != 0) spans.push_back(view.original(at - size, size));
        }
      }
    }
  }
  return spans.empty() ? known : covered(known, std::move(spans));
}

Error Redactor::clean(Error error) const {
  error.message = clean_foreign(error.message);
  error.help = clean_foreign(error.help);
  for (auto& line : error.context) line = clean_foreign(line);
  return error;
}

}  // namespace infra
