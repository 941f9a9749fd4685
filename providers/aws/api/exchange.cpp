#include "providers/aws/api/exchange.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/values/codec.h"
#include "providers/aws/api/answers.h"
#include "providers/aws/api/encode.h"
#include "providers/aws/api/xml.h"

namespace infra::aws {

namespace {

Query query_of(const Map& parameters) {
  Query out;
  for (const auto& [name, value] : parameters) {
    if (const auto* list = value.list()) {
      for (const auto& one : *list) out.emplace_back(name, text_of(one));
    } else if (!value.is_null()) {
      out.emplace_back(name, text_of(value));
    }
  }
  return out;
}

Signable encoded(const Exchange& what) {
  Signable out;
  auto& type = out.headers["content-type"];
  switch (what.service.protocol) {
    case Protocol::json:
      type = "application/x-amz-json-1.1";
      out.headers["x-amz-target"] = fmt::format("{}.{}", what.service.version, what.operation);
      out.body = json_body(what.parameters);
      break;
    case Protocol::query:
    case Protocol::ec2:
      type = "application/x-www-form-urlencoded; charset=utf-8";
      out.body = form_body(what.service.protocol, what.operation, what.service.version, what.parameters);
      break;
    case Protocol::rest: {
      auto request = rest_request(what.service.name, what.operation, what.parameters);
      type = "application/json";
      out.method = std::move(request.method);
      out.path = std::move(request.path);
      out.query = query_of(request.query);
      out.body = std::move(request.body);
      break;
    }
  }
  out.headers["host"] = what.endpoint.host;
  return out;
}

http::Request http_request(Signable&& request, const Cancel* cancel) {
  http::Request out{.method = request.method, .path = request.path, .body = std::move(request.body), .cancel = cancel};
  if (!request.query.empty()) out.path += "?" + query_text(request.query);
  for (const auto& [name, value] : request.headers) {
    if (name != "host") out.headers.push_back(fmt::format("{}: {}", name, value));
  }
  return out;
}

std::optional<SysTime> date_of(const http::Response& response) {
  const auto at = response.headers.find("date");
  if (at == response.headers.end()) return std::nullopt;
  const auto seconds = curl_getdate(at->second.c_str(), nullptr);
  return seconds < 0 ? std::nullopt : std::optional(std::chrono::system_clock::from_time_t(seconds));
}

// An XML answer is named after its operation: another root is another service's page, however well it is formed. The
// members of ec2's stand in it, query's in <…Result>.
Result<Value> decoded(const Exchange& what, const http::Response& response) {
  if (what.service.protocol == Protocol::json || what.service.protocol == Protocol::rest) {
    return response.body.empty() ? Result<Value>(Value(Map())) : from_plain_json(response.body);
  }
  auto answer = parse_xml(response.body, fmt::format("{}Response", what.operation));
  if (!answer || what.service.protocol == Protocol::ec2) return answer;
  return (*answer)[fmt::format("{}Result", what.operation)];
}

Result<Value> read_answer(const Exchange& what, const http::Response& response) {
  auto value = decoded(what, response);
  if (!value) return value;
  if (auto fits = check_answer(what.service, what.operation, *value); !fits) return std::move(fits).error();
  return value;
}

Fault unreadable(const Exchange& what, const http::Response& response, const std::string& why) {
  const auto type = response.headers.find("content-type");
  Fault out{.kind = Fault::unanswered, .operation = fmt::format("{}:{}", what.service.name, what.operation)};
  out.error = {
      .code = "E0621",
      .message = fmt::format("{} answered {} with what isn't the API's ({}): {}", what.endpoint.host, out.operation,
                             type != response.headers.end() ? type->second : "no content type", why),
      .help = "look whether a proxy stands between here and AWS, and whether `endpoint` names an API"};
  return out;
}

}  // namespace

Exchanged exchange(const Exchange& what, const Sender& send) {
  auto request = encoded(what);
  if (what.credentials != nullptr) sign(request, what.now, what.endpoint.scope, *what.credentials);
  const http::Target target{.base = what.endpoint.base};
  const auto answer = send(target, http_request(std::move(request), what.cancel));
  if (const auto* failure = std::get_if<http::Failure>(&answer)) {
    return {.reply = fault_of(what.service, what.operation, what.endpoint.host, *failure), .server_time = {}};
  }
  const auto& response = std::get<http::Response>(answer);
  const auto time = date_of(response);
  if (response.status < 200 || response.status >= 300) {
    return {.reply = fault_of(what.service, what.operation, response), .server_time = time};
  }
  auto value = read_answer(what, response);
  if (!value) return {.reply = unreadable(what, response, value.error().message), .server_time = time};
  return {.reply = *std::move(value), .server_time = time};
}

}  // namespace infra::aws
