#include "cli/plan_views/graph_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace infra::cli {
namespace {

using Ids = std::map<Address, std::size_t>;

Ids number(const Graph& graph) {
  Ids ids;
  for (std::size_t i = 0; i < graph.resources.size(); ++i) ids[graph.resources[i].address] = i;
  return ids;
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

// No name ends the line that it stands in.
std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return text;
}

std::string graphviz_text(const std::string& text) {
  return replaced(replaced(on_one_line(text), "\\", "\\\\"), "\"", "\\\"");
}

// Mermaid takes a label for HTML, and '#' for the beginning of an entity.
std::string mermaid_text(const std::string& text) {
  std::string out;
  for (const char c : on_one_line(text)) {
    if (std::string_view("#&<>\"`").find(c) != std::string_view::npos) {
      out += fmt::format("#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out;
}

// Calls edge(from, to) for every dependency between two declarations.
template <class F>
void each_edge(const Graph& graph, F&& edge) {
  const auto ids = number(graph);
  for (std::size_t from = 0; from < graph.resources.size(); ++from) {
    for (const auto& needed : graph.resources[from].depends_on) {
      if (const auto to = ids.find(needed); to != ids.end()) edge(from, to->second);
    }
  }
}

}  // namespace

std::string to_graphviz(const Graph& graph) {
  std::string out = fmt::format("digraph \"{}\" {{\n", graphviz_text(graph.stack));
  out += "  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans-serif\"];\n";
  for (std::size_t i = 0; i < graph.resources.size(); ++i) {
    const auto& address = graph.resources[i].address;
    out += fmt::format("  n{} [label=\"{}\\n{}\"];\n", i, graphviz_text(address.kind), graphviz_text(address.path));
  }
  each_edge(graph, [&](std::size_t from, std::size_t to) { out += fmt::format("  n{} -> n{};\n", from, to); });
  return out + "}\n";
}

std::string to_mermaid(const Graph& graph) {
  std::string out = "graph LR\n";
  for (std::size_t i = 0; i < graph.resources.size(); ++i) {
    const auto& address = graph.resources[i].address;
    out += fmt::format("  n{}[\"{}<br/>{}\"]\n", i, mermaid_text(address.kind), mermaid_text(address.path));
  }
  each_edge(graph, [&](std::size_t from, std::size_t to) { out += fmt::format("  n{} --> n{}\n", from, to); });
  return out;
}

}  // namespace infra::cli
