#include "providers/aws/api/encode.h"

#include <fmt/format.h>

#include <cstdlib>

#include "base/values/codec.h"
#include "providers/aws/api/rest_paths.h"
#include "providers/http.h"

namespace infra::aws {

namespace {

// Only what an API knows: text, numbers, booleans. Durations, sizes and addresses are turned into these by whoever
// builds the parameters, who knows the unit.
std::string scalar_text(const Value& value) {
  if (const auto* inner = value.secret()) return scalar_text(*inner);
  if (const auto* flag = value.boolean()) return *flag ? "true" : "false";
  if (const auto* number = value.get<double>()) return fmt::format("{}", *number);
  return to_text(value).value_or("");
}

void write_json(const Value& value, std::string& out) {
  if (const auto* inner = value.secret()) return write_json(*inner, out);
  if (const auto* list = value.list()) {
    out += '[';
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (i > 0) out += ',';
      write_json((*list)[i], out);
    }
    out += ']';
  } else if (const auto* map = value.map()) {
    out += '{';
    const auto start = out.size();
    for (const auto& [name, member] : *map) {
      if (member.is_null()) continue;
      if (out.size() > start) out += ',';
      out += json_quote(name) + ":";
      write_json(member, out);
    }
    out += '}';
  } else if (value.is_null()) {
    out += "null";
  } else if (value.integer() != nullptr || value.boolean() != nullptr || value.get<double>() != nullptr) {
    out += scalar_text(value);
  } else {
    out += json_quote(scalar_text(value));
  }
}

class FormWriter {
 public:
  explicit FormWriter(Protocol protocol) : protocol_(protocol) {}

  void add(const std::string& name, const Value& value) {
    if (value.is_null()) return;
    if (const auto* list = value.list()) {
      add_list(name, *list);
    } else if (const auto* map = value.map()) {
      for (const auto& [key, member] : *map) add(name.empty() ? key : fmt::format("{}.{}", name, key), member);
    } else {
      pair(name, scalar_text(value));
    }
  }
  void pair(std::string_view name, std::string_view value) {
    out_ += (out_.empty() ? "" : "&") + http::url_encoded(name) + "=" + http::url_encoded(value);
  }
  std::string take() { return std::move(out_); }

 private:
  void add_list(const std::string& name, const List& list) {
    // Given and empty is not the same as not given: query has a form for it, ec2 has none.
    if (list.empty() && protocol_ == Protocol::query) pair(name, "");
    const std::string_view between = protocol_ == Protocol::query ? ".member." : ".";
    for (std::size_t i = 0; i < list.size(); ++i) add(fmt::format("{}{}{}", name, between, i + 1), list[i]);
  }

  Protocol protocol_;
  std::string out_;
};

}  // namespace

std::string json_body(const Value& parameters) {
  std::string out;
  write_json(parameters.is_null() ? Value(Map()) : parameters, out);
  return out;
}

std::string form_body(Protocol protocol, std::string_view operation, std::string_view version,
                      const Value& parameters) {
  FormWriter form(protocol);
  form.pair("Action", operation);
  form.pair("Version", version);
  form.add("", parameters);
  return form.take();
}

RestRequest rest_request(std::string_view service, std::string_view operation, const Value& parameters) {
  const auto* row = find_rest_path(service, operation);
  if (row == nullptr) std::abort();  // an operation that rest_paths.cpp lacks: a bug
  Map rest = parameters.map() != nullptr ? *parameters.map() : Map();
  RestRequest out{.method = std::string(row->method), .path = {}, .query = {}, .body = {}};
  std::string_view left = row->path;
  while (!left.empty()) {
    const auto open = left.find('{');
    out.path += left.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = left.find('}');
    const auto name = left.substr(open + 1, close - open - 1);
    out.path += http::url_encoded(scalar_text(parameters[name]));
    rest.erase(name);
    left.remove_prefix(close + 1);
  }
  if (row->method == "GET" || row->method == "DELETE") {
    out.query = std::move(rest);
  } else {
    out.body = json_body(Value(std::move(rest)));
  }
  return out;
}

}  // namespace infra::aws
