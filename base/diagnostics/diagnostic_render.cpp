#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/diagnostics/diagnostic.h"
#include "base/diagnostics/snippet.h"
#include "base/secrets/url_secrets.h"

namespace infra {
namespace {

constexpr std::uint32_t kFar = 10;  // lines between two that are shown, from which on a gap is drawn

class Renderer : public Snippet::Paint {
 public:
  Renderer(const SourceMap& sources, bool colour) : sources_(sources), colour_(colour) {}

  std::string render(const Diagnostic& diagnostic);
  std::string mark(const std::string& text, bool primary) const override {
    return primary ? paint(severity_ == Severity::error ? "1;31" : "1;33", text) : paint("1;34", text);
  }

 private:
  using Lines = std::map<std::uint32_t, std::vector<Snippet::Mark>>;
  using Files = std::vector<std::pair<FileId, Lines>>;

  [[nodiscard]] std::string paint(std::string_view code, std::string_view text) const {
    return colour_ && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  [[nodiscard]] std::string gutter(const std::string& number = {}) const {
    return paint("1;34", fmt::format("{:>{}} |", number, width_));
  }
  void add(Files& files, const Label& label, bool primary) const;
  void show(const Lines& lines, FileId file);
  void help(const Diagnostic& diagnostic);
  void fixed_lines(const std::vector<Edit>& edits);
  void show_fixed(std::string_view line, std::size_t change);

  const SourceMap& sources_;
  bool colour_;
  Severity severity_ = Severity::error;
  std::size_t width_ = 0;
  std::string out_;
};

std::string Renderer::render(const Diagnostic& d) {
  out_.clear();
  severity_ = d.severity;
  const auto head = fmt::format("{}{}", d.severity == Severity::error ? "error" : "warning",
                                d.code.empty() ? "" : fmt::format("[{}]", d.code));
  out_ += fmt::format("{}{}\n", mark(head, true), paint("1", ": " + printable(d.message)));
  if (!d.primary.span.somewhere()) {
    help(d);
    return out_;
  }
  Files files;
  add(files, d.primary, true);
  for (const auto& label : d.secondary) add(files, label, false);
  std::uint32_t last = 1;
  for (const auto& [file, lines] : files) last = std::max(last, lines.rbegin()->first);
  width_ = fmt::format("{}", last).size();
  for (const auto& [file, lines] : files) {
    const bool first = file == d.primary.span.file;
    const auto place = first ? d.primary.span.begin
                             : sources_.file(file).line_starts[lines.begin()->first - 1] +
                                   static_cast<std::uint32_t>(lines.begin()->second.front().begin);
    const auto at = sources_.locate(file, place);
    out_ += fmt::format("{:{}}{} {}:{}:{}\n{}\n", "", width_, paint("1;34", first ? "-->" : ":::"),
                        sources_.file(file).path, at.line, at.column, gutter());
    show(lines, file);
  }
  if (!d.help.empty() || !d.fixes.empty()) out_ += gutter() + '\n';
  help(d);
  return out_;
}

// A span of several lines is marked in its first one.
void Renderer::add(Files& files, const Label& label, bool primary) const {
  if (!label.span.somewhere()) return;
  const auto file = label.span.file;
  const auto line = sources_.locate(file, label.span.begin).line;
  const auto start = sources_.file(file).line_starts[line - 1];
  const auto length = sources_.line(file, line).size();
  const std::size_t begin = std::min<std::size_t>(label.span.begin - start, length);
  const std::size_t end = std::clamp<std::size_t>(label.span.end - start, begin, length);
  auto found = std::find_if(files.begin(), files.end(), [&](const auto& entry) { return entry.first == file; });
  if (found == files.end()) found = files.insert(files.end(), {file, Lines{}});
  found->second[line].push_back({.begin = begin, .end = end, .primary = primary, .label = printable(label.text)});
}

void Renderer::show(const Lines& lines, FileId file) {
  std::uint32_t before = lines.begin()->first;
  for (const auto& [number, marks] : lines) {
    if (number > before + kFar) out_ += paint("1;34", "...") + '\n';
    before = number;
    const auto first = std::min_element(marks.begin(), marks.end(), [](auto& a, auto& b) { return a.begin < b.begin; });
    const auto last = std::max_element(marks.begin(), marks.end(), [](auto& a, auto& b) { return a.end < b.end; });
    const Snippet snippet(sources_.line(file, number), first->begin, last->end);
    const auto text = snippet.text().empty() ? "" : " " + snippet.text();
    out_ += fmt::format("{}{}\n", gutter(fmt::format("{}", number)), text);
    for (const auto& below : snippet.marks(marks, *this)) out_ += fmt::format("{} {}\n", gutter(), below);
  }
}

void Renderer::help(const Diagnostic& d) {
  if (d.help.empty() && d.fixes.empty()) return;
  out_ += fmt::format("{}: {}\n", paint("1;36", "help"), d.help.empty() ? "change it like this" : printable(d.help));
  fixed_lines(d.fixes);
}

void Renderer::show_fixed(std::string_view line, std::size_t change) {
  auto text = Snippet(line, change, change).text();
  text.erase(text.find_last_not_of(' ') + 1);
  if (!text.empty()) out_ += fmt::format("{} {}\n", gutter(), text);
}

// The lines that the edits touch, as they would be.
void Renderer::fixed_lines(const std::vector<Edit>& edits) {
  std::map<FileId, std::vector<Edit>> by_file;
  for (const auto& edit : edits) {
    if (edit.span.somewhere()) by_file[edit.span.file].push_back(edit);
  }
  for (auto& [file, all] : by_file) {
    std::stable_sort(all.begin(), all.end(), [](const Edit& a, const Edit& b) { return a.span < b.span; });
    for (std::size_t i = 0; i < all.size();) {
      const auto first = sources_.locate(file, all[i].span.begin).line;
      auto at = sources_.file(file).line_starts[first - 1];
      std::string text;
      auto last = first;
      const auto change = at < all[i].span.begin ? all[i].span.begin - at : 0;
      for (; i < all.size() && (last >= sources_.locate(file, all[i].span.begin).line); ++i) {
        if (all[i].span.begin < at) continue;  // overlaps the one before
        text += sources_.text({file, at, all[i].span.begin});
        text += all[i].replacement;
        at = all[i].span.end;
        last = sources_.locate(file, at).line;
      }
      const auto line = sources_.line(file, last);
      const auto end = sources_.file(file).line_starts[last - 1] + static_cast<std::uint32_t>(line.size());
      text += sources_.text({file, at, std::max(at, end)});
      for (std::size_t begin = 0; begin <= text.size();) {
        const auto stop = std::min(text.find('\n', begin), text.size());
        show_fixed(std::string_view(text).substr(begin, stop - begin), change);
        begin = stop + 1;
      }
    }
  }
}

std::string count(std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

std::string summary(const Diagnostics& diagnostics) {
  const auto errors = diagnostics.errors();
  const auto warnings = diagnostics.all().size() - errors;
  if (warnings == 0) return count(errors, "error");
  return errors == 0 ? count(warnings, "warning") : count(errors, "error") + ", " + count(warnings, "warning");
}

using OrderedJson = nlohmann::ordered_json;

void put_place(OrderedJson& out, const SourceMap& sources, Span span) {
  if (!span.somewhere()) {
    out["file"] = nullptr;
    return;
  }
  const auto begin = sources.locate(span.file, span.begin);
  const auto end = sources.locate(span.file, span.end);
  out["file"] = sources.file(span.file).path;
  out["line"] = begin.line;
  out["column"] = begin.column;
  out["end_line"] = end.line;
  out["end_column"] = end.column;
}

OrderedJson to_json(const Diagnostic& d, const SourceMap& sources) {
  OrderedJson out;
  out["code"] = d.code;
  out["severity"] = d.severity == Severity::error ? "error" : "warning";
  out["message"] = without_url_secrets(d.message);
  put_place(out, sources, d.primary.span);
  out["label"] = without_url_secrets(d.primary.text);
  out["related"] = OrderedJson::array();
  for (const auto& label : d.secondary) {
    OrderedJson related;
    put_place(related, sources, label.span);
    related["label"] = without_url_secrets(label.text);
    out["related"].push_back(std::move(related));
  }
  out["help"] = without_url_secrets(d.help);
  out["fixes"] = OrderedJson::array();
  for (const auto& edit : d.fixes) {
    if (!url_secrets(edit.replacement).empty()) continue;  // a half-hidden edit would be a wrong one
    OrderedJson fix;
    put_place(fix, sources, edit.span);
    fix["replacement"] = edit.replacement;
    out["fixes"].push_back(std::move(fix));
  }
  return out;
}

}  // namespace

std::string render_text(const Diagnostics& diagnostics, const SourceMap& sources, const RenderOptions& options) {
  const auto& all = diagnostics.all();
  if (all.empty()) return {};
  std::string out;
  Renderer renderer(sources, options.colour);
  const auto shown = std::min(options.most, all.size());
  for (std::size_t i = 0; i < shown; ++i) out += renderer.render(all[i]) + '\n';
  if (shown < all.size()) out += fmt::format("… and {} more\n", all.size() - shown);
  return out + summary(diagnostics) + '\n';
}

std::string render_json(const Diagnostics& diagnostics, const SourceMap& sources) {
  OrderedJson out;
  out["diagnostics"] = OrderedJson::array();
  for (const auto& one : diagnostics.all()) out["diagnostics"].push_back(to_json(one, sources));
  return out.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + '\n';
}

}  // namespace infra
