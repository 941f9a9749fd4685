#include "importers/compose/compose_segments.h"

#include <algorithm>

namespace infra::importing {
namespace {

constexpr std::size_t kFewest = 4;  // letters and digits beside a variable that could be part of a secret

std::size_t letters_and_digits(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }));
}

// The pieces of a template within a part of its masked text.
std::vector<Piece> pieces_within(const Template& text, const Part& part) {
  std::vector<Piece> out;
  std::size_t at = 0;
  for (const auto& piece : text.pieces) {
    const auto size = piece.variable ? 1 : piece.text.size();
    const auto begin = std::max(at, part.begin), end = std::min(at + size, part.end);
    if (begin < end) {
      out.push_back(piece);
      if (!piece.variable) out.back().text = piece.text.substr(begin - at, end - begin);
    }
    at += size;
  }
  return out;
}

class Splitter {
 public:
  Splitter(const Template& text, const SecretNaming& naming, std::string place, Variables& variables)
      : text_(text), naming_(naming), place_(std::move(place)), variables_(variables), size_(masked(text).size()) {}

  std::vector<Segment> run(const std::vector<Part>& parts) {
    std::size_t at = 0;
    for (const auto& part : parts) {
      open({at, part.begin});
      hidden(part);
      at = part.end;
    }
    open({at, size_});
    return std::move(out_);
  }

 private:
  void open(const Part& part) {
    for (auto& piece : pieces_within(text_, part)) add(std::move(piece));
  }

  void add(Piece piece) {
    if (!piece.variable) return out_.push_back({.kind = Segment::text, .value = std::move(piece.text)}), void();
    variables_.learn_hidden(*piece.variable);
    if (variables_.is_secret(*piece.variable))
      out_.push_back(
          {.kind = Segment::secret, .value = variables_.secret_param(*piece.variable, place_), .use = *piece.variable});
    else
      out_.push_back({.kind = Segment::variable, .value = {}, .use = *piece.variable});
  }

  void hidden(const Part& part) {
    auto pieces = pieces_within(text_, part);
    std::string clear;
    for (const auto& piece : pieces) clear += piece.text;
    const bool variable =
        std::any_of(pieces.begin(), pieces.end(), [](auto& piece) { return piece.variable.has_value(); });
    if (variable && letters_and_digits(clear) < kFewest) {
      for (auto& piece : pieces) {
        if (piece.variable) variables_.found_secret(*piece.variable);
        add(std::move(piece));
      }
      return;
    }
    const bool whole = part.begin == 0 && part.end == size_;
    // With a variable in it, it is told apart by what the file has there.
    std::string identity;
    for (const auto& piece : pieces) identity += piece.variable ? "${" + piece.variable->name + "}" : piece.text;
    const auto known = variables_.holder_of(identity);
    const auto name = whole ? naming_.variable : known ? *known : naming_.part;
    if (whole) variables_.holds(naming_.variable, identity);
    out_.push_back({.kind = Segment::secret, .value = variables_.clear_secret(name, identity, naming_.doc, place_)});
  }

  const Template& text_;
  const SecretNaming& naming_;
  std::string place_;
  Variables& variables_;
  std::size_t size_;
  std::vector<Segment> out_;
};

}  // namespace

std::string masked(const Template& text) {
  std::string out;
  for (const auto& piece : text.pieces) out += piece.variable ? std::string(1, kVariable) : piece.text;
  return out;
}

std::vector<Segment> segments_of(const Template& text, const std::vector<Part>& parts, const SecretNaming& naming,
                                 const std::string& place, Variables& variables) {
  return Splitter(text, naming, place, variables).run(parts);
}

bool has_secret(const std::vector<Segment>& segments) {
  return std::any_of(segments.begin(), segments.end(), [](const Segment& s) { return s.kind == Segment::secret; });
}

std::string expression_of(const std::vector<Segment>& segments, const std::string& place, Variables& variables) {
  if (segments.size() == 1 && segments[0].kind == Segment::secret) return segments[0].value;
  if (segments.size() == 1 && segments[0].kind == Segment::variable)
    return variables.expression(Template{.pieces = {{.text = {}, .variable = segments[0].use}}}, place,
                                Variables::Place::hidden);
  std::string out = "\"";
  for (const auto& segment : segments) {
    if (segment.kind == Segment::secret)
      out += "${" + segment.value + "}";
    else if (segment.kind == Segment::variable)
      out += variables.inside(Template{.pieces = {{.text = {}, .variable = segment.use}}}, place,
                              Variables::Place::hidden);
    else
      out += variables.inside(Template{.pieces = {{.text = segment.value}}}, place, Variables::Place::hidden);
  }
  return out + '"';
}

}  // namespace infra::importing
