#include <libpq-fe.h>

#include <algorithm>
#include <sstream>

#include "base/postgres.h"

namespace infra::postgres {
namespace {

// A server that is gone is noticed within a minute, whatever the operating system's own patience is.
const std::map<std::string, std::string> kDefaults = {
    {"connect_timeout", "10"},   {"keepalives", "1"},
    {"keepalives_idle", "15"},   {"keepalives_interval", "5"},
    {"keepalives_count", "3"},   {"tcp_user_timeout", "30000"},
    {"client_encoding", "UTF8"}, {"fallback_application_name", "infra"}};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

// Takes the caller's parameters out of the URL; libpq refuses those that it doesn't know.
std::string without_own(const std::string& url, const std::vector<std::string>& own,
                        std::map<std::string, std::string>& into) {
  const auto mark = url.find('?');
  if (mark == std::string::npos) return url;
  std::string kept;
  std::istringstream parameters(url.substr(mark + 1));
  for (std::string item; std::getline(parameters, item, '&');) {
    const auto equals = std::min(item.find('='), item.size());
    const auto name = item.substr(0, equals);
    if (std::ranges::find(own, name) == own.end()) {
      kept += (kept.empty() ? "" : "&") + item;
    } else {
      into[name] = percent_decoded(equals < item.size() ? item.substr(equals + 1) : std::string());
    }
  }
  return url.substr(0, mark) + (kept.empty() ? "" : "?" + kept);
}

std::string shown(const std::map<std::string, std::string>& options) {
  const auto get = [&](const char* name) {
    const auto at = options.find(name);
    return at == options.end() ? std::string() : at->second;
  };
  const std::string user = get("user").empty() ? "" : get("user") + "@";
  const std::string port = get("port").empty() ? "" : ":" + get("port");
  const bool socket = get("host").starts_with('/');
  const std::string where = socket ? "" : get("host") + port;
  const std::string base = "postgres://" + user + where + "/" + get("dbname");
  return socket ? base + " on " + get("host") + port : base;
}

}  // namespace

bool is_url(std::string_view text) { return text.starts_with("postgres://") || text.starts_with("postgresql://"); }

std::string without_password(const std::string& url) {
  std::map<std::string, std::string> dropped;
  auto out = without_own(url, {"password", "sslpassword"}, dropped);
  const auto start = out.find("://") + 3;
  // "user:password@" ends at the last @ before the path: a password that isn't escaped as it should may hold one.
  const auto end = out.rfind('@', std::min(out.find_first_of("/?", start), out.size()));
  if (end == std::string::npos || end < start) return out;
  const auto colon = out.find(':', start);
  if (colon < end) out.erase(colon, end - colon);
  return out;
}

Result<Target> Target::parse(const std::string& url, const std::vector<std::string>& own, const Explain& explain) {
  Target out;
  char* why = nullptr;
  PQconninfoOption* all = PQconninfoParse(without_own(url, own, out.own_).c_str(), &why);
  // libpq's words repeat the URL, which may hold a password.
  if (why != nullptr) PQfreemem(why);
  if (all == nullptr) {
    return explain({.message = "the URL can't be read; its form is postgres://user@host:port/database?sslmode=…, with "
                               "%XX for special characters"});
  }
  for (const auto* option = all; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) out.options_[option->keyword] = option->val;
  }
  PQconninfoFree(all);
  out.text_ = shown(out.options_);
  for (const auto& [name, value] : kDefaults) out.options_.emplace(name, value);
  return out;
}

}  // namespace infra::postgres
