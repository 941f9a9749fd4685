// Result<T>: a value, or what the world did wrong. Users' mistakes in their files are Diagnostics, not Errors.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace infra {

struct Error {
  std::string code;                  // "E0601", a row of base/diagnostics/codes.cpp
  std::string message;               // one line, names the thing and the reason; never holds a secret
  std::string help;                  // what to do about it; may be empty
  std::vector<std::string> context;  // "while …", innermost first

  // Adds what was being done: error.during("pulling image \"web:1\"").
  Error&& during(std::string what) && {
    context.push_back(std::move(what));
    return std::move(*this);
  }
  // "error[E0601]: message\n  while …\nhelp: …", without a trailing newline.
  [[nodiscard]] std::string text() const;
  // message and context on one line, for logs and NDJSON.
  [[nodiscard]] std::string line() const;
};

struct Ok {};  // Result<void> is spelled Result<Ok>

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : data_(std::move(value)) {}
  Result(Error error) : data_(std::move(error)) {}

  explicit operator bool() const { return data_.index() == 0; }
  [[nodiscard]] bool ok() const { return data_.index() == 0; }
  T& operator*() & { return std::get<0>(data_); }
  const T& operator*() const& { return std::get<0>(data_); }
  T&& operator*() && { return std::get<0>(std::move(data_)); }
  T* operator->() { return &std::get<0>(data_); }
  const T* operator->() const { return &std::get<0>(data_); }
  [[nodiscard]] const Error& error() const& { return std::get<1>(data_); }
  [[nodiscard]] Error&& error() && { return std::get<1>(std::move(data_)); }
  Error take_error(std::string during) && { return std::get<1>(std::move(data_)).during(std::move(during)); }

 private:
  std::variant<T, Error> data_;
};

}  // namespace infra
