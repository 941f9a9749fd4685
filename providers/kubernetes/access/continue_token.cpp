#include "providers/kubernetes/access/continue_token.h"

#include <utility>

#include "providers/kubernetes/objects/object_json.h"

namespace infra::kubernetes {

namespace {

// Ends at the items: nothing behind them is read.
class TokenReader : public nlohmann::json_sax<Json> {
 public:
  std::string token;

  bool key(string_t& name) override {
    if (depth_ == 1 && name == "items") return false;
    if (depth_ == 1) in_metadata_ = name == "metadata";
    wanted_ = depth_ == 2 && in_metadata_ && name == "continue";
    return true;
  }
  bool string(string_t& text) override {
    if (std::exchange(wanted_, false)) token = std::move(text);
    return true;
  }
  bool start_object(std::size_t) override { return ++depth_, true; }
  bool end_object() override { return --depth_, true; }
  bool start_array(std::size_t) override { return ++depth_, true; }
  bool end_array() override { return --depth_, true; }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  int depth_ = 0;
  bool in_metadata_ = false;
  bool wanted_ = false;
};

}  // namespace

std::string continue_token(std::string_view list) {
  TokenReader reader;
  Json::sax_parse(list, &reader, Json::input_format_t::json, false);
  return std::move(reader.token);
}

}  // namespace infra::kubernetes
