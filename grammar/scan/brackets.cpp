#include "grammar/scan/brackets.h"

#include <InfraLexer.h>
#include <fmt/format.h>

#include <algorithm>

namespace infra {
namespace {

using T = antlr::InfraLexer;

std::uint8_t closer_of(std::uint8_t opener) {
  switch (opener) {
    case T::LBRACE:
      return T::RBRACE;
    case T::LBRACKET:
      return T::RBRACKET;
    case T::LPAREN:
      return T::RPAREN;
    case T::STRING_INTERPOLATION:
      return T::INTERPOLATION_CLOSE;
    case T::STRING_OPEN:
      return T::STRING_CLOSE;
    default:
      return T::TEXT_CLOSE;
  }
}

std::string_view closer_text(std::uint8_t opener) {
  switch (opener) {
    case T::LBRACKET:
      return "]";
    case T::LPAREN:
      return ")";
    case T::STRING_OPEN:
      return "\"";
    case T::TEXT_OPEN:
      return "\"\"\"";
    default:
      return "}";
  }
}

bool is_list(std::uint8_t opener) { return opener == T::LPAREN || opener == T::LBRACKET; }
bool is_string(std::uint8_t opener) { return opener == T::STRING_OPEN || opener == T::TEXT_OPEN; }

}  // namespace

bool Brackets::newline_counts() const { return open_.empty() || innermost() == T::LBRACE; }

bool Brackets::open(Token token) {
  if (open_.size() >= kDeepest) {
    diagnostics_.error("E0104", span(token), fmt::format("nested too deeply: more than {} brackets are open", kDeepest),
                       "one too many", "give inner parts a name with `let`, or close the brackets that were forgotten");
    return false;
  }
  push(token);
  return true;
}

void Brackets::push(Token token) {
  out_.push_back(token);
  open_.push_back({.token = token, .indentation = indentation_});
  if (token.type == T::STRING_OPEN) ++one_line_strings_;
}

void Brackets::pop() {
  if (open_.back().token.type == T::STRING_OPEN) --one_line_strings_;
  open_.pop_back();
}

void Brackets::emit(std::uint8_t type, std::uint32_t offset) {
  out_.push_back({.begin = offset, .end = offset, .type = type, .repaired = true});
}

// The parser wants a separator after the last item of a block and the last entry of a map.
void Brackets::end_line(std::uint32_t offset) {
  const auto last = out_.empty() ? std::uint8_t{T::NEWLINE} : out_.back().type;
  if (last == T::NEWLINE || last == T::SEMICOLON || last == T::LBRACE) return;
  out_.push_back({.begin = offset, .end = offset, .type = T::NEWLINE, .repaired = out_.back().repaired});
}

// The open bracket that this one closes. ) and ] don't look past a { that is open: more likely they are too many.
std::optional<std::size_t> Brackets::partner(std::uint8_t closer) const {
  for (std::size_t i = open_.size(); i-- > 0;) {
    const auto opener = open_[i].token.type;
    if (closer == T::RBRACE ? opener == T::LBRACE || opener == T::STRING_INTERPOLATION : closer_of(opener) == closer) {
      return i;
    }
    if (!is_list(opener)) break;
  }
  return std::nullopt;
}

void Brackets::close(Token token) {
  if (is_string(innermost()) && closer_of(innermost()) == token.type) {
    pop();
    out_.push_back(token);
    return;
  }
  auto depth = partner(token.type);
  if (!depth && !open_.empty() && is_list(innermost())) {  // [1, 2)
    report_wrong(open_.back().token, token);
    depth = open_.size() - 1;
    token.repaired = true;
  }
  if (!depth) return report_stray(token);
  if (*depth + 1 < open_.size()) {
    report_unclosed(open_[*depth + 1].token, token);
    close_down_to(*depth + 1, token.begin);
  }
  note_indentation(token);
  token.type = closer_of(innermost());
  if (token.type == T::RBRACE) end_line(token.begin);
  pop();
  out_.push_back(token);
}

// Puts in what closes everything deeper than `depth`.
void Brackets::close_down_to(std::size_t depth, std::uint32_t offset) {
  while (open_.size() > depth) {
    const auto closer = closer_of(innermost());
    if (closer == T::RBRACE) end_line(offset);
    emit(closer, offset);
    pop();
  }
}

void Brackets::break_string(std::uint32_t offset) {
  std::optional<std::size_t> outermost;
  for (std::size_t i = open_.size(); i-- > 0 && open_[i].token.type != T::TEXT_OPEN;) {
    if (open_[i].token.type == T::STRING_OPEN) outermost = i;
  }
  if (!outermost) return;
  const auto opener = open_[*outermost].token;
  auto& message =
      diagnostics_.error("E0103", span(opener), "this string is never closed", "it begins here",
                         "close it with `\"` on the same line; text of several lines is written between `\"\"\"`");
  auto end = offset;
  while (end > opener.end && (source_.text[end - 1] == ' ' || source_.text[end - 1] == '\r')) --end;
  const auto rest = std::string_view(source_.text).substr(opener.end, end - opener.end);
  if (!rest.empty() && rest.find_first_of("\"{}[](),;\\") == std::string_view::npos) {
    message.fixes.push_back({.span = {file_, end, end}, .replacement = "\""});
  }
  close_down_to(*outermost, offset);
}

void Brackets::break_lists(std::size_t first) {
  std::size_t depth = open_.size();
  while (depth > 0 && is_list(open_[depth - 1].token.type)) --depth;
  if (depth == open_.size()) return;
  if (depth > 0 && open_[depth - 1].token.type != T::LBRACE) return;
  while (depth < open_.size() && open_[depth].indentation < indentation_) ++depth;
  if (depth == open_.size()) return;
  const std::vector<Token> line(out_.begin() + static_cast<std::ptrdiff_t>(first), out_.end());
  out_.resize(first);
  report_unclosed(open_[depth].token, line.front());
  const auto offset = out_.back().end;
  close_down_to(depth, offset);
  if (newline_counts()) emit(T::NEWLINE, offset);
  out_.insert(out_.end(), line.begin(), line.end());
}

void Brackets::finish(std::uint32_t offset) {
  if (!open_.empty()) report_all_unclosed();
  close_down_to(0, offset);
  end_line(offset);
}

void Brackets::report_unclosed(Token opener, Token noticed) {
  const auto wanted = closer_text(opener.type);
  auto& message =
      diagnostics_.error("E0103", span(opener), fmt::format("this `{}` is never closed", source_.text[opener.begin]),
                         "it begins here", fmt::format("close it with `{}`", wanted));
  message.secondary.push_back({span(noticed), fmt::format("`{}` is missing before this", wanted)});
}

void Brackets::report_wrong(Token opener, Token closer) {
  const auto wanted = closer_text(opener.type);
  auto& message = diagnostics_.error(
      "E0103", span(closer),
      fmt::format("`{}` can't be closed by `{}`", source_.text[opener.begin], source_.text[closer.begin]),
      fmt::format("expected `{}`", wanted), fmt::format("write `{}`", wanted));
  message.secondary.push_back({span(opener), "this is still open"});
  message.fixes.push_back({.span = span(closer), .replacement = std::string(wanted)});
}

void Brackets::report_stray(Token closer) {
  auto& message =
      diagnostics_.error("E0102", span(closer), fmt::format("this `{}` closes nothing", source_.text[closer.begin]),
                         "nothing is open here", "remove it");
  message.fixes.push_back({.span = span(closer), .replacement = ""});
}

// One message: the newest first, for it is where someone stopped typing; unless indentation tells better.
void Brackets::report_all_unclosed() {
  auto opener = open_.back().token;
  if (suspect_ && !is_string(opener.type)) opener = suspect_->opener;
  const bool comment_worthy = is_string(opener.type);
  const auto text = comment_worthy ? std::string("string") : fmt::format("`{}`", source_.text[opener.begin]);
  const auto shown = opener.type == T::STRING_INTERPOLATION ? std::string("`${`") : text;
  auto& message = diagnostics_.error("E0103", span(opener), fmt::format("this {} is never closed", shown),
                                     "it begins here", fmt::format("close it with `{}`", closer_text(opener.type)));
  if (suspect_ && opener.begin == suspect_->opener.begin) {
    message.secondary.push_back({span(suspect_->closer), "this closes it, but is placed where an outer one would be"});
    return;
  }
  for (std::size_t i = open_.size() - 1; i-- > 0 && message.secondary.size() < 3;) {
    message.secondary.push_back({span(open_[i].token), "nor is this one"});
  }
}

// A `}` at the start of its line closes what a line with the same indentation opened. The first one that doesn't
// shows where a closing bracket was forgotten.
void Brackets::note_indentation(Token closer) {
  if (suspect_ || !closer.first_on_line || closer.type != T::RBRACE) return;
  if (indentation_ < open_.back().indentation) suspect_ = {.opener = open_.back().token, .closer = closer};
}

}  // namespace infra
