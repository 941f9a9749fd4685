#include "providers/aws/api/fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/values/codec.h"
#include "providers/aws/api/xml.h"

namespace infra::aws {

namespace {

// The codes that botocore's standard mode takes for "too fast" (botocore/retries/standard.py).
constexpr std::array<std::string_view, 14> kThrottling = {"Throttling",
                                                          "ThrottlingException",
                                                          "ThrottledException",
                                                          "RequestThrottledException",
                                                          "TooManyRequestsException",
                                                          "ProvisionedThroughputExceededException",
                                                          "TransactionInProgressException",
                                                          "RequestLimitExceeded",
                                                          "BandwidthLimitExceeded",
                                                          "LimitExceededExceptionThrottle",
                                                          "RequestThrottled",
                                                          "SlowDown",
                                                          "PriorRequestNotComplete",
                                                          "EC2ThrottledException"};
constexpr std::array<std::string_view, 6> kDenied = {"AccessDenied",          "AccessDeniedException",
                                                     "UnauthorizedOperation", "Client.UnauthorizedOperation",
                                                     "UnauthorizedException", "NotAuthorized"};
constexpr std::array<std::string_view, 9> kBadCredentials = {"ExpiredToken",
                                                             "ExpiredTokenException",
                                                             "InvalidClientTokenId",
                                                             "UnrecognizedClientException",
                                                             "AuthFailure",
                                                             "SignatureDoesNotMatch",
                                                             "InvalidAccessKeyId",
                                                             "IncompleteSignature",
                                                             "MissingAuthenticationToken"};

constexpr std::array<std::string_view, 8> kTaken = {"AlreadyExists",
                                                    "DuplicateLoadBalancerName",
                                                    "DuplicateTargetGroupName",
                                                    "EntityAlreadyExists",
                                                    "InvalidGroup.Duplicate",
                                                    "RepositoryAlreadyExistsException",
                                                    "ResourceAlreadyExistsException",
                                                    "ResourceExistsException"};

template <std::size_t N>
bool among(const std::array<std::string_view, N>& all, std::string_view code) {
  return std::find(all.begin(), all.end(), code) != all.end();
}

// "com.amazonaws.ecs#ClusterNotFoundException:http://…" is ClusterNotFoundException.
std::string bare(std::string code) {
  if (const auto hash = code.rfind('#'); hash != std::string::npos) code.erase(0, hash + 1);
  if (const auto colon = code.find(':'); colon != std::string::npos) code.erase(colon);
  return code;
}

const Value& first_of(const Value& value, std::initializer_list<std::string_view> names) {
  static const Value none;
  for (const auto name : names) {
    if (!value[name].is_null()) return value[name];
  }
  return none;
}

void read_json(const http::Response& response, Fault& fault) {
  const auto body = from_plain_json(response.body);
  const auto header = response.headers.find("x-amzn-errortype");
  if (header != response.headers.end()) fault.code = bare(header->second);
  if (!body) return;
  if (fault.code.empty()) fault.code = bare(text_of(first_of(*body, {"__type", "code"})));
  fault.message = text_of(first_of(*body, {"message", "Message", "errorMessage"}));
}

// query: <ErrorResponse><Error><Code>; ec2: <Response><Errors><Error><Code>.
void read_xml(const http::Response& response, Fault& fault) {
  const auto body = parse_xml(response.body);
  if (!body) return;
  const auto& errors = (*body)["Errors"];
  const auto& error = errors.is_null() ? (*body)["Error"] : errors["Error"];
  fault.code = bare(text_of(error["Code"]));
  fault.message = text_of(error["Message"]);
  fault.request_id = text_of(first_of(*body, {"RequestId", "RequestID", "requestId"}));
}

std::string header_of(const http::Response& response, const char* name) {
  const auto at = response.headers.find(name);
  return at != response.headers.end() ? at->second : "";
}

Error with_request_id(Error error, const Fault& fault) {
  if (!fault.request_id.empty()) error.message += fmt::format(" (request {})", fault.request_id);
  return error;
}

// "User: … is not authorized to perform: ecs:CreateCluster on resource: … because …": the action is the policy's line.
std::string missing_action(const Fault& fault) {
  static constexpr std::string_view kBefore = "perform: ";
  const auto at = fault.message.find(kBefore);
  if (at == std::string::npos) return fault.operation;
  const auto from = at + kBefore.size();
  return fault.message.substr(from, fault.message.find_first_of(" ,", from) - from);
}

// Somebody has made one of this name before.
bool is_taken(const Fault& fault) {
  if (among(kTaken, fault.code)) return true;
  const bool there =
      fault.code == "ResourceInUseException" && fault.message.find("already exists") != std::string::npos;
  return there || fault.message.find("Creation of service was not idempotent") != std::string::npos;
}

bool is_quota(std::string_view code) {
  return code.ends_with("LimitExceeded") || code.ends_with("LimitExceededException") || code.starts_with("TooMany") ||
         code == "ServiceQuotaExceededException" || code == "LimitExceeded";
}

}  // namespace

bool Fault::is(std::initializer_list<std::string_view> codes) const {
  return kind == refused && std::find(codes.begin(), codes.end(), code) != codes.end();
}

bool Fault::not_found() const {
  if (kind != refused) return false;
  return code.find("NotFound") != std::string::npos || code.starts_with("NoSuch") ||
         code.find("DoesNotExist") != std::string::npos || code == "InvalidAllocationID.NotFound" ||
         (code == "ValidationError" && message.find("not found") != std::string::npos);
}

bool Fault::throttled() const { return kind == refused && (status == 429 || among(kThrottling, code)); }

bool Fault::transient() const {
  return kind == unanswered || kind == unreached || throttled() || (kind == refused && status >= 500);
}

bool Fault::may_have_happened() const { return kind == unanswered || (kind == refused && status >= 500); }

Fault fault_of(const Service& service, std::string_view operation, const http::Response& response) {
  Fault fault{.operation = fmt::format("{}:{}", service.name, operation), .status = response.status};
  for (const auto* name : {"x-amzn-requestid", "x-amz-request-id"}) {
    if (fault.request_id.empty()) fault.request_id = header_of(response, name);
  }
  const bool xml = service.protocol == Protocol::query || service.protocol == Protocol::ec2;
  xml ? read_xml(response, fault) : read_json(response, fault);
  if (!fault.code.empty()) return fault;
  // Not an API's error: a proxy's page, a load balancer's, a captive portal's.
  fault.kind = response.status >= 500 ? Fault::unanswered : Fault::unreached;
  const auto type = header_of(response, "content-type");
  fault.error = {.code = "E0621",
                 .message = fmt::format("{} was answered with HTTP {} and {}, which isn't the API's", fault.operation,
                                        response.status, type.empty() ? "no content type" : type),
                 .help = "look whether a proxy stands between here and AWS, and whether `endpoint` names an API"};
  return fault;
}

Fault fault_of(const Service& service, std::string_view operation, const std::string& host,
               const http::Failure& failure) {
  Fault fault{.operation = fmt::format("{}:{}", service.name, operation)};
  using Cause = http::Failure;
  if (failure.kind == Cause::cancelled) {
    fault.kind = Fault::cancelled;
    fault.error = {.code = "E0703", .message = fault.operation + " was cancelled"};
    return fault;
  }
  const bool reached = failure.kind == Cause::timed_out || failure.kind == Cause::broken ||
                       failure.kind == Cause::garbled || failure.kind == Cause::too_large;
  fault.kind = reached ? Fault::unanswered : Fault::unreached;
  fault.silent = failure.kind == Cause::timed_out && failure.connected;
  fault.error = {.code = "E0621",
                 .message = fmt::format("{} doesn't answer {}: {}", host, fault.operation, failure.reason),
                 .help = failure.kind == Cause::unknown_host
                             ? "check `region`: there may be none of this name, or the service isn't offered there"
                             : "check the way to the internet, HTTPS_PROXY, and `endpoint` if it is set"};
  return fault;
}

Error error_of(const Fault& fault) {
  if (fault.kind != Fault::refused) return fault.error;
  const auto said = fault.message.empty() ? fault.code : fault.message;
  if (among(kDenied, fault.code)) {
    const auto action = missing_action(fault);
    return with_request_id({.code = "E0622",
                            .message = fmt::format("{} is not allowed: {}", fault.operation, said),
                            .help = fmt::format(R"(allow it in a policy: {{"Effect": "Allow", "Action": "{}", )"
                                                R"("Resource": "*"}})",
                                                action)},
                           fault);
  }
  if (among(kBadCredentials, fault.code)) {
    const bool expired = fault.code.starts_with("ExpiredToken");
    return with_request_id({.code = "E0620",
                            .message = fmt::format("AWS refused the credentials: {}", said),
                            .help = expired ? "they have expired: get new ones (aws sso login, or where they came from)"
                                            : "check which profile is used: infra doctor names where they come from"},
                           fault);
  }
  if (fault.code == "RequestTimeTooSkewed") {
    return with_request_id({.code = "E0620",
                            .message = fmt::format("AWS refused a request signed by this machine's clock: {}", said),
                            .help = "set the clock: timedatectl set-ntp true"},
                           fault);
  }
  if (is_taken(fault)) {
    return with_request_id({.code = "E0628",
                            .message = fmt::format("{} meets a name that is taken: {}", fault.operation, said),
                            .help = kHelpOfTaken},
                           fault);
  }
  if (is_quota(fault.code)) {
    return with_request_id({.code = "E0625",
                            .message = fmt::format("{} reached a quota of the account: {}", fault.operation, said),
                            .help = "remove what isn't needed, or ask for more in the Service Quotas console"},
                           fault);
  }
  return with_request_id(
      {.code = fault.status >= 500 ? "E0621" : "E0623",
       .message = fmt::format("{} was refused ({}): {}", fault.operation, fault.code, said),
       .help = fault.status >= 500 ? "AWS has a fault of its own: try again, and see https://health.aws.amazon.com"
                                   : "change what AWS names here"},
      fault);
}

}  // namespace infra::aws
