// What the two ways to use libcurl here share: one set-up of where a handle connects to.
#pragma once
#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>

#include "providers/http.h"

namespace infra::http {

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// curl's own set-up happens once, before the first handle. Null if that failed.
Easy new_handle();

// "::HOST:PORT": whatever the URL's host and port are. Null if the target says nothing of it.
HeaderList route_of(const Target& target);

// Where and how to connect; `target` and `route` outlive the use of the handle.
void set_target(CURL* handle, const Target& target, const std::string& path, curl_slist* route);

// `stopped`: by whoever takes the data. `detail`: curl's own words, may be empty.
Failure failure_of(CURL* handle, CURLcode code, const char* detail, bool stopped);

}  // namespace infra::http
