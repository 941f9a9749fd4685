#include "base/secrets/url_secrets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace infra {
namespace {

constexpr std::string_view kEnds = " \t\r\n\"'<>`";

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// The scheme's name in front of "://".
std::string_view scheme_before(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && (std::isalnum(static_cast<unsigned char>(text[begin - 1])) != 0 || text[begin - 1] == '+'))
    --begin;
  return text.substr(begin);
}

bool is_web(std::string_view scheme) { return scheme == "http" || scheme == "https"; }

// What is behind the first colon: a port, or the beginning of a password?
bool begins_with_port(std::string_view rest) {
  const auto end = std::min(rest.find_first_not_of("0123456789"), rest.size());
  return end > 0 && (end == rest.size() || std::string_view("/?#,").find(rest[end]) != std::string_view::npos);
}

bool is_computed(std::string_view text) { return text.starts_with("${") && text.ends_with("}"); }

// Where the '@' is that ends "user:password", in what follows "://".
std::optional<std::size_t> sign_of(std::string_view scheme, std::string_view rest) {
  const auto run = rest.substr(0, rest.find_first_of(kEnds));
  const auto authority = run.substr(0, run.find_first_of("/?#"));
  const auto last = run.rfind('@');
  // Of a web address an '@' may stand in its path; a database's has none there.
  if (authority.find('@') != std::string_view::npos) {
    const bool password = authority.find(':') < authority.find('@');
    return password || !is_web(scheme) ? last : authority.rfind('@');
  }
  const auto colon = authority.find(':');
  if (authority.starts_with('[')) return std::nullopt;  // an IPv6 address
  if (colon == std::string_view::npos || begins_with_port(run.substr(colon + 1))) return std::nullopt;
  if (last != std::string_view::npos) return last;
  // Its password has a blank or a quote in it.
  const auto line = rest.substr(0, std::min({rest.find('\n'), rest.find("://"), rest.size()}));
  const auto later = line.find('@', colon);
  return later != std::string_view::npos ? std::optional(later) : std::nullopt;
}

void find_user_info(std::string_view text, std::size_t at, std::vector<UrlSecret>& out) {
  const auto scheme = scheme_before(text.substr(0, at));
  const auto begin = at + 3;
  const auto sign = sign_of(scheme, text.substr(begin));
  if (!sign) return;
  const auto info = text.substr(begin, *sign);
  const auto colon = info.find(':');
  // A user's name helps; over the web it may be a token.
  const bool password = colon != std::string_view::npos;
  if (!password && !is_web(scheme)) return;
  const auto from = password ? colon + 1 : 0;
  if (from < info.size() && !is_computed(info.substr(from))) out.push_back({begin + from, begin + *sign});
}

bool names_a_secret(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kParts = {"token",  "password", "passwd", "pwd",       "secret",
                                                             "apikey", "api_key",  "sig",    "credential"};
  const auto small = lower(name);
  return small == "key" || small == "auth" || small == "access_key" ||
         std::any_of(kParts.begin(), kParts.end(), [&](auto part) { return small.find(part) != std::string::npos; });
}

void find_parameters(std::string_view text, std::size_t at, std::vector<UrlSecret>& out) {
  const auto run = text.substr(0, std::min(text.find_first_of(kEnds, at), text.size()));
  for (auto begin = run.find('?', at); begin < run.size();) {
    const auto end = std::min(run.find_first_of("&#", begin + 1), run.size());
    const auto equals = run.find('=', begin);
    if (equals < end && equals + 1 < end && names_a_secret(run.substr(begin + 1, equals - begin - 1)) &&
        !is_computed(run.substr(equals + 1, end - equals - 1))) {
      out.push_back({equals + 1, end});
    }
    begin = end;
  }
}

}  // namespace

std::vector<UrlSecret> url_secrets(std::string_view text) {
  std::vector<UrlSecret> found;
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    find_user_info(text, at, found);
    find_parameters(text, at, found);
  }
  std::sort(found.begin(), found.end(), [](UrlSecret a, UrlSecret b) { return a.begin < b.begin; });
  std::vector<UrlSecret> out;
  for (const auto& one : found) {
    if (!out.empty() && one.begin <= out.back().end) {
      out.back().end = std::max(out.back().end, one.end);
    } else {
      out.push_back(one);
    }
  }
  return out;
}

std::string without_url_secrets(std::string_view text) {
  std::string out;
  std::size_t done = 0;
  for (const auto& secret : url_secrets(text)) {
    out += text.substr(done, secret.begin - done);
    out += "***";
    done = secret.end;
  }
  return out + std::string(text.substr(done));
}

}  // namespace infra
