// The Markdown that this project writes, as HTML: headings, paragraphs, tables, lists, fenced code, code, bold, links.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "manual/reference.h"

namespace infra {
namespace {

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "code,pre{font-family:ui-monospace,monospace;font-size:.9em;background:#f4f4f2}"
    "code{padding:.1em .3em}pre{padding:.8em 1em;overflow-x:auto}pre code{padding:0}"
    "table{border-collapse:collapse}td,th{border-top:1px solid #ddd;padding:.3em "
    ".8em;text-align:left;vertical-align:top}"
    "a{color:#0b57a4}";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

// Where a link leads, or nullopt: only to pages and to the web. A comment of a stranger's module must not run as a
// script
// ("javascript:", "data:"), in whatever letters and with whatever blanks a browser would forgive.
std::optional<std::string> target(std::string_view link) {
  std::string out(link);
  const auto odd = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\'; };
  if (out.empty() || std::any_of(out.begin(), out.end(), odd)) return std::nullopt;
  if (out.starts_with("https://") || out.starts_with("http://")) return out;
  const auto colon = out.find(':');
  if (out.starts_with("//") || colon < std::min(out.find_first_of("/?#"), out.size())) return std::nullopt;
  if (out.ends_with("README.md")) out.replace(out.size() - 9, 9, "index.html");
  if (out.ends_with(".md")) out.replace(out.size() - 3, 3, ".html");
  return out;
}

// A link, or its text alone.
std::string link_to(std::string_view link, const std::string& shown) {
  const auto where = target(link);
  return where ? fmt::format("<a href=\"{}\">{}</a>", escaped(*where), shown) : shown;
}

// `code`, **bold** and [text](link) within a line.
std::string inlined(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto at = text.find_first_of("`[*");
    out += escaped(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at);
    const auto code = text[0] == '`' ? text.find('`', 1) : std::string_view::npos;
    const auto bold = text.starts_with("**") ? text.find("**", 2) : std::string_view::npos;
    const auto middle = text[0] == '[' ? text.find("](") : std::string_view::npos;
    const auto end = middle != std::string_view::npos ? text.find(')', middle) : std::string_view::npos;
    if (code != std::string_view::npos) {
      out += fmt::format("<code>{}</code>", escaped(text.substr(1, code - 1)));
      text.remove_prefix(code + 1);
    } else if (bold != std::string_view::npos) {
      out += fmt::format("<strong>{}</strong>", escaped(text.substr(2, bold - 2)));
      text.remove_prefix(bold + 2);
    } else if (end != std::string_view::npos) {
      out += link_to(text.substr(middle + 2, end - middle - 2), inlined(text.substr(1, middle - 1)));
      text.remove_prefix(end + 1);
    } else {
      out += escaped(text.substr(0, 1));
      text.remove_prefix(1);
    }
  }
  return out;
}

// The cells of "| a | b \| c |".
std::vector<std::string> cells(std::string_view row) {
  std::vector<std::string> out;
  std::string cell;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i] == '\\' && i + 1 < row.size() && row[i + 1] == '|') {
      cell += row[++i];
    } else if (row[i] == '|') {
      const auto first = cell.find_first_not_of(' ');
      out.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
      cell.clear();
    } else {
      cell += row[i];
    }
  }
  return out;
}

class Writer {
 public:
  void line(std::string_view text) {
    if (text.starts_with("```")) return fence();
    if (code_) {
      out_ += escaped(text) + "\n";
      return;
    }
    if (text.starts_with("|")) return row(text);
    if (text.starts_with("- ")) return item(text.substr(2));
    const auto level = text.find_first_not_of('#');
    if (text.empty()) return close();
    if (level != 0 && level != std::string_view::npos && text[level] == ' ') {
      close();
      if (title_.empty()) title_ = text.substr(level + 1);
      out_ += fmt::format("<h{0}>{1}</h{0}>\n", level, inlined(text.substr(level + 1)));
    } else {
      paragraph(text);
    }
  }

  std::string finish() {
    close();
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<meta "
        "charset=\"utf-8\">\n<title>{}</title>\n<style>{}</style>\n{}</html>\n",
        escaped(title_), kStyle, out_);
  }

 private:
  void fence() {
    close();
    out_ += code_ ? "</code></pre>\n" : "<pre><code>";
    code_ = !code_;
  }
  void row(std::string_view text) {
    if (text.starts_with("|---")) return;  // the second line of a table; the first made its head
    const bool head = open_ != "table";
    open("table");
    out_ += "<tr>";
    for (const auto& cell : cells(text)) out_ += fmt::format("<{0}>{1}</{0}>", head ? "th" : "td", inlined(cell));
    out_ += "</tr>\n";
  }
  // Lines that follow each other are one paragraph; what is marked up may reach from one into the next.
  void paragraph(std::string_view text) {
    if (open_ != "p") close();
    open_ = "p";
    if (!paragraph_.empty()) paragraph_ += ' ';
    paragraph_ += text;
  }
  void item(std::string_view text) {
    open("ul");
    out_ += fmt::format("<li>{}</li>\n", inlined(text));
  }
  void open(const std::string& element) {
    if (open_ == element) return;
    close();
    out_ += fmt::format("<{}>\n", element);
    open_ = element;
  }
  void close() {
    if (open_ == "p") {
      out_ += fmt::format("<p>{}</p>\n", inlined(paragraph_));
      paragraph_.clear();
    } else if (!open_.empty()) {
      out_ += fmt::format("</{}>\n", open_);
    }
    open_.clear();
  }

  bool code_ = false;
  std::string open_;  // the paragraph, list or table that lines are being added to
  std::string paragraph_;
  std::string title_;
  std::string out_;
};

}  // namespace

std::string to_html(std::string_view markdown) {
  Writer writer;
  while (!markdown.empty()) {
    const auto end = std::min(markdown.find('\n'), markdown.size());
    writer.line(markdown.substr(0, end));
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
  }
  return writer.finish();
}

}  // namespace infra
