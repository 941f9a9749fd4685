// Signature Version 4, as AWS verifies it: of a request's headers, or of a URL. Pure.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace infra::aws {

using SysTime = std::chrono::system_clock::time_point;

struct Credentials {
  std::string id;
  std::string secret;
  std::string token;               // of a session; empty for a user's own keys
  std::optional<SysTime> expires;  // when they end; nullopt: never
};

struct Scope {
  std::string region;
  std::string service;  // the signing name: "elasticloadbalancing"
};

using Query = std::vector<std::pair<std::string, std::string>>;

struct Signable {
  std::string method = "POST";
  std::string path = "/";  // as sent: its special characters are encoded already
  Query query = {};
  std::map<std::string, std::string> headers = {};  // names in lower case; all are signed; "host" must be there
  std::string body = {};
};

std::string amz_date(SysTime now);  // "20261128T150000Z"
// Adds the headers x-amz-date, x-amz-security-token and authorization.
void sign(Signable& request, SysTime now, const Scope& scope, const Credentials& credentials);
// The URL of a GET that is good for `lifetime`, whoever holds it. `headers` must be sent along.
std::string presigned_url(const std::string& host, std::map<std::string, std::string> headers, Query query,
                          std::chrono::seconds lifetime, SysTime now, const Scope& scope,
                          const Credentials& credentials);
// Sorted and encoded as it is signed: "a=1&b=x%20y".
std::string query_text(const Query& query);

}  // namespace infra::aws
