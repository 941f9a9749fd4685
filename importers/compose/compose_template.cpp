#include "importers/compose/compose_template.h"

#include <algorithm>

namespace infra::importing {
namespace {

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

class TemplateParser {
 public:
  explicit TemplateParser(std::string_view text) : text_(text) {}

  Template run() {
    while (at_ < text_.size()) step();
    flush();
    return std::move(out_);
  }

 private:
  void step() {
    if (text_[at_] != '$') {
      plain_ += text_[at_++];
      return;
    }
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (next == '{') return braced();
    if (begins_name(next)) return named();
    plain_ += '$';
    at_ += next == '$' ? 2 : 1;
  }

  void named() {
    auto end = at_ + 1;
    while (end < text_.size() && in_name(text_[end])) ++end;
    add({.name = std::string(text_.substr(at_ + 1, end - at_ - 1)), .word = {}});
    at_ = end;
  }

  void braced() {
    auto end = at_ + 2;
    while (end < text_.size() && in_name(text_[end])) ++end;
    VariableUse use{.name = std::string(text_.substr(at_ + 2, end - at_ - 2)), .word = {}};
    if (use.name.empty() || !begins_name(use.name[0]) || !ending(end, use)) {
      out_.odd = true;
      plain_ += text_[at_++];
      return;
    }
    add(std::move(use));
    at_ = end;
  }

  // What stands behind the name, to behind the closing brace.
  bool ending(std::size_t& at, VariableUse& use) const {
    if (at < text_.size() && text_[at] == '}') return ++at, true;
    if (at < text_.size() && text_[at] == ':') use.colon = true, ++at;
    const auto what = at < text_.size() ? std::string_view("-?+").find(text_[at]) : std::string_view::npos;
    if (what == std::string_view::npos) return false;
    constexpr VariableUse::Form kForms[] = {VariableUse::Form::otherwise, VariableUse::Form::required,
                                            VariableUse::Form::replaced};
    use.form = kForms[what];
    const auto begin = ++at;
    for (std::size_t depth = 1; at < text_.size(); ++at) {
      if (text_.substr(at, 2) == "${") ++depth;
      if (text_[at] != '}' || --depth != 0) continue;
      use.word = text_.substr(begin, at - begin);
      return ++at, true;
    }
    return false;
  }

  void add(VariableUse use) {
    flush();
    out_.pieces.push_back({.text = {}, .variable = std::move(use)});
  }
  void flush() {
    if (!plain_.empty()) out_.pieces.push_back({.text = std::move(plain_)});
    plain_.clear();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string plain_;
  Template out_;
};

}  // namespace

bool Template::constant() const {
  return std::none_of(pieces.begin(), pieces.end(), [](const Piece& piece) { return piece.variable.has_value(); });
}

const VariableUse* Template::alone() const {
  return pieces.size() == 1 && pieces.front().variable ? &*pieces.front().variable : nullptr;
}

std::string Template::text() const { return pieces.empty() ? std::string() : pieces.front().text; }

Template parse_template(std::string_view text) { return TemplateParser(text).run(); }

Template literal_template(std::string text) {
  Template out;
  if (!text.empty()) out.pieces.push_back({.text = std::move(text)});
  return out;
}

std::string template_of(std::string_view literal) {
  std::string out;
  for (const char c : literal) out += c == '$' ? "$$" : std::string(1, c);
  return out;
}

}  // namespace infra::importing
