#include "importers/credentials.h"

#include <algorithm>
#include <array>
#include <set>

#include "importers/characters.h"
#include "importers/values.h"

namespace infra::importing {
namespace {

bool alphanumeric(char c) { return letter(c) || digit(c); }

using Words = std::vector<std::string>;

// DB_PASSWORD, db-password, spring.dbPassword: their words in small letters.
Words words_of(std::string_view name) {
  Words out(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool hump = upper(name[i]) && i > 0 && !upper(name[i - 1]) && letter(name[i - 1]);
    if ((!alphanumeric(name[i]) || hump) && !out.back().empty()) out.emplace_back();
    if (alphanumeric(name[i])) out.back() += name[i];
  }
  if (out.back().empty()) out.pop_back();
  for (auto& word : out) word = lower(std::move(word));
  return out;
}

// Words that make a name one of something about a secret, if they come last …
const std::set<std::string, std::less<>> kAbout = {
    "file",     "path",       "dir",        "url",          "uri",      "endpoint", "ttl",      "expiry",    "expires",
    "expire",   "expiration", "lifetime",   "timeout",      "length",   "size",     "type",     "algorithm", "enabled",
    "disabled", "enable",     "disable",    "issuer",       "audience", "header",   "count",    "minutes",   "seconds",
    "hours",    "days",       "mode",       "backend",      "provider", "store",    "manager",  "policy",    "prefix",
    "host",     "port",       "max",        "min",          "limit",    "name",     "duration", "interval",  "age",
    "validity", "format",     "field",      "required",     "method",   "version",  "hint",     "reset",     "server",
    "in",       "ms",         "s",          "namespace",    "engine",   "retries",  "location", "rotation",  "attempts",
    "secs",     "arn",        "complexity", "requirements", "username", "user"};
// … or first.
const std::set<std::string, std::less<>> kQuestion = {"allow",  "enable", "disable", "use",  "require", "random",
                                                      "forgot", "reset",  "show",    "hide", "skip",    "max",
                                                      "min",    "no",     "enforce", "has",  "is"};
const std::set<std::string, std::less<>> kSecretWords = {
    "password", "passwd",     "pass",        "pw",        "pwd",           "passphrase", "token",      "secret",
    "secrets",  "credential", "credentials", "apikey",    "accesskey",     "secretkey",  "privatekey", "authkey",
    "salt",     "pat",        "passcode",    "authtoken", "encryptionkey", "masterkey",  "signingkey"};
// Keys that everybody may know.
const std::set<std::string, std::less<>> kPublicKeys = {
    "public", "primary", "foreign", "sort",  "partition", "cache", "routing",   "group",  "publishable", "site",
    "object", "index",   "map",     "shard", "row",       "hot",   "composite", "unique", "pub",         "binding"};

bool is_secret_word(const std::string& word) {
  // PGPASSWORD, DBPASS, REQUIREPASS: what stands before is the name of a thing.
  static constexpr std::string_view kEnds[] = {"password", "passwd", "secret", "token", "passphrase"};
  static const std::set<std::string, std::less<>> kJoined = {"requirepass", "masterauth", "pgpass",   "mysqlpass",
                                                             "dbpass",      "dbpw",       "userpass", "rootpass",
                                                             "adminpass",   "keypass",    "storepass"};
  const bool ends = std::any_of(std::begin(kEnds), std::end(kEnds), [&](auto end) { return word.ends_with(end); });
  return ends || kSecretWords.contains(word) || kJoined.contains(word);
}

bool is_key(const Words& words, std::size_t at) {
  return words[at] == "key" && at > 0 && !kPublicKeys.contains(words[at - 1]);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

// ── What it looks like ───────────────────────────────────────────────────────

// scheme://user:password@host; a variable may stand for any of it.
void add_url_passwords(std::string_view text, std::vector<Part>& out) {
  for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    const auto begin = at + 3;
    auto end = text.find_first_of("/?# \t\n\"'<>,", begin);
    if (end == std::string_view::npos) end = text.size();
    const auto authority = text.substr(begin, end - begin);
    // A password that isn't encoded may hold a slash: then the @ comes behind it.
    const auto sign = authority.rfind('@');
    const auto colon = authority.find(':');
    if (sign == std::string_view::npos || colon == std::string_view::npos || colon + 1 >= sign) continue;
    out.push_back({begin + colon + 1, begin + sign});
  }
}

// user:password@tcp(host:3306)/name, as Go's driver of MySQL has it.
void add_dsn_password(std::string_view text, std::vector<Part>& out) {
  auto sign = text.find("@tcp(");
  if (sign == std::string_view::npos) sign = text.find("@unix(");
  if (sign == std::string_view::npos) return;
  const auto colon = text.substr(0, sign).find(':');
  if (colon != std::string_view::npos && colon + 1 < sign) out.push_back({colon + 1, sign});
}

constexpr std::array<std::string_view, 12> kKeys = {"password",        "passwd",  "pwd",    "accountkey",
                                                    "sharedaccesskey", "secret",  "token",  "sasl_password",
                                                    "access_token",    "api_key", "apikey", "accesskey"};

// Password=…; of a connection string, password=…& of a query, password=… of libpq.
void add_pairs(std::string_view text, std::vector<Part>& out) {
  const auto small = lower(std::string(text));
  for (const auto key : kKeys) {
    for (auto at = small.find(key); at != std::string::npos; at = small.find(key, at + 1)) {
      auto end = at + key.size();
      const bool whole = at == 0 || !(alphanumeric(small[at - 1]) || small[at - 1] == '-');
      while (end < small.size() && small[end] == ' ') ++end;
      if (!whole || end >= small.size() || small[end] != '=') continue;
      auto begin = end + 1;
      while (begin < small.size() && small[begin] == ' ') ++begin;
      const bool semicolons = small.find(';') != std::string::npos;
      const char quote = begin < small.size() && (small[begin] == '\'' || small[begin] == '"') ? small[begin] : '\0';
      if (quote != '\0') ++begin;
      const auto stops = quote != '\0' ? std::string(1, quote)
                         : semicolons  ? std::string(";")
                                       : std::string("& \t\n\"',;");
      auto stop = small.find_first_of(stops, begin);
      if (stop == std::string::npos) stop = small.size();
      const auto value = text.substr(begin, stop - begin);
      if (!value.empty() && !is_no_secret(key, value)) out.push_back({begin, stop});
    }
  }
}

// So many letters, digits and these behind `begin`.
std::size_t run_of(std::string_view text, std::size_t begin, std::string_view others) {
  auto end = begin;
  while (end < text.size() && (alphanumeric(text[end]) || others.find(text[end]) != std::string_view::npos)) ++end;
  return end - begin;
}

struct TokenForm {
  std::string_view prefix;
  std::size_t least;  // characters behind it
};
// As their makers document them.
constexpr TokenForm kTokens[] = {
    {"ghp_", 20},     {"gho_", 20},     {"ghs_", 20},   {"ghu_", 20},           {"github_pat_", 20}, {"glpat-", 16},
    {"xoxb-", 10},    {"xoxp-", 10},    {"xoxa-", 10},  {"xoxr-", 10},          {"xapp-", 10},       {"sk_live_", 10},
    {"sk_test_", 10}, {"rk_live_", 10}, {"whsec_", 10}, {"sk-ant-", 10},        {"sk-proj-", 10},    {"AKIA", 16},
    {"ASIA", 16},     {"AIza", 30},     {"SG.", 20},    {"npm_", 30},           {"dckr_pat_", 10},   {"hvs.", 20},
    {"hvb.", 20},     {"pypi-", 20},    {"shpat_", 20}, {"dop_v1_", 20},        {"NRAK-", 20},       {"lin_api_", 20},
    {"ATATT", 20},    {"tskey-", 10},   {"eyJ", 40},    {"AGE-SECRET-KEY-", 20}};

void add_tokens(std::string_view text, std::vector<Part>& out) {
  for (const auto& [prefix, least] : kTokens) {
    for (auto at = text.find(prefix); at != std::string_view::npos; at = text.find(prefix, at + 1)) {
      if (at > 0 && (alphanumeric(text[at - 1]) || text[at - 1] == '_')) continue;
      const auto behind = run_of(text, at + prefix.size(), "_-.");
      if (behind >= least) out.push_back({at, at + prefix.size() + behind});
    }
  }
  const auto key = text.find("-----BEGIN ");
  if (key != std::string_view::npos && text.find("PRIVATE KEY", key) != std::string_view::npos)
    out.push_back({key, text.size()});
}

// Hashes as crypt(3), bcrypt and htpasswd write them, and what follows `Bearer` and `Basic`.
void add_hashes(std::string_view text, std::vector<Part>& out) {
  for (const auto* begin : {"$2a$", "$2b$", "$2y$", "$apr1$", "$1$", "$5$", "$6$", "$argon2", "{SHA}"}) {
    for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1)) {
      const auto length = run_of(text, at, "$./+=,{}");
      if (length >= 20) out.push_back({at, at + length});
    }
  }
  for (const std::string_view scheme : {"Bearer ", "Basic "}) {
    const auto at = text.find(scheme);
    if (at == std::string_view::npos) continue;
    const auto begin = at + scheme.size();
    auto end = text.find_first_of(" \t\n\"',;", begin);
    if (end == std::string_view::npos) end = text.size();
    if (end - begin >= 8 || text.substr(begin, end - begin).find(kVariable) != std::string_view::npos)
      out.push_back({begin, end});
  }
}

