#include "base/net/url.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <libpsl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace infra::net {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Handle = std::unique_ptr<CURLU, FreeUrl>;

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK || text == nullptr) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return text;
}

int default_port(std::string_view scheme) {
  struct Known {
    std::string_view scheme;
    int port;
  };
  static constexpr std::array<Known, 5> kKnown = {
      {{"http", 80}, {"https", 443}, {"ssh", 22}, {"postgres", 5432}, {"postgresql", 5432}}};
  const auto* found = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& k) { return k.scheme == scheme; });
  return found != kKnown.end() ? found->port : 0;
}

// One that readers disagree about must not be read at all.
bool is_ambiguous(std::string_view text) {
  const bool odd = std::any_of(text.begin(), text.end(),
                               [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\'; });
  if (odd) return true;
  const auto begin = text.find("://");
  if (begin == std::string_view::npos) return true;
  const auto authority = text.substr(begin + 3, text.find_first_of("/?#", begin + 3) - begin - 3);
  return authority.empty() || std::count(authority.begin(), authority.end(), '@') > 1;
}

std::string bracketed(const std::string& host) {
  return host.find(':') != std::string::npos ? fmt::format("[{}]", host) : host;
}

std::optional<in_addr> as_ipv4(const std::string& host) {
  in_addr out{};
  return ::inet_pton(AF_INET, host.c_str(), &out) == 1 ? std::optional(out) : std::nullopt;
}

std::optional<in6_addr> as_ipv6(const std::string& host) {
  in6_addr out{};
  return ::inet_pton(AF_INET6, host.c_str(), &out) == 1 ? std::optional(out) : std::nullopt;
}

std::optional<Origin> origin_of(CURLU* url) {
  // A zone is of this machine's interfaces, and no part of who somebody is.
  if (!part(url, CURLUPART_ZONEID).empty()) return std::nullopt;
  Origin out{.scheme = lower(part(url, CURLUPART_SCHEME)), .host = lower(part(url, CURLUPART_HOST))};
  if (out.host.starts_with('[')) out.host = out.host.substr(1, out.host.find(']') - 1);
  if (out.host.empty()) return std::nullopt;
  const auto written = part(url, CURLUPART_PORT);
  if (written.empty()) {
    out.port = default_port(out.scheme);
  } else if (std::from_chars(written.data(), written.data() + written.size(), out.port).ec != std::errc()) {
    return std::nullopt;
  }
  return out;
}

}  // namespace

std::string Origin::text() const {
  const auto who = fmt::format("{}://{}", scheme, bracketed(host));
  return port == 0 || port == default_port(scheme) ? who : fmt::format("{}:{}", who, port);
}

std::string Url::text() const {
  const auto whom = origin.text();
  const auto begin = origin.scheme.size() + 3;
  const auto info = has_user_info() ? password.empty() ? user + "@" : fmt::format("{}:{}@", user, password) : "";
  return fmt::format("{}{}{}{}{}", whom.substr(0, begin), info, whom.substr(begin), path,
                     query.empty() ? "" : "?" + query);
}

Url Url::without_user_info() const {
  Url out = *this;
  out.user.clear();
  out.password.clear();
  return out;
}

std::optional<Url> parse_url(std::string_view text) {
  if (is_ambiguous(text)) return std::nullopt;
  const Handle url(curl_url());
  const std::string copy(text);
  constexpr unsigned kAsWritten = CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS;
  if (!url || curl_url_set(url.get(), CURLUPART_URL, copy.c_str(), kAsWritten) != CURLUE_OK) return std::nullopt;
  auto origin = origin_of(url.get());
  if (!origin) return std::nullopt;
  return Url{.origin = *std::move(origin),
             .user = part(url.get(), CURLUPART_USER),
             .password = part(url.get(), CURLUPART_PASSWORD),
             .path = part(url.get(), CURLUPART_PATH),
             .query = part(url.get(), CURLUPART_QUERY)};
}

std::optional<Url> resolve(const Url& base, std::string_view location) {
  if (location.find("://") != std::string_view::npos) return parse_url(location);
  if (!location.starts_with('/') || location.starts_with("//")) return std::nullopt;
  return parse_url(base.origin.text() + std::string(location));
}

std::string percent_decoded(std::string_view text) {
  int length = 0;
  char* decoded = curl_easy_unescape(nullptr, text.data(), static_cast<int>(text.size()), &length);
  if (decoded == nullptr) return std::string(text);
  std::string out(decoded, static_cast<std::size_t>(length));
  curl_free(decoded);
  return out;
}

std::optional<Origin> parse_host(std::string_view scheme, std::string_view text) {
  if (text.find_first_of("/?#@") != std::string_view::npos) return std::nullopt;
  auto url = parse_url(fmt::format("{}://{}", scheme, text));
  return url ? std::optional(std::move(url->origin)) : std::nullopt;
}

bool is_loopback(std::string_view host) {
  const std::string name(host);
  if (name == "localhost") return true;
  if (const auto address = as_ipv4(name)) return ntohl(address->s_addr) >> 24U == 127;
  const auto address = as_ipv6(name);
  if (!address) return false;
  if (IN6_IS_ADDR_LOOPBACK(&*address)) return true;
  return IN6_IS_ADDR_V4MAPPED(&*address) && address->s6_addr[12] == 127;
}

bool same_owner(const std::string& a, const std::string& b) {
  if (a == b) return true;
  if (as_ipv4(a) || as_ipv4(b) || as_ipv6(a) || as_ipv6(b)) return false;
  const auto domain = [](const std::string& host) {
    const char* found = psl_registrable_domain(psl_builtin(), host.c_str());
    return std::string(found != nullptr ? found : "");
  };
  return !domain(a).empty() && domain(a) == domain(b);
}

}  // namespace infra::net
