#include "importers/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "grammar/source_check.h"

namespace infra::importing {
namespace {

constexpr std::size_t kLargest = std::size_t{4} << 20U;  // bytes of a file
constexpr std::size_t kMostNodes = 200'000;
constexpr std::size_t kDeepestNesting = 64;

Error refused(const std::string& name, const std::string& why) {
  return {.code = "E0910",
          .message = fmt::format("{} can't be imported: {}", name, why),
          .help = "correct the file; nothing was written",
          .context = {}};
}

struct TooMuch {
  std::string why;
};

class Converter {
 public:
  Json convert(const YAML::Node& node, std::size_t depth) {
    if (depth > kDeepestNesting)
      throw TooMuch{fmt::format("nested more than {} levels deep, or an alias of itself", kDeepestNesting)};
    if (++nodes_ > kMostNodes)
      throw TooMuch{fmt::format("more than {} values once its aliases are replaced", kMostNodes)};
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        return scalar(node);
      case YAML::NodeType::Sequence: {
        Json out = Json::array();
        for (const auto& one : node) out.push_back(convert(one, depth + 1));
        return out;
      }
      case YAML::NodeType::Map:
        return mapping(node, depth);
      default:
        return nullptr;
    }
  }

 private:
  // Booleans and null are what they are only without quotes. Numbers stay as
  // they are written: 1.10 is a version.
  static Json scalar(const YAML::Node& node) {
    const auto& text = node.Scalar();
    if (node.Tag() == "!") return text;  // quoted
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
    return text;
  }

  Json mapping(const YAML::Node& node, std::size_t depth) {
    Json out = Json::object();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) throw TooMuch{"a key that is no text"};
      if (entry.first.Scalar() == "<<" && entry.first.Tag() != "!") {
        merge(out, convert(entry.second, depth + 1));
      } else {
        out[entry.first.Scalar()] = convert(entry.second, depth + 1);
      }
    }
    return out;
  }

  // What the mapping says itself wins; of several merged ones the first.
  static void merge(Json& into, const Json& from) {
    if (from.is_array()) {
      for (const auto& one : from) merge(into, one);
      return;
    }
    if (!from.is_object()) throw TooMuch{"`<<` takes a mapping"};
    for (const auto& [key, value] : from.items()) {
      if (!into.contains(key)) into[key] = value;
    }
  }

  std::size_t nodes_ = 0;
};

}  // namespace

Result<Json> parse_yaml(const std::string& text, const std::string& name) {
  if (text.empty()) return refused(name, "it is empty");
  if (text.size() > kLargest) return refused(name, fmt::format("larger than {} MiB", kLargest >> 20U));
  Diagnostics found;
  if (!check_source({.path = name, .text = text, .line_starts = {0}}, 0, found)) {
    return refused(name, "it is no text in UTF-8");
  }
  try {
    return Converter().convert(YAML::Load(text), 0);
  } catch (const YAML::DeepRecursion& bad) {
    return refused(name, fmt::format("it is nested too deeply in line {}", bad.mark.line + 1));
  } catch (const YAML::Exception& bad) {
    const auto place = bad.mark.is_null() ? std::string() : fmt::format(" in line {}", bad.mark.line + 1);
    return refused(name, fmt::format("it is not valid YAML{}: {}", place, bad.msg));
  } catch (const TooMuch& bad) {
    return refused(name, bad.why);
  }
}

Result<Json> parse_json(const std::string& text, const std::string& name) {
  if (text.empty()) return refused(name, "it is empty");
  if (text.size() > kLargest) return refused(name, fmt::format("larger than {} MiB", kLargest >> 20U));
  bool deep = false;
  const auto bounded = [&](int depth, Json::parse_event_t /*event*/, Json& /*value*/) {
    deep = deep || depth > static_cast<int>(kDeepestNesting);
    return !deep;
  };
  try {
    auto json = Json::parse(text, bounded);  // its parser keeps no stack of its own
    if (deep) return refused(name, fmt::format("nested more than {} levels deep", kDeepestNesting));
    return json;
  } catch (const Json::parse_error& bad) {
    if (deep) return refused(name, fmt::format("nested more than {} levels deep", kDeepestNesting));
    const auto before = std::string_view(text).substr(0, std::min(bad.byte, text.size()));
    return refused(name,
                   fmt::format("it is not valid JSON in line {}", 1 + std::count(before.begin(), before.end(), '\n')));
  } catch (const Json::exception&) {
    return refused(name, "it holds a number that is too large");
  }
}

}  // namespace infra::importing
