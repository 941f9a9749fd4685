#include "git/git_route.h"

#include <fmt/format.h>

#include "base/net/base64.h"
#include "providers/http.h"

namespace infra {
namespace {

constexpr int kMostRedirects = 5;
constexpr std::string_view kAsked = "/info/refs";
constexpr std::string_view kService = "service=git-upload-pack";

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// nullopt: it answered without an HTTP fault, or not at all; libgit2 will see the same and has better words.
std::optional<http::Response> ask(const net::Url& url, const HttpCredential* shown) {
  http::Request request{.path = fmt::format("{}{}?{}", url.path, kAsked, kService),
                        .on_data = [](const http::Response&, std::string_view) { return false; },
                        .timeout = std::chrono::seconds(30)};
  if (shown != nullptr) {
    request.headers.push_back("Authorization: " + net::basic_authorization(shown->user, shown->password));
  }
  auto sent = http::send({.base = url.origin.text()}, request);
  auto* response = std::get_if<http::Response>(&sent);
  return response != nullptr ? std::optional(std::move(*response)) : std::nullopt;
}

// As a client does: without the credential first, and with it where it is asked for and belongs.
std::optional<http::Response> knock(const net::Url& url, const HttpCredential& credential) {
  auto answer = ask(url, nullptr);
  if (!answer || answer->status != 401 || credential.scope.to(url.origin) != net::MayGo::yes) return answer;
  return ask(url, &credential);
}

Error leads_nowhere(const net::Url& from, std::string_view why) {
  return {.code = "E0802",
          .message = fmt::format("{} redirects {}", from.without_user_info().origin.text(), why),
          .help = "give the address that the repository has now"};
}

Result<net::Url> next_of(const net::Url& from, const http::Response& answer) {
  const auto location = answer.headers.find("location");
  auto to = location != answer.headers.end() ? net::resolve(from, location->second) : std::nullopt;
  const bool repository = to && to->path.ends_with(kAsked) && to->query == kService;
  if (!repository || to->has_user_info()) return leads_nowhere(from, "to what is no repository's address");
  if (to->origin.scheme != "https" && to->origin.scheme != "http") {
    return leads_nowhere(from, "to another protocol than https");
  }
  if (from.origin.scheme == "https" && to->origin.scheme == "http")
    return leads_nowhere(from, "from https to plain http");
  to->path.resize(to->path.size() - kAsked.size());
  to->query.clear();
  return *std::move(to);
}

Result<net::Url> walk(net::Url at, const HttpCredential& credential) {
  for (int i = 0; i <= kMostRedirects; ++i) {
    const auto answer = knock(at, credential);
    if (!answer || !is_redirect(answer->status)) return at;
    auto next = next_of(at, *answer);
    if (!next) return next;
    at = *std::move(next);
  }
  return leads_nowhere(at, "again and again");
}

}  // namespace

Result<GitRoute> find_route(const std::string& address, const std::optional<net::Origin>& followed) {
  const auto url = net::parse_url(address);
  if (!url || (url->origin.scheme != "https" && url->origin.scheme != "http")) return GitRoute{.url = address};
  auto credential = http_credential(*url, followed);
  if (!credential) return std::move(credential).error();
  auto plain = url->without_user_info();
  while (plain.path.ends_with('/')) plain.path.pop_back();
  if (!*credential) return GitRoute{.url = plain.text()};
  // With a query of its own an address can't be walked; then it must not lead anywhere else.
  auto end = plain.query.empty() ? walk(plain, **credential) : Result<net::Url>(plain);
  if (!end) return std::move(end).error();
  GitRoute out{.url = end->text()};
  const auto verdict = (*credential)->scope.to(end->origin);
  if (verdict != net::MayGo::yes) {
    out.withheld = net::why_not(verdict, (*credential)->scope.named(), end->origin);
    return out;
  }
  out.credential = **credential;
  out.may_be_led_on = false;
  return out;
}

}  // namespace infra
