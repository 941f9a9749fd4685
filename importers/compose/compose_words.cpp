#include "importers/compose/compose_words.h"

namespace infra::importing {
namespace {

bool blank_or_newline(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class WordSplitter {
 public:
  std::optional<std::vector<Word>> run(const Template& text) {
    for (const auto& piece : text.pieces) {
      if (piece.variable)
        add({.text = {}, .variable = piece.variable});
      else
        pass(piece.text);
    }
    if (quote_ != 0) return std::nullopt;
    end_word();
    return std::move(out_);
  }

 private:
  void pass(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (quote_ == 0 && blank_or_newline(c)) {
        end_word();
      } else if (quote_ == 0 && (c == '"' || c == '\'')) {
        quote_ = c;
        inside_ = true;
      } else if (c == quote_) {
        quote_ = 0;
      } else if (c == '\\' && quote_ != '\'' && i + 1 < text.size()) {
        const char next = text[++i];
        const bool special = quote_ == 0 || next == '"' || next == '\\' || next == '$' || next == '`';
        if (!special) add(c);
        if (next != '\n') add(next);
      } else {
        add(c);
      }
    }
  }

  void add(char c) {
    inside_ = true;
    auto& pieces = word_.text.pieces;
    if (pieces.empty() || pieces.back().variable) add(Piece{.text = {}});
    pieces.back().text += c;
  }

  void add(Piece piece) {
    inside_ = true;
    word_.text.pieces.push_back(std::move(piece));
    word_.quoted.push_back(quote_ != 0);
  }

  void end_word() {
    if (inside_) out_.push_back(std::move(word_));
    word_ = {};
    inside_ = false;
  }

  std::vector<Word> out_;
  Word word_;
  bool inside_ = false;
  char quote_ = 0;
};

}  // namespace

std::optional<std::vector<Word>> split_words(const Template& text) { return WordSplitter().run(text); }

}  // namespace infra::importing
