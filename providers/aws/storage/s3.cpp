#include "providers/aws/storage/s3.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <pugixml.hpp>

#include "base/hash.h"

namespace infra::aws {
namespace {

constexpr Service kService{
    .name = "s3", .protocol = Protocol::rest, .host = "s3", .signing = "s3", .version = "2006-03-01", .variable = "S3"};
constexpr int kTries = 4;
constexpr std::size_t kSmallestPart = std::size_t{16} << 20U;
constexpr std::size_t kMostParts = 9'000;  // S3 takes 10,000
constexpr std::chrono::minutes kLongestTransfer{30};

std::string child_text(const pugi::xml_node& of, const char* name) { return of.child(name).text().get(); }

Error of_file(const std::string& file, const char* what) {
  return {.code = "E0907", .message = fmt::format("{} can't be {}", file, what), .help = {}};
}

Result<std::string> bytes_of(const std::string& file, std::size_t from, std::size_t size) {
  std::ifstream in(file, std::ios::binary);
  std::string out(size, '\0');
  in.seekg(static_cast<std::streamoff>(from));
  if (!in.read(out.data(), static_cast<std::streamsize>(size))) return of_file(file, "read");
  return out;
}

bool may_succeed_later(const std::variant<http::Response, http::Failure>& sent) {
  if (const auto* failure = std::get_if<http::Failure>(&sent)) return failure->retryable();
  const auto status = std::get<http::Response>(sent).status;
  return status >= 500 || status == 429;
}

}  // namespace

Result<S3> S3::open(std::string bucket) {
  auto clock = std::make_shared<SystemClock>();
  const auto surroundings = process_surroundings(clock);
  auto settings = find_settings({}, surroundings);
  if (!settings) return std::move(settings).error();
  return S3(std::move(bucket), *std::move(settings), clock, surroundings.variable_or("AWS_CA_BUNDLE", ""));
}

S3::S3(std::string bucket, Settings settings, std::shared_ptr<Clock> clock, std::string ca)
    : bucket_(std::move(bucket)),
      settings_(std::move(settings)),
      clock_(std::move(clock)),
      ca_(std::move(ca)),
      endpoint_(endpoint_of(kService, settings_.region, settings_.endpoints)) {}

Result<http::Request> S3::signed_request(const Call& call) const {
  const auto credentials = settings_.credentials(false);
  if (!credentials) return credentials.error();
  Signable signable{.method = call.method,
                    .path = fmt::format("/{}{}{}", bucket_, call.key.empty() ? "" : "/", call.key),
                    .query = call.query,
                    .headers = {{"host", endpoint_.host}, {"x-amz-content-sha256", sha256_hex(call.body)}},
                    .body = call.body};
  sign(signable, clock_->now(), endpoint_.scope, *credentials);
  const auto query = query_text(call.query);
  http::Request out{.method = call.method,
                    .path = signable.path + (query.empty() ? "" : "?" + query),
                    .headers = {},
                    .body = call.body,
                    .on_data = call.on_data,
                    .timeout = kLongestTransfer};
  for (const auto& [name, value] : signable.headers) out.headers.push_back(fmt::format("{}: {}", name, value));
  return out;
}

Error S3::refused(const http::Response& response, const std::string& what) const {
  pugi::xml_document body;
  body.load_string(response.body.c_str());
  const auto problem = body.child("Error");
  const auto code = child_text(problem, "Code");
  const auto said = child_text(problem, "Message");
  Error out{.code = response.status == 401 || response.status == 403 ? "E0622" : "E0623",
            .message = fmt::format("the bucket {} at {} refuses to {}: {}{} (HTTP status {})", bucket_, endpoint_.host,
                                   what, said.empty() ? "it gives no reason" : said.substr(0, 1'000),
                                   code.empty() ? "" : ", " + code.substr(0, 100), response.status),
            .help = {}};
  if (out.code == "E0622") {
    out.help = fmt::format("let the credentials from {} do that, or use others", settings_.from());
  } else if (code == "NoSuchBucket") {
    out.help = "make the bucket first, or correct its name";
  } else {
    out.help = "correct what it names, then run the command again";
  }
  return out;
}

Result<http::Response> S3::send(const Call& call, const Cancel& cancel) {
  for (int attempt = 1;; ++attempt) {
    auto request = signed_request(call);
    if (!request) return std::move(request).error();
    request->cancel = &cancel;
    auto sent = connections_->send({.base = endpoint_.base, .ca = ca_}, *request);
    const bool again = attempt < kTries && !cancel.draining() && may_succeed_later(sent);
    if (again && clock_->sleep(std::chrono::seconds(attempt), &cancel)) continue;
    if (const auto* failure = std::get_if<http::Failure>(&sent)) {
      if (failure->kind == http::Failure::cancelled)
        return Error{.code = "E0703", .message = "stopped", .help = "nothing was changed there"};
      return Error{.code = "E0621",
                   .message = fmt::format("the store {} doesn't answer: {}", endpoint_.base, failure->reason),
                   .help = "AWS_ENDPOINT_URL_S3 says where it is, AWS_CA_BUNDLE who signed its certificate"};
    }
    auto& response = std::get<http::Response>(sent);
    if (response.status >= 300) return refused(response, call.what);
    return std::move(response);
  }
}

Result<Ok> S3::put(const std::string& key, const std::string& file, const Cancel& cancel) {
  std::error_code trouble;
  const auto size = std::filesystem::file_size(file, trouble);
  if (trouble) return of_file(file, "read");
  if (size > kSmallestPart) return put_parts(key, file, size, cancel);
  auto body = bytes_of(file, 0, size);
  if (!body) return std::move(body).error();
  auto kept = send({.what = "keep " + key, .method = "PUT", .key = key, .body = *std::move(body)}, cancel);
  if (!kept) return std::move(kept).error();
  return Ok{};
}

Result<std::string> S3::upload_parts(const std::string& key, const std::string& file, const std::string& upload,
                                     std::size_t size, const Cancel& cancel) {
  const auto part = std::max(kSmallestPart, size / kMostParts + 1);
  std::string done;
  for (std::size_t from = 0, number = 1; from < size; from += part, ++number) {
    if (cancel.draining()) return Error{.code = "E0703", .message = "stopped: nothing was kept"};
    auto body = bytes_of(file, from, std::min(part, size - from));
    if (!body) return std::move(body).error();
    auto kept = send({.what = "keep a part of " + key,
                      .method = "PUT",
                      .key = key,
                      .query = {{"partNumber", fmt::format("{}", number)}, {"uploadId", upload}},
                      .body = *std::move(body)},
                     cancel);
    if (!kept) return std::move(kept).error();
    done += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number, kept->headers["etag"]);
  }
  return fmt::format("<CompleteMultipartUpload>{}</CompleteMultipartUpload>", done);
}

Result<Ok> S3::put_parts(const std::string& key, const std::string& file, std::size_t size, const Cancel& cancel) {
  const auto what = "keep " + key;
  auto begun = send({.what = what, .method = "POST", .key = key, .query = {{"uploads", ""}}}, cancel);
  if (!begun) return std::move(begun).error();
  pugi::xml_document answer;
  answer.load_string(begun->body.c_str());
  const auto upload = child_text(answer.child("InitiateMultipartUploadResult"), "UploadId");
  if (upload.empty()) return refused(*begun, what);
  const Query query{{"uploadId", upload}};
  const auto parts = upload_parts(key, file, upload, size, cancel);
  auto ended = parts ? send({.what = what, .method = "POST", .key = key, .query = query, .body = *parts}, cancel)
                     : Result<http::Response>(parts.error());
  // It may say in its body that it has failed, with status 200.
  if (ended && ended->body.find("<Error>") == std::string::npos) return Ok{};
  const Cancel going_on;
  static_cast<void>(send({.what = what, .method = "DELETE", .key = key, .query = query}, going_on));
  if (!ended) return std::move(ended).error();
  return refused(*ended, what);
}

Result<Ok> S3::get(const std::string& key, const std::string& file, const Cancel& cancel) {
  std::ofstream out;
  const auto take = [&](const http::Response&, std::string_view piece) {
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    return out.good();
  };
  // Each attempt begins with an empty file.
  for (int attempt = 1;; ++attempt) {
    out.close();
    out.clear();
    out.open(file, std::ios::binary | std::ios::trunc);
    if (!out) return of_file(file, "written");
    auto request = send({.what = "give " + key, .method = "GET", .key = key, .on_data = take}, cancel);
    out.flush();
    if (!out) return of_file(file, "written");
    if (request) return Ok{};
    if (request.error().code != "E0621" || attempt == kTries || cancel.draining()) return std::move(request).error();
  }
}

Result<std::vector<std::string>> S3::list(const std::string& prefix, const Cancel& cancel) {
  std::vector<std::string> out;
  std::string next;
  do {
    Query query{{"list-type", "2"}, {"prefix", prefix}};
    if (!next.empty()) query.emplace_back("continuation-token", next);
    auto page = send({.what = "list what it has", .method = "GET", .query = std::move(query)}, cancel);
    if (!page) return std::move(page).error();
    pugi::xml_document body;
    const auto before = out.size();
    if (!body.load_string(page->body.c_str())) return refused(*page, "list what it has");
    const auto result = body.child("ListBucketResult");
    for (const auto& entry : result.children("Contents")) out.push_back(child_text(entry, "Key"));
    next = out.size() > before ? child_text(result, "NextContinuationToken") : std::string();
  } while (!next.empty());
  std::sort(out.begin(), out.end());
  return out;
}

Result<Ok> S3::remove(const std::string& key, const Cancel& cancel) {
  auto gone = send({.what = "delete " + key, .method = "DELETE", .key = key}, cancel);
  if (!gone) return std::move(gone).error();
  return Ok{};
}

}  // namespace infra::aws
