#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <sstream>

#include "base/databases/postgres.h"
#include "base/net/url.h"
#include "base/secrets/url_secrets.h"

namespace infra::postgres {
namespace {

// A server that is gone is noticed within a minute, whatever the operating system's own patience is.
const std::map<std::string, std::string> kDefaults = {
    {"connect_timeout", "10"},   {"keepalives", "1"},
    {"keepalives_idle", "15"},   {"keepalives_interval", "5"},
    {"keepalives_count", "3"},   {"tcp_user_timeout", "30000"},
    {"client_encoding", "UTF8"}, {"fallback_application_name", "infra"}};

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
      into[name] = net::percent_decoded(equals < item.size() ? item.substr(equals + 1) : std::string());
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

using Options = std::map<std::string, std::string>;

std::string value_of(const Options& options, const std::string& name) {
  const auto at = options.find(name);
  return at != options.end() ? at->second : std::string();
}

// With what libpq would take from the environment (PGHOST, PGPASSWORD …).
Options completed(Options options) {
  PQconninfoOption* all = PQconndefaults();
  for (const auto* option = all; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) options.emplace(option->keyword, option->val);
  }
  PQconninfoFree(all);
  return options;
}

// Whoever is reached over a network; empty: only sockets and addresses of this machine. libpq takes lists of hosts, and
// connects to `hostaddr` whatever `host` says.
std::string distant_host(const Options& options) {
  const auto addresses = value_of(options, "hostaddr");
  std::istringstream hosts(addresses.empty() ? value_of(options, "host") : addresses);
  for (std::string host; std::getline(hosts, host, ',');) {
    const bool socket = host.empty() || host.front() == '/' || host.front() == '@';
    if (!socket && !net::is_loopback(host)) return host;
  }
  return {};
}

// A password goes over a network only with TLS: libpq's own default would do without where the server says that it has
// none. nullopt: fine, and `options` say so; else why not.
std::optional<std::string> keep_private(Options& options) {
  const auto all = completed(options);
  const auto distant = distant_host(all);
  if (distant.empty()) return std::nullopt;
  const bool said =
      options.contains("sslmode") || std::getenv("PGSSLMODE") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  if (!said) options["sslmode"] = "require";
  const auto mode = said ? value_of(all, "sslmode") : "require";
  if (mode == "require" || mode.starts_with("verify-")) return std::nullopt;
  if (!value_of(all, "password").empty()) {
    return "the password would go to " + distant + " in clear, since sslmode is " + mode +
           "; write sslmode=require, or better verify-full";
  }
  options["passfile"] = "/dev/null";  // one of ~/.pgpass would go in clear, too
  return std::nullopt;
}

}  // namespace

bool is_url(std::string_view text) { return text.starts_with("postgres://") || text.starts_with("postgresql://"); }

std::string without_password(const std::string& url) {
  std::map<std::string, std::string> dropped;
  auto out = without_own(url, {"password", "sslpassword"}, dropped);
  // One that isn't escaped as it should be, too.
  for (auto secrets = url_secrets(out); !secrets.empty(); secrets.pop_back()) {
    const auto& secret = secrets.back();
    const bool in_user_info = out[secret.begin - 1] == ':';
    out.erase(secret.begin - (in_user_info ? 1 : 0), secret.end - secret.begin + (in_user_info ? 1 : 0));
  }
  return out;
}

// libpq would take a password with an @ or a / in it for the end of the user and the beginning of the host, and name
// the host in its messages.
bool is_escaped(std::string_view url) {
  const auto begin = url.find("://") + 3;
  const auto body = url.substr(std::min(begin, url.size()), url.find('?') - begin);
  const auto sign = body.find('@');
  return sign == std::string_view::npos ||
         (body.find('@', sign + 1) == std::string_view::npos && sign < std::min(body.find('/'), body.size()));
}

Result<Target> Target::parse(const std::string& url, const std::vector<std::string>& own, const Explain& explain) {
  if (!is_escaped(url)) {
    return explain(
        {.message = "the URL's password isn't escaped; write %40 for an @, %2F for a / and %3A for a : in it"});
  }
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
  if (const auto obstacle = keep_private(out.options_)) return explain({.state = "28000", .message = *obstacle});
  for (const auto& [name, value] : kDefaults) out.options_.emplace(name, value);
  return out;
}

}  // namespace infra::postgres
