// Addresses of hosts, read by libcurl's URL API: what is compared, shown and connected to is one reading of the text.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace infra::net {

// A part of a URL before its path: whom one talks to, and how.
struct Origin {
  std::string scheme;  // lower case: "https"
  std::string host;    // lower case; an address in its usual form ("127.0.0.1" for "127.1"), IPv6 without brackets
  int port = 0;        // as written, else the scheme's; 0: neither
  // "https://host", "http://[::1]:8080": the port only if it isn't the scheme's.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Origin&, const Origin&) = default;
};

struct Url {
  Origin origin;
  std::string user, password;  // as written, percent-encoded; a user without a password is how many tokens are given
  std::string path = "/";
  std::string query;  // without its '?'
  [[nodiscard]] bool has_user_info() const { return !user.empty() || !password.empty(); }
  [[nodiscard]] std::string text() const;
  [[nodiscard]] Url without_user_info() const;
};

// SCHEME://…; nullopt if it isn't one, and for what two readers could read differently: more than one '@' before the
// path, backslashes, blanks, control characters.
std::optional<Url> parse_url(std::string_view text);

// Where a redirect from `base` leads: `location` is a URL, or a path of the same host.
std::optional<Url> resolve(const Url& base, std::string_view location);

// "a%40b" is "a@b".
std::string percent_decoded(std::string_view text);

// "registry.example.org:5000", "[::1]:80", "localhost": a host with or without a port and nothing else. The port is
// the scheme's if none is written.
std::optional<Origin> parse_host(std::string_view scheme, std::string_view text);

// This machine and nobody else: "localhost", 127.0.0.0/8, ::1, and the latter's IPv4 form in IPv6.
bool is_loopback(std::string_view host);

// Are both hosts, or names below one domain that somebody can own (by the Public Suffix List)? "registry.gitlab.com"
// and "gitlab.com" are; "a.github.io" and "b.github.io" are not. An address is only its own.
bool same_owner(const std::string& a, const std::string& b);

}  // namespace infra::net
