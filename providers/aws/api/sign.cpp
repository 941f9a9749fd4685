#include "providers/aws/api/sign.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "base/hash.h"
#include "providers/http.h"

namespace infra::aws {

namespace {

std::string hmac(const std::string& key, const std::string& text) {
  crypto_auth_hmacsha256_state state;
  unsigned char out[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  crypto_auth_hmacsha256_final(&state, out);
  return {reinterpret_cast<const char*>(out), sizeof out};
}

std::string hex_of(const std::string& bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  out.pop_back();
  return out;
}

// What is sent is encoded once; what is signed (by every service but S3) is encoded once more.
std::string canonical_path(const std::string& path) {
  std::string out;
  std::size_t from = 0;
  while (true) {
    const auto slash = path.find('/', from);
    out += http::url_encoded(path.substr(from, slash - from));
    if (slash == std::string::npos) return out.empty() ? "/" : out;
    out += '/';
    from = slash + 1;
  }
}

// Trimmed, and runs of spaces are one.
std::string canonical_header(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string scope_text(const std::string& date, const Scope& scope) {
  return fmt::format("{}/{}/{}/aws4_request", date.substr(0, 8), scope.region, scope.service);
}

std::string header_names(const std::map<std::string, std::string>& headers) {
  std::string out;
  for (const auto& [name, value] : headers) out += (out.empty() ? "" : ";") + name;
  return out;
}

std::string signature(const Signable& request, const std::string& date, const Scope& scope, const std::string& secret) {
  std::string headers;
  for (const auto& [name, value] : request.headers) headers += name + ":" + canonical_header(value) + "\n";
  const auto canonical =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, canonical_path(request.path), query_text(request.query),
                  headers, header_names(request.headers), sha256_hex(request.body));
  const auto text = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", date, scope_text(date, scope), sha256_hex(canonical));
  auto key = "AWS4" + secret;
  for (const auto& part : {date.substr(0, 8), scope.region, scope.service, std::string("aws4_request")}) {
    key = hmac(key, part);
  }
  return hex_of(hmac(key, text));
}

}  // namespace

std::string amz_date(SysTime now) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

std::string query_text(const Query& query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(query.size());
  for (const auto& [name, value] : query) pairs.emplace_back(http::url_encoded(name), http::url_encoded(value));
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  return out;
}

void sign(Signable& request, SysTime now, const Scope& scope, const Credentials& credentials) {
  const auto date = amz_date(now);
  request.headers["x-amz-date"] = date;
  if (!credentials.token.empty()) request.headers["x-amz-security-token"] = credentials.token;
  request.headers["authorization"] = fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                                                 credentials.id, scope_text(date, scope), header_names(request.headers),
                                                 signature(request, date, scope, credentials.secret));
}

std::string presigned_url(const std::string& host, std::map<std::string, std::string> headers, Query query,
                          std::chrono::seconds lifetime, SysTime now, const Scope& scope,
                          const Credentials& credentials) {
  const auto date = amz_date(now);
  headers["host"] = host;
  query.insert(query.end(), {{"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
                             {"X-Amz-Credential", credentials.id + "/" + scope_text(date, scope)},
                             {"X-Amz-Date", date},
                             {"X-Amz-Expires", std::to_string(lifetime.count())},
                             {"X-Amz-SignedHeaders", header_names(headers)}});
  if (!credentials.token.empty()) query.emplace_back("X-Amz-Security-Token", credentials.token);
  const Signable request{.method = "GET", .query = query, .headers = std::move(headers)};
  return fmt::format("https://{}/?{}&X-Amz-Signature={}", host, query_text(query),
                     signature(request, date, scope, credentials.secret));
}

}  // namespace infra::aws