// In order; of two that share characters one.
std::vector<Part> apart(std::vector<Part> parts) {
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; });
  std::vector<Part> out;
  for (const auto& part : parts) {
    if (out.empty() || part.begin >= out.back().end)
      out.push_back(part);
    else
      out.back().end = std::max(out.back().end, part.end);
  }
  return out;
}

}  // namespace

bool names_secret(std::string_view name) {
  auto words = words_of(name);
  while (!words.empty() && std::all_of(words.back().begin(), words.back().end(), digit)) words.pop_back();
  if (words.empty() || kAbout.contains(words.back()) || name == "PWD" || name == "OLDPWD") return false;
  if (kQuestion.contains(words.front()) && words.size() > 1) return false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "random" || words[i] == "empty") return false;  // MYSQL_RANDOM_ROOT_PASSWORD
  }
  const auto& last = words.back();
  // SECRET_ID, ACCESS_KEY_ID and PASSWORD_HASH say what SECRET and PASSWORD say.
  const bool same =
      (last == "id" || last == "hash" || last == "base64" || last == "value" || last == "text" || last == "b64");
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool end = i + 1 == words.size() || (same && i + 2 == words.size());
    const bool anywhere = words[i] == "secret" || words[i].ends_with("password") || words[i] == "passwd" ||
                          words[i] == "credential" || words[i] == "credentials";
    if ((end || anywhere) && (is_secret_word(words[i]) || is_key(words, i))) return true;
  }
  // TOKENS, KEYS, SALTS: several of them.
  if (words.size() > 1 && (last == "passwords" || (last == "tokens" && words.front() != "max"))) return true;
  return words.size() > 1 && last == "auth" && words[words.size() - 2] != "enable";
}

