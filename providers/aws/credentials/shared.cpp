#include <fmt/format.h>

#include <array>
#include <cstdio>

#include "providers/aws/api/xml.h"
#include "providers/aws/credentials/sources.h"

namespace infra::aws {

Error credentials_error(std::string message, std::string help) {
  return {.code = "E0620", .message = std::move(message), .help = std::move(help)};
}

std::optional<SysTime> parse_time(std::string_view text) {
  const std::string copy(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(copy.c_str(), "%d-%d-%dT%d:%d:%d", &year, &month, &day, &hour, &minute, &second) != 6) {
    return std::nullopt;
  }
  using namespace std::chrono;
  const year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
}

Result<Credentials> read_credentials(const Value& value, const std::string& whose) {
  Credentials out{.id = text_of(value["AccessKeyId"]),
                  .secret = text_of(value["SecretAccessKey"]),
                  .token = text_of(value["SessionToken"]),
                  .expires = {}};
  if (out.token.empty()) out.token = text_of(value["Token"]);
  if (out.id.empty() || out.secret.empty()) {
    return credentials_error(fmt::format("{} gave no AccessKeyId and SecretAccessKey", whose));
  }
  if (const auto end = text_of(value["Expiration"]); !end.empty()) {
    out.expires = parse_time(end);
    if (!out.expires) return credentials_error(fmt::format("{} gave an Expiration that is no time: {}", whose, end));
  }
  return out;
}

Result<http::Response> ask(const SourceContext& context, const std::string& url, const std::string& method,
                           const std::vector<std::string>& headers, std::chrono::milliseconds patience) {
  const auto scheme = url.find("://");
  const auto path = url.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  const http::Target target{.base = url.substr(0, path)};
  const http::Request request{.method = method,
                              .path = path == std::string::npos ? "/" : url.substr(path),
                              .headers = headers,
                              .connect_timeout = patience,
                              .timeout = patience};
  const auto answer = context.surroundings.send(target, request);
  if (const auto* failure = std::get_if<http::Failure>(&answer)) {
    return credentials_error(fmt::format("{} doesn't answer: {}", target.base, failure->reason));
  }
  return std::get<http::Response>(answer);
}

Result<Value> ask_sts(const SourceContext& context, std::string_view operation, const Value& parameters,
                      const Credentials* credentials) {
  const EndpointChoice choice{
      .all = context.surroundings.variable_or("AWS_ENDPOINT_URL", context.profiles.endpoint(context.profile, "")),
      .one = [&](std::string_view service) {
        return context.surroundings.variable(fmt::format("AWS_ENDPOINT_URL_{}", service));
      }};
  const auto& sts = *find_service("sts");
  const auto endpoint = endpoint_of(sts, context.region.empty() ? "us-east-1" : context.region, choice);
  for (int n = 1;; ++n) {
    auto answer = exchange({.service = sts,
                            .operation = operation,
                            .parameters = parameters,
                            .endpoint = endpoint,
                            .credentials = credentials,
                            .now = context.surroundings.clock->now()},
                           context.surroundings.send);
    if (answer.reply) return answer.reply.value();
    if (!answer.reply.fault().transient() || n >= 3) return answer.reply.error();
    context.surroundings.clock->sleep(std::chrono::seconds(n), nullptr);
  }
}

}  // namespace infra::aws
