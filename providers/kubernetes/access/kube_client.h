// Requests to one API server. Any number of threads may ask at once.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "providers/http.h"
#include "providers/kubernetes/access/kube_access.h"
#include "providers/kubernetes/objects/object_json.h"

namespace infra::kubernetes {

// What the server answered: an object, or a Status that says what is wrong.
struct Reply {
  long status = 0;
  Json body;
  bool uncertain = false;  // an earlier attempt got no answer: it may have been carried out

  explicit operator bool() const { return status >= 200 && status < 300; }
  [[nodiscard]] std::string reason() const { return text(get(body, "reason")); }    // "AlreadyExists"
  [[nodiscard]] std::string message() const { return text(get(body, "message")); }  // one or more lines
  [[nodiscard]] const Json& causes() const { return get(body, "details", "causes"); }
};

struct Ask {
  std::string method = "GET";
  std::string path;  // with the query
  Json body = {};
  std::string content_type = "application/json";
  std::string accept = "application/json";
  const Cancel* cancel = nullptr;
};

using Sender = std::function<std::variant<http::Response, http::Failure>(const http::Target&, const http::Request&)>;
// Waits; false: cancelled meanwhile.
using Sleep = std::function<bool(std::chrono::milliseconds, const Cancel*)>;

class Client {
 public:
  // Without `send`: over connections of its own, which are kept.
  explicit Client(Access access, Sender send = {}, Sleep sleep = {});

  // Repeated when the server is busy (429, 503), away for a moment, or doesn't take the credential any more (once, with
  // a new one). An Error is no answer: E0631 if there is none, E0632 for the credential, E0703 if cancelled. What the
  // server refuses is a Reply.
  Result<Reply> ask(const Ask& ask);
  // Texts: the logs of a pod.
  Result<std::string> ask_text(const std::string& path);

  // A text that may go on for hours: each piece is given on as it comes; false ends it. No second attempt but for a
  // credential that has expired. A refusal is a Reply.
  Result<Reply> follow(const std::string& path, const std::function<bool(std::string_view)>& take,
                       const Cancel& cancel);

  // Each item of a list, in pages; from its beginning if the server forgot where it was (410).
  struct Wanted {
    std::string path;
    std::string selector = {};
    bool metadata_only = false;
    const Cancel* cancel = nullptr;
  };
  // A page's items. `first`: the list begins, or begins again, and what was taken before may come once more.
  using TakePage = std::function<Result<Ok>(std::vector<Json> items, bool first)>;
  // nullopt: the list; else the refusal.
  Result<std::optional<Reply>> list(const Wanted& wanted, const TakePage& take);
  Result<std::optional<Reply>> list(const Wanted& wanted, std::vector<Json>& into);

  [[nodiscard]] const Access& access() const { return access_; }
  [[nodiscard]] const std::string& where() const { return access_.where; }

 private:
  struct Try;
  Result<http::Request> request(const Ask& ask, http::Target& target, bool renew);
  Result<http::Response> send(const Ask& ask, bool& uncertain);
  [[nodiscard]] Result<Reply> read(const Ask& ask, const http::Response& response) const;
  static Ask page(const Wanted& wanted, const std::string& next);

  Access access_;
  std::shared_ptr<http::Pool> pool_;
  Sender send_;
  Sleep sleep_;
  std::atomic<bool> answered_{false};  // it has answered before: if it doesn't now, it may be restarting
};

}  // namespace infra::kubernetes
