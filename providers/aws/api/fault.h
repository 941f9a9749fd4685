// What an API said no to, and what that means: whether to try again, whose mistake it is, what to do about it.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/values/value.h"
#include "providers/aws/api/services.h"
#include "providers/http.h"

namespace infra::aws {

struct Fault {
  enum Kind {
    refused,      // the service said no: `code`
    unanswered,   // no answer, or none that can be read; what was asked for may have been done
    unreached,    // never got there
    credentials,  // none, or none that are any good; `error` says it all
    cancelled,
  } kind = refused;
  std::string code;       // "ResourceInUseException", without what stands before '#' or behind ':'
  std::string message;    // the service's words
  std::string operation;  // "ecs:CreateCluster"
  long status = 0;        // of HTTP
  bool silent = false;    // it was asked, and gave no whole answer for as long as one is waited for
  std::string request_id;
  Error error = {};  // what to tell a user, for all but `refused`

  [[nodiscard]] bool is(std::initializer_list<std::string_view> codes) const;
  // "…NotFound…", "NoSuchEntity", "…DoesNotExist": each service has its own word for it.
  [[nodiscard]] bool not_found() const;
  [[nodiscard]] bool throttled() const;
  [[nodiscard]] bool transient() const;          // worth asking again as it is
  [[nodiscard]] bool may_have_happened() const;  // unanswered, or an error of the service's own (5xx)
};

// A 4xx or 5xx answer.
Fault fault_of(const Service& service, std::string_view operation, const http::Response& response);
Fault fault_of(const Service& service, std::string_view operation, const std::string& host,
               const http::Failure& failure);
// For users: code by what it means, the service's words, the remedy.
Error error_of(const Fault& fault);

// Of E0628.
inline constexpr const char* kHelpOfTaken = "take it over with `infra import ADDRESS NAME`, or choose another `name`";

// A call's answer, or its fault.
class [[nodiscard]] Reply {
 public:
  Reply(Value value) : value_(std::move(value)) {}
  Reply(Fault fault) : fault_(std::move(fault)) {}
  explicit operator bool() const { return !fault_; }
  [[nodiscard]] const Value& value() const { return value_; }
  const Value& operator[](std::string_view name) const { return value_[name]; }
  [[nodiscard]] const Fault& fault() const { return *fault_; }
  [[nodiscard]] Error error() const { return error_of(*fault_); }

 private:
  Value value_;
  std::optional<Fault> fault_;
};

}  // namespace infra::aws
