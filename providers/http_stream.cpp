#include "providers/http_stream.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>

#include "providers/http_handle.h"

namespace infra::http {

struct Stream::Inside {
  Target target;  // the handle points into it
  HeaderList route;
  Easy handle;
  std::string pending;  // came with the head of the answer
  bool ended = false;
};

Stream::Stream(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Stream::~Stream() = default;

int Stream::descriptor() const {
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(inside_->handle.get(), CURLINFO_ACTIVESOCKET, &socket);
  return static_cast<int>(socket);
}

std::variant<std::optional<std::string>, Failure> Stream::read() {
  if (!inside_->pending.empty()) return std::optional(std::exchange(inside_->pending, {}));
  if (inside_->ended) return std::optional(std::string());
  std::array<char, 16'384> buffer{};
  std::size_t got = 0;
  const auto code = curl_easy_recv(inside_->handle.get(), buffer.data(), buffer.size(), &got);
  if (code == CURLE_AGAIN) return std::optional<std::string>();
  if (code != CURLE_OK) return failure_of(inside_->handle.get(), code, "", false);
  inside_->ended = got == 0;
  return std::optional(std::string(buffer.data(), got));
}

std::optional<Failure> Stream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t sent = 0;
    const auto code = curl_easy_send(inside_->handle.get(), bytes.data(), bytes.size(), &sent);
    if (code == CURLE_AGAIN) {
      pollfd ready{.fd = descriptor(), .events = POLLOUT, .revents = 0};
      if (poll(&ready, 1, 60'000) == 0) return Failure{.kind = Failure::timed_out, .reason = "no answer in time"};
      continue;
    }
    if (code != CURLE_OK) return failure_of(inside_->handle.get(), code, "", false);
    bytes.remove_prefix(sent);
  }
  return std::nullopt;
}

void Stream::end_input() {
  if (inside_->target.base.starts_with("http://")) shutdown(descriptor(), SHUT_WR);
}

namespace {

std::string text_of(const Target& target, const Request& request) {
  const auto start = target.base.find("://");
  auto out = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: {}\r\n",
                         request.method, request.path, target.base.substr(start == std::string::npos ? 0 : start + 3),
                         request.body.size());
  for (const auto& header : request.headers) out += header + "\r\n";
  return out + "\r\n" + request.body;
}

// "HTTP/1.1 101 UPGRADED", then headers; nullopt: it is no HTTP.
std::optional<Response> head_of(std::string_view text) {
  Response out;
  const auto space = text.find(' ');
  if (!text.starts_with("HTTP/1.") || space == std::string_view::npos) return std::nullopt;
  std::from_chars(text.data() + space + 1, text.data() + text.size(), out.status);
  for (auto at = text.find("\r\n"); at != std::string_view::npos; at = text.find("\r\n", at)) {
    at += 2;
    const auto line = text.substr(at, text.find("\r\n", at) - at);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto value = line.find_first_not_of(' ', colon + 1);
    out.headers[name] = value == std::string_view::npos ? "" : std::string(line.substr(value));
  }
  return out.status != 0 ? std::optional(std::move(out)) : std::nullopt;
}

std::size_t length_of(const Response& head) {
  std::size_t out = 0;
  const auto at = head.headers.find("content-length");
  if (at != head.headers.end()) {
    std::from_chars(at->second.data(), at->second.data() + at->second.size(), out);
  }
  return out;
}

using Clock = std::chrono::steady_clock;

// More of what comes; false: the end. A Failure: broken, or nothing came until then.
std::variant<bool, Failure> read_more(Stream& stream, std::string& text, Clock::time_point end) {
  for (;;) {
    auto got = stream.read();
    if (auto* failure = std::get_if<Failure>(&got)) return std::move(*failure);
    if (auto& piece = std::get<std::optional<std::string>>(got)) {
      text += *piece;
      return !piece->empty();
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd ready{.fd = stream.descriptor(), .events = POLLIN, .revents = 0};
    if (left <= 0 || poll(&ready, 1, static_cast<int>(left)) == 0) {
      return Failure{.kind = Failure::timed_out, .reason = "no answer in time"};
    }
  }
}

}  // namespace

std::variant<std::unique_ptr<Stream>, Response, Failure> upgrade(const Target& target, const Request& request) {
  auto inside = std::make_unique<Stream::Inside>();
  inside->target = target;
  inside->handle = new_handle();
  if (!inside->handle) return Failure{.kind = Failure::broken, .reason = "libcurl can't be initialised"};
  inside->route = route_of(inside->target);
  auto* handle = inside->handle.get();
  set_target(handle, inside->target, request.path, inside->route.get());
  curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  if (const auto code = curl_easy_perform(handle); code != CURLE_OK) return failure_of(handle, code, "", false);
  std::unique_ptr<Stream> stream(new Stream(std::move(inside)));
  if (auto failure = stream->write(text_of(target, request))) return *std::move(failure);
  const auto end = Clock::now() + request.timeout;
  std::string text;
  std::size_t head_end = std::string::npos;
  while ((head_end = text.find("\r\n\r\n")) == std::string::npos) {
    auto more = read_more(*stream, text, end);
    if (auto* failure = std::get_if<Failure>(&more)) return std::move(*failure);
    if (!std::get<bool>(more) || text.size() > 65'536) {
      return Failure{.kind = Failure::garbled, .reason = "it ends before its answer does"};
    }
  }
  auto head = head_of(std::string_view(text).substr(0, head_end));
  if (!head) return Failure{.kind = Failure::garbled, .reason = "its answer isn't HTTP"};
  text.erase(0, head_end + 4);
  if (head->status == 101 || head->status == 200) {
    stream->inside_->pending = std::move(text);
    return stream;
  }
  const auto wanted = std::min(length_of(*head), request.most_bytes);
  while (text.size() < wanted) {
    const auto more = read_more(*stream, text, end);
    if (std::holds_alternative<Failure>(more) || !std::get<bool>(more)) break;
  }
  head->body = std::move(text);
  return *std::move(head);
}

}  // namespace infra::http
