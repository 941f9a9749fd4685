#include "providers/http_handle.h"

#include <cctype>
#include <cerrno>
#include <cstring>

namespace infra::http {

namespace {

Failure::Kind kind_of(CURLcode code, long os_error, bool stopped) {
  if (stopped) return Failure::stopped;
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      if (os_error == ENOENT || os_error == ENOTDIR) return Failure::no_socket;
      if (os_error == EACCES || os_error == EPERM) return Failure::not_permitted;
      return Failure::refused;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Failure::unknown_host;
    case CURLE_OPERATION_TIMEDOUT:
      return Failure::timed_out;
    case CURLE_ABORTED_BY_CALLBACK:
      return Failure::cancelled;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_PEER_FAILED_VERIFICATION:
      return Failure::tls;
    case CURLE_PARTIAL_FILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9
      return Failure::garbled;
    default:
      return Failure::broken;
  }
}

std::string reason_of(CURLcode code, Failure::Kind kind, long os_error, const char* detail) {
  if (kind == Failure::no_socket) return "there is no such socket";
  if (kind == Failure::timed_out) return "no answer in time";
  if (code == CURLE_COULDNT_CONNECT && os_error != 0) {
    std::string text = std::strerror(static_cast<int>(os_error));
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
  }
  return detail[0] != '\0' ? detail : curl_easy_strerror(code);
}

// curl only reads it, until the transfer ends.
void set_blob(CURL* handle, CURLoption option, const std::string& pem) {
  if (pem.empty()) return;
  curl_blob blob{.data = const_cast<char*>(pem.data()), .len = pem.size(), .flags = CURL_BLOB_NOCOPY};
  curl_easy_setopt(handle, option, &blob);
}

void set_tls(CURL* handle, const Target& target) {
  if (!target.ca.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, target.ca.c_str());
  if (!target.cert.empty()) curl_easy_setopt(handle, CURLOPT_SSLCERT, target.cert.c_str());
  if (!target.key.empty()) curl_easy_setopt(handle, CURLOPT_SSLKEY, target.key.c_str());
  set_blob(handle, CURLOPT_CAINFO_BLOB, target.ca_pem);
  set_blob(handle, CURLOPT_SSLCERT_BLOB, target.cert_pem);
  set_blob(handle, CURLOPT_SSLKEY_BLOB, target.key_pem);
}

}  // namespace

Easy new_handle() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  return ready == CURLE_OK ? Easy(curl_easy_init()) : Easy();
}

HeaderList route_of(const Target& target) {
  if (target.connect_to.empty()) return {};
  return HeaderList(curl_slist_append(nullptr, ("::" + target.connect_to).c_str()));
}

void set_target(CURL* handle, const Target& target, const std::string& path, curl_slist* route) {
  const auto url = target.base + path;
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());  // curl keeps a copy
  if (!target.unix_socket.empty()) curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, target.unix_socket.c_str());
  set_tls(handle, target);
  if (route != nullptr) curl_easy_setopt(handle, CURLOPT_CONNECT_TO, route);
  // A proxy of the environment is for the outside world, not for engines and registries on this machine.
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "localhost,127.0.0.0/8,::1");
  // Whatever an address says: no files, no other services. Redirects aren't followed: a header of ours would go along.
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
}

Failure failure_of(CURL* handle, CURLcode code, const char* detail, bool stopped) {
  long os_error = 0;
  curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &os_error);
  const auto kind = kind_of(code, os_error, stopped);
  curl_off_t ready_after = 0;  // when the connection was there, a kept one at once
  curl_easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &ready_after);
  return {.kind = kind, .reason = reason_of(code, kind, os_error, detail), .connected = ready_after > 0};
}

}  // namespace infra::http
