#include "compiler/functions/yaml_codec.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <regex>

namespace infra {
namespace {

constexpr std::size_t kMostNodes = 1'000'000;
constexpr int kMostYamlDepth = 200;

struct Fault {  // thrown and caught in this file only, beside yaml-cpp's own
  std::string message;
};

class Converter {
 public:
  Value convert(const YAML::Node& node, int depth) {
    if (++nodes_ > kMostNodes) throw Fault{fmt::format("it has more than {} values", kMostNodes)};
    if (depth > kMostYamlDepth) throw Fault{fmt::format("it is nested more than {} deep", kMostYamlDepth)};
    switch (node.Type()) {
      case YAML::NodeType::Sequence:
        return sequence(node, depth);
      case YAML::NodeType::Map:
        return mapping(node, depth);
      case YAML::NodeType::Scalar:
        return scalar(node);
      case YAML::NodeType::Null:
      case YAML::NodeType::Undefined:
        break;
    }
    return Null{};
  }

 private:
  Value sequence(const YAML::Node& node, int depth) {
    List out;
    for (const auto& item : node) out.push_back(convert(item, depth + 1));
    return out;
  }

  Value mapping(const YAML::Node& node, int depth) {
    std::vector<Entry> out;
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) throw Fault{"a key of it is no text"};
      out.emplace_back(entry.first.Scalar(), convert(entry.second, depth + 1));
    }
    return Map(std::move(out));
  }

  // What is in quotes has the tag "!", what has none "?".
  static Value scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str") return text;
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return Null{};
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    static const std::regex kInteger("[-+]?[0-9]+");
    static const std::regex kFloat(R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)");
    if (text.size() > 40) return text;
    const char* begin = text.data() + (text.front() == '+' ? 1 : 0);
    const char* end = text.data() + text.size();
    if (std::regex_match(text, kInteger)) {
      std::int64_t number = 0;
      if (std::from_chars(begin, end, number).ec == std::errc()) return number;
    }
    if (std::regex_match(text, kFloat)) {
      double number = 0;
      if (std::from_chars(begin, end, number).ec == std::errc()) return number;
    }
    return text;
  }

  std::size_t nodes_ = 0;
};

Error bad(std::string_view why) {
  return {.code = "E0303", .message = fmt::format("the text can't be read as YAML: {}", why)};
}

}  // namespace

Result<Value> from_yaml(const std::string& text) {
  try {
    const auto documents = YAML::LoadAll(text);
    if (documents.size() > 1) return bad("it has several documents");
    if (documents.empty()) return Value();
    return Converter().convert(documents.front(), 0);
  } catch (const YAML::Exception& e) {
    return bad(e.mark.is_null() ? e.msg : fmt::format("{} in its line {}", e.msg, e.mark.line + 1));
  } catch (const Fault& fault) {
    return bad(fault.message);
  }
}

}  // namespace infra
