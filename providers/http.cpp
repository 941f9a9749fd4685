#include "providers/http.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <mutex>

#include "providers/http_handle.h"

namespace infra::http {

namespace {

struct Transfer {
  const Request& request;
  CURL* handle;
  Response response;
  bool stopped = false;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  auto& response = transfer.response;
  curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &response.status);
  if (!transfer.request.on_data || response.status >= 300) {
    transfer.too_large = response.body.size() + size > transfer.request.most_bytes;
    if (transfer.too_large) return 0;
    response.body.append(data, size);
    return size;
  }
  transfer.stopped = !transfer.request.on_data(response, {data, size});
  return transfer.stopped ? 0 : size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string line(data, size);
  if (line.starts_with("HTTP/")) transfer.response.headers.clear();  // those before belong to "100 Continue"
  const auto colon = line.find(':');
  if (colon == std::string::npos) return size;
  std::string name = line.substr(0, colon);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto first = line.find_first_not_of(" \t", colon + 1);
  const auto last = line.find_last_not_of(" \t\r\n");
  transfer.response.headers[name] =
      first == std::string::npos || last < first ? "" : line.substr(first, last - first + 1);
  return size;
}

std::size_t give_body(char* buffer, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const auto given = transfer.request.body_source(buffer, size);
  if (!given) transfer.stopped = true;
  return given.value_or(CURL_READFUNC_ABORT);
}

int look_at_cancel(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* cancel = static_cast<Transfer*>(user)->request.cancel;
  return cancel != nullptr && cancel->aborting() ? 1 : 0;
}

template <class T>
void set(const Transfer& transfer, CURLoption option, T value) {
  curl_easy_setopt(transfer.handle, option, value);
}

void set_body(const Transfer& transfer, std::vector<std::string>& headers) {
  const auto& request = transfer.request;
  if (request.body_source) {
    set(transfer, CURLOPT_UPLOAD, 1L);
    // A kept connection may be dead, which shows when it is used; what was read from the source by then can't be read
    // again.
    set(transfer, CURLOPT_FRESH_CONNECT, 1L);
    set(transfer, CURLOPT_READFUNCTION, give_body);
    set(transfer, CURLOPT_READDATA, static_cast<const void*>(&transfer));
    headers.emplace_back("Transfer-Encoding: chunked");
    headers.emplace_back("Expect:");
  } else if (!request.body.empty() || request.method == "POST") {
    set(transfer, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(transfer, CURLOPT_POSTFIELDS, request.body.c_str());
    headers.emplace_back("Expect:");
  }
  if (request.method == "HEAD") set(transfer, CURLOPT_NOBODY, 1L);
  set(transfer, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

// Whose power goes says nothing any more, and would be waited for as long as for one that is busy. Asked after fifteen
// seconds of silence, and given up after three questions. (On a Unix socket there is nothing to set.)
void set_keepalive(const Transfer& transfer) {
  set(transfer, CURLOPT_TCP_KEEPALIVE, 1L);
  set(transfer, CURLOPT_TCP_KEEPIDLE, 15L);
  set(transfer, CURLOPT_TCP_KEEPINTVL, 5L);
  set(
      transfer, CURLOPT_SOCKOPTFUNCTION, +[](void*, curl_socket_t socket, curlsocktype) {
        const int most = 3;
        static_cast<void>(setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &most, sizeof most));
        return int{CURL_SOCKOPT_OK};
      });
}

void set_limits(const Transfer& transfer) {
  const auto& request = transfer.request;
  set(transfer, CURLOPT_NOSIGNAL, 1L);
  set(transfer, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  set(transfer, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  if (request.timeout.count() == 0) {
    set(transfer, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(transfer, CURLOPT_LOW_SPEED_TIME, 600L);
  }
  set_keepalive(transfer);
  set(transfer, CURLOPT_NOPROGRESS, 0L);
  set(transfer, CURLOPT_XFERINFOFUNCTION, look_at_cancel);
  set(transfer, CURLOPT_XFERINFODATA, static_cast<const void*>(&transfer));
  set(transfer, CURLOPT_WRITEFUNCTION, take_body);
  set(transfer, CURLOPT_WRITEDATA, static_cast<const void*>(&transfer));
  set(transfer, CURLOPT_HEADERFUNCTION, take_header);
  set(transfer, CURLOPT_HEADERDATA, static_cast<const void*>(&transfer));
}

HeaderList header_list(const std::vector<std::string>& headers) {
  HeaderList out;
  for (const auto& header : headers) {
    auto* longer = curl_slist_append(out.get(), header.c_str());
    static_cast<void>(out.release());
    out.reset(longer);
  }
  return out;
}

Failure failure_of(const Transfer& transfer, CURLcode code, const char* detail) {
  if (transfer.too_large) {
    return {.kind = Failure::too_large,
            .reason = fmt::format("its answer is longer than {} MiB", transfer.request.most_bytes >> 20U)};
  }
  return http::failure_of(transfer.handle, code, detail, transfer.stopped);
}

std::variant<Response, Failure> perform(CURL* handle, const Target& target, const Request& request) {
  Transfer transfer{.request = request, .handle = handle};
  char detail[CURL_ERROR_SIZE] = "";
  set(transfer, CURLOPT_ERRORBUFFER, static_cast<char*>(detail));
  auto headers = request.headers;
  const auto route = route_of(target);
  set_target(handle, target, request.path, route.get());
  set_limits(transfer);
  set_body(transfer, headers);
  const auto list = header_list(headers);
  set(transfer, CURLOPT_HTTPHEADER, list.get());

  const auto code = curl_easy_perform(handle);
  auto out = code == CURLE_OK ? std::variant<Response, Failure>() : failure_of(transfer, code, detail);
  if (code == CURLE_OK) {
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &transfer.response.status);
    out = std::move(transfer.response);
  }
  curl_easy_reset(handle);  // forgets the pointers into this frame, and keeps the connection
  return out;
}

}  // namespace

// Handles that nobody uses, by where their connection leads.
class Pool::Idle {
 public:
  Easy take(const std::string& where) {
    const std::lock_guard lock(mutex_);
    auto& handles = handles_[where];
    if (handles.empty()) return new_handle();
    auto out = std::move(handles.back());
    handles.pop_back();
    return out;
  }
  void give(const std::string& where, Easy handle) {
    const std::lock_guard lock(mutex_);
    handles_[where].push_back(std::move(handle));
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<Easy>> handles_;
};

Pool::Pool() : idle_(std::make_unique<Idle>()) {}
Pool::~Pool() = default;

std::variant<Response, Failure> Pool::send(const Target& target, const Request& request) {
  const auto where = fmt::format("{} {} {}", target.base, target.unix_socket, target.connect_to);
  auto handle = idle_->take(where);
  if (!handle) return Failure{.kind = Failure::broken, .reason = "libcurl can't be initialised"};
  auto out = perform(handle.get(), target, request);
  idle_->give(where, std::move(handle));
  return out;
}

std::variant<Response, Failure> send(const Target& target, const Request& request) {
  return Pool().send(target, request);
}

std::string url_encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-_.~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    }
  }
  return out;
}

}  // namespace infra::http