bool is_no_secret(std::string_view name, std::string_view written) {
  static const std::set<std::string, std::less<>> kAnswers = {
      "",     "yes",      "no",      "true",  "false",  "on",    "off",   "y",     "n",      "none",
      "null", "disabled", "enabled", "basic", "oauth2", "plain", "login", "trust", "default"};
  const auto value = trimmed(written);
  const auto small = lower(std::string(value));
  const auto words = words_of(name);
  const bool auth = !words.empty() && words.back() == "auth";
  // NEO4J_AUTH=neo4j/secret and FLOWER_BASIC_AUTH=user:secret, but AUTH=ldap.
  if (auth && value.find_first_of(":/\x1A") == std::string_view::npos) return true;
  if (small != "default" && small != "plain" && small != "login" && kAnswers.contains(small)) return true;
  if (auth && kAnswers.contains(small)) return true;
  if (value.starts_with("/run/secrets/") || value.starts_with("file:")) return true;
  const bool key =
      !words.empty() && (words.back() == "key" || words.back() == "credentials" || words.back() == "token");
  const bool path = value.find('/', 1) != std::string_view::npos && value.find(' ') == std::string_view::npos;
  const bool file =
      small.ends_with(".key") || small.ends_with(".pem") || small.ends_with(".crt") || small.ends_with(".json");
  return key && path && (value.starts_with('/') || value.starts_with("./") || file);
}

std::vector<Part> credentials_in(std::string_view text) {
  std::vector<Part> out;
  add_url_passwords(text, out);
  add_dsn_password(text, out);
  add_pairs(text, out);
  add_tokens(text, out);
  add_hashes(text, out);
  return apart(std::move(out));
}

std::vector<Part> credentials_of(std::string_view name, std::string_view value) {
  if (names_secret(name) && !is_no_secret(name, value)) return {{0, value.size()}};
  return credentials_in(value);
}

std::string without_credentials(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  for (const auto& [begin, end] : credentials_in(text)) {
    out.append(text.substr(at, begin - at)).append("***");
    at = end;
  }
  return out.append(text.substr(at));
}

}  // namespace infra::importing
