#include "providers/answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/values/codec.h"

namespace infra::answer {

namespace {

constexpr const char* kCode = "E0615";
constexpr std::size_t kQuoted = 80;

std::string content_type(const http::Response& response) {
  const auto at = response.headers.find("content-type");
  if (at == response.headers.end()) return {};
  auto type = at->second.substr(0, at->second.find(';'));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type;
}

// On one line: an answer of nobody knows whom is never printed as it is.
std::string on_one_line(std::string_view body) {
  std::string out;
  for (const char c : body.substr(0, kQuoted)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7f;
    if (plain) out += c;
    if (!plain && !out.ends_with(' ')) out += ' ';
  }
  return out;
}

std::optional<std::string> wrong_type(const http::Response& response, const Expected& expected) {
  const auto type = content_type(response);
  const bool known = std::any_of(expected.types.begin(), expected.types.end(), [&](std::string_view wanted) {
    return wanted.starts_with('+') ? type.ends_with(wanted) : type == wanted;
  });
  if (known) return {};
  const auto wanted = expected.types.empty() ? std::string_view("nothing") : expected.types.front();
  if (type.empty()) return fmt::format("it doesn't say what it is; {} is expected", wanted);
  return fmt::format("it is {} where {} is expected", on_one_line(type), wanted);
}

}  // namespace

bool says_done(const http::Response& response) { return response.status == 204 || response.status == 304; }

Error unreadable(const Asked& asked, const http::Response& response, const std::string& why) {
  const auto body = on_one_line(response.body);
  const auto status = response.status != 0 ? fmt::format("HTTP status {} to ", response.status) : std::string("to ");
  return {.code = kCode,
          .message = fmt::format("what answers as {} can't be understood: {} ({}{}{})", asked.who, why, status,
                                 asked.what, body.empty() ? "" : ": " + body),
          .help =
              "does a proxy or a login page answer in its place? nothing was concluded from the answer: correct the "
              "address, or try again once it answers"};
}

bool is_unreadable(const Error& error) { return error.code == kCode; }

Result<Ok> check_head(const http::Response& response, const Expected& expected, const Asked& asked) {
  if (std::find(expected.statuses.begin(), expected.statuses.end(), response.status) == expected.statuses.end())
    return unreadable(asked, response, "it has a status that this request doesn't end with");
  if (const auto wrong = wrong_type(response, expected)) return unreadable(asked, response, *wrong);
  return Ok{};
}

Result<Value> read(const http::Response& response, const Expected& expected, const Asked& asked) {
  if (auto head = check_head(response, expected, asked); !head) return std::move(head).error();
  auto body = from_plain_json(response.body);
  if (!body) return unreadable(asked, response, response.body.empty() ? "it is empty" : body.error().message);
  if (const auto wrong = mismatch(expected.shape, *body)) return unreadable(asked, response, *wrong);
  return body;
}

}  // namespace infra::answer
