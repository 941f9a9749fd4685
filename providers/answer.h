// The one place where an answer over HTTP is believed or not: its status, its content type and its shape. What isn't
// understood is no answer (E0615): whoever asked knows nothing, as if the service couldn't be reached. A proxy's login
// page, a cut body or another service's JSON must never read as "there is nothing".
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "providers/answer_shape.h"
#include "providers/http.h"

namespace infra::answer {

// Who was asked what, for the message.
struct Asked {
  std::string who;   // "the engine of node `a`"
  std::string what;  // "GET /containers/json"
};

struct Expected {
  Shape shape;
  std::vector<long> statuses = {200};
  // Without parameters: "application/json"; "+json" stands for every type that ends so.
  std::vector<std::string_view> types = {"application/json"};
};

// An answer without a body: 204, or 304 where nothing was to be done.
bool says_done(const http::Response& response);

// E0615. `why`: "it is text/html, which isn't JSON". The message quotes the beginning of the body.
Error unreadable(const Asked& asked, const http::Response& response, const std::string& why);
bool is_unreadable(const Error& error);

// The body, or E0615.
Result<Value> read(const http::Response& response, const Expected& expected, const Asked& asked);
// Status and content type only, for a body that is read elsewhere.
Result<Ok> check_head(const http::Response& response, const Expected& expected, const Asked& asked);

// A list as it comes in: one item is held at a time, so that its length costs no memory. Used as Request::on_data.
class ListReader {
 public:
  using OnItem = std::function<void(const Value& item)>;
  ListReader(Shape item, OnItem on_item) : item_(std::move(item)), on_item_(std::move(on_item)) {}

  // false: this is no such list, see fault().
  bool add(std::string_view piece);
  bool finish();  // what came was the whole list
  [[nodiscard]] const std::string& fault() const { return fault_; }
  // The beginning of what came, to be quoted.
  [[nodiscard]] const std::string& head() const { return head_; }

 private:
  enum class At { before, first, item, next, after };
  bool take(char c);
  bool take_item(char c);
  bool end_item();
  bool wrong(std::string why);

  Shape item_;
  OnItem on_item_;
  At at_ = At::before;
  std::string text_;  // of the item that is coming in
  std::size_t count_ = 0;
  int depth_ = 0;
  bool quoted_ = false, escaped_ = false;
  std::string head_, fault_;
};

}  // namespace infra::answer
