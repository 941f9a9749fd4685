#include "importers/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "grammar/scan/source_check.h"

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

struct Refusal {
  std::string why;
};

// What is said twice would have one of both lost.
std::string repeated(std::string_view key) {
  return fmt::format("the key {} is there for the second time", one_line(std::string(key)));
}

std::string in_line(const YAML::Mark& mark) {
  return mark.is_null() ? std::string() : fmt::format(" in line {}", mark.line + 1);
}

class Converter {
 public:
  Json convert(const YAML::Node& node, std::size_t depth) {
    if (depth > kDeepestNesting)
      throw Refusal{fmt::format("nested more than {} levels deep, or an alias of itself", kDeepestNesting)};
    if (++nodes_ > kMostNodes)
      throw Refusal{fmt::format("more than {} values once its aliases are replaced", kMostNodes)};
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
    std::set<std::string> own;  // rather than merged
    for (const auto& entry : node) {
      const auto where = in_line(entry.first.Mark());
      if (!entry.first.IsScalar())
        throw Refusal{fmt::format("the key {}{} is no text", shown(convert(entry.first, depth + 1)), where)};
      if (!own.insert(entry.first.Scalar()).second) throw Refusal{repeated(entry.first.Scalar()) + where};
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
    if (!from.is_object()) throw Refusal{fmt::format("`<<` takes a mapping, not {}", shown(from))};
    for (const auto& [key, value] : from.items()) {
      if (!into.contains(key)) into[key] = value;
    }
  }

  std::size_t nodes_ = 0;
};

// An empty one, such as behind a last `---`, says nothing.
Json only_document(const std::string& text) {
  Json out;
  for (const auto& document : YAML::LoadAll(text)) {
    if (document.IsNull()) continue;
    if (!out.is_null())
      throw Refusal{fmt::format("a second document begins{}: give each a file of its own", in_line(document.Mark()))};
    out = Converter().convert(document, 0);
  }
  return out;
}

// The first key that an object has twice, found while it is read.
class KeysOnce {
 public:
  void see(Json::parse_event_t event, const Json& value) {
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event == Json::parse_event_t::key && !open_.back().insert(value.get<std::string>()).second && twice_.empty())
      twice_ = repeated(value.get<std::string>());
  }
  [[nodiscard]] const std::string& twice() const { return twice_; }

 private:
  std::vector<std::set<std::string>> open_;
  std::string twice_;
};

}  // namespace

namespace {

// `read` may throw what yaml-cpp throws, and Refusal.
template <class Read>
auto reading(const std::string& text, const std::string& name, Read read) -> Result<decltype(read(text))> {
  if (text.empty()) return refused(name, "it is empty");
  if (text.size() > kLargest) return refused(name, fmt::format("larger than {} MiB", kLargest >> 20U));
  Diagnostics found;
  if (!check_source({.path = name, .text = text, .line_starts = {0}}, 0, found)) {
    return refused(name, "it is no text in UTF-8");
  }
  try {
    return read(text);
  } catch (const YAML::DeepRecursion& bad) {
    return refused(name, fmt::format("it is nested too deeply in line {}", bad.mark.line + 1));
  } catch (const YAML::Exception& bad) {
    return refused(name, fmt::format("it is not valid YAML{}: {}", in_line(bad.mark), bad.msg));
  } catch (const Refusal& bad) {
    return refused(name, bad.why);
  }
}

std::vector<Json> documents_of(const std::string& text) {
  std::vector<Json> out;
  Converter converter;  // all of them share its bounds
  for (const auto& document : YAML::LoadAll(text)) {
    if (!document.IsNull()) out.push_back(converter.convert(document, 0));
  }
  return out;
}

}  // namespace

Result<Json> parse_yaml(const std::string& text, const std::string& name) { return reading(text, name, only_document); }

Result<std::vector<Json>> parse_yaml_documents(const std::string& text, const std::string& name) {
  return reading(text, name, documents_of);
}

Result<Json> parse_json(const std::string& text, const std::string& name) {
  if (text.empty()) return refused(name, "it is empty");
  if (text.size() > kLargest) return refused(name, fmt::format("larger than {} MiB", kLargest >> 20U));
  bool deep = false;
  KeysOnce keys;
  const auto bounded = [&](int depth, Json::parse_event_t event, Json& value) {
    deep = deep || depth > static_cast<int>(kDeepestNesting);
    if (!deep) keys.see(event, value);
    return !deep;
  };
  try {
    auto json = Json::parse(text, bounded);  // its parser keeps no stack of its own
    if (deep) return refused(name, fmt::format("nested more than {} levels deep", kDeepestNesting));
    if (!keys.twice().empty()) return refused(name, keys.twice());
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
