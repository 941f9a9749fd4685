#include "compiler/names/compilation_units.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/expand/expander.h"
#include "compiler/index.h"
#include "grammar/parser.h"

namespace infra {
namespace {

constexpr std::size_t kMostSources = std::size_t{8} << 20U;  // bytes of all files together
constexpr std::size_t kMostInside = 100;                     // libraries or modules inside of each other

void too_deep(Diagnostics& diagnostics, std::string_view what, Span span) {
  diagnostics.error("E0307", span, fmt::format("{} more than {} deep here", what, kMostInside), "stopped here",
                    "let one name what it needs itself");
}

void report(Diagnostics& diagnostics, const Error& error, Span span, std::string label = {}) {
  diagnostics.add({.code = error.code,
                   .message = error.message,
                   .primary = {span, span.somewhere() ? std::move(label) : ""},
                   .help = error.help});
}

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string chain(const std::vector<std::string>& names, const std::string& last) {
  const auto from = std::find(names.begin(), names.end(), last);
  std::string out;
  for (auto at = from; at != names.end(); ++at) out += *at + " → ";
  return out + last;
}

}  // namespace

std::string Units::shown(const std::string& path) const { return joined_path(input_.sources.display_root(), path); }

const Unit* Units::stack(Diagnostics& diagnostics) {
  auto* unit = read_unit({.folder = "", .floor = ""}, {}, diagnostics);
  if (unit == nullptr || unit->files.empty()) return nullptr;
  checking_.push_back(unit);
  unit->types = check_types(unit->program, *this, diagnostics, input_.index);
  checking_.pop_back();
  return unit;
}

std::vector<Span> Units::top_items() const {
  std::vector<Span> out;
  const auto add = [&](const std::vector<ast::File>& files) {
    for (const auto& file : files) {
      for (const auto& item : file.items) out.push_back(item.whole);
    }
  };
  for (const auto& [folder, unit] : units_) add(unit->files);
  for (const auto& [path, library] : libraries_) add(library->files);
  return out;
}

void Units::hand_over(Index& index) {
  for (auto& [folder, unit] : units_) {
    for (auto& file : unit->files) index.files.push_back(std::move(file));
  }
  for (auto& [path, library] : libraries_) {
    for (auto& file : library->files) index.files.push_back(std::move(file));
  }
}

Unit* Units::read_unit(const Place& place, Span use, Diagnostics& diagnostics) {
  if (const auto known = units_.find(place.folder); known != units_.end()) return known->second.get();
  auto unit =
      std::make_unique<Unit>(Unit{.folder = place.folder, .tree = SubTree(input_.sources, place.folder, place.floor)});
  read_files(*unit, use, diagnostics);
  unit->program = collect_names(unit->files, "", diagnostics);
  link(unit->program, unit->tree, diagnostics);
  if (input_.index != nullptr) index_declarations(unit->program, *input_.index);
  return (units_[place.folder] = std::move(unit)).get();
}

// However many files there are: what they hold is parsed, and takes its time and memory.
Result<std::string> Units::within_sum(Result<std::string> text) {
  if (!text) return text;
  read_ += text->size();
  if (read_ <= kMostSources) return text;
  return Error{
      .code = "E0006",
      .message = fmt::format("the stack's files and modules have more than {} MiB together", kMostSources >> 20U),
      .help = "make several stacks of it; keep data in files that `read` reads"};
}

void Units::read_files(Unit& unit, Span use, Diagnostics& diagnostics) {
  auto names = unit.tree.root_files(".infra");
  if (!names) return report(diagnostics, names.error(), use, "named here");
  std::erase_if(*names, [](const std::string& n) { return n.ends_with(".lib.infra"); });  // only a `use` reads these
  if (names->empty()) {
    const auto root = shown(unit.folder);
    diagnostics.add({.code = "E0001",
                     .message = fmt::format("there is no .infra file in {}", root.empty() ? "." : root),
                     .primary = {use, use.somewhere() ? "named here" : ""},
                     .help = "a stack is a folder with files that end in .infra; name its folder: " +
                             std::string(use.somewhere() ? "from = \"./FOLDER\"" : "infra plan DIR")});
    return;
  }
  for (const auto& name : *names) {
    auto text = within_sum(unit.tree.read(name));
    if (!text) {
      report(diagnostics, text.error(), use, "named here");
      continue;
    }
    unit.files.push_back(parsed(shown(joined_path(unit.folder, name)), *std::move(text), diagnostics));
  }
}

ast::File Units::parsed(const std::string& path, std::string text, Diagnostics& diagnostics) {
  const auto id = sources_.add(path, std::move(text));
  if (input_.index != nullptr && input_.index->earlier) {
    const auto& [sources, files] = *input_.index->earlier;
    const auto same = std::find_if(files.begin(), files.end(), [&](const ast::File& file) { return file.id == id; });
    if (same != files.end() && sources.file(id).path == path) {
      const ParsedBefore before{.text = sources.file(id).text, .file = *same};
      if (auto known = reparse(sources_, id, before, diagnostics)) return *std::move(known);
    }
  }
  return parse(sources_, id, diagnostics);
}

// Gives each `use` of a file in the tree's root its library.
void Units::link(Program& program, const SubTree& tree, Diagnostics& diagnostics) {
  for (const auto& [alias, use] : program.uses) {
    if (!use->path.ends_with(".lib.infra")) {
      diagnostics.add({.code = "E0214",
                       .message = fmt::format("\"{}\" is not a library file", use->path),
                       .primary = {use->path_span, "doesn't end in .lib.infra"},
                       .help = "the other files of the folder belong to the stack already; a library is a file of "
                               "`let`, `fn` and `type` whose name ends in .lib.infra"});
      continue;
    }
    auto path = tree.in_base(use->path);
    if (!path) {
      report(diagnostics, path.error(), use->path_span, "named here");
      continue;
    }
    if (const auto* found = library(*path, tree.floor(), *use, diagnostics)) program.libraries[alias] = found;
  }
}

const Program* Units::library(const std::string& path, const std::string& floor, const ast::Use& use,
                              Diagnostics& diagnostics) {
  if (std::find(linking_.begin(), linking_.end(), path) != linking_.end()) {
    diagnostics.add({.code = "E0212",
                     .message = fmt::format("libraries use each other in a circle: {}", chain(linking_, path)),
                     .primary = {use.path_span, "needs itself"},
                     .help = "move what both need into a third library"});
    return nullptr;
  }
  if (linking_.size() >= kMostInside) {
    too_deep(diagnostics, "libraries use each other", use.path_span);
    return nullptr;
  }
  if (const auto known = libraries_.find(path); known != libraries_.end())
    return known->second->readable ? &known->second->program : nullptr;
  auto& library = *(libraries_[path] = std::make_unique<Library>());
  auto text = within_sum(input_.sources.read(path));
  if (!text) {
    report(diagnostics, text.error(), use.path_span, "used here");
    return nullptr;
  }
  library.files.push_back(parsed(shown(path), *std::move(text), diagnostics));
  library.program = collect_names(library.files, shown(path), diagnostics);
  library.readable = true;
  if (input_.index != nullptr) index_declarations(library.program, *input_.index);
  linking_.push_back(path);
  link(library.program, SubTree(input_.sources, parent_of(path), floor), diagnostics);
  linking_.pop_back();
  return &library.program;
}

std::optional<Units::Place> Units::remote_place(const Value& from, Span span, Diagnostics& diagnostics) {
  const auto* text = from.string();
  std::string url = text != nullptr ? text->substr(5) : "";
  std::string commit;
  if (text != nullptr) {
    if (const auto query = url.find("?ref="); query != std::string::npos) {
      commit = url.substr(query + 5);
      url.resize(query);
    }
  } else {
    url = from["git"].string() != nullptr ? *from["git"].string() : "";
    commit = from["commit"].string() != nullptr ? *from["commit"].string() : "";
  }
  const bool pinned = commit.size() == 40 && commit.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!pinned) {
    diagnostics.add({.code = "E0220",
                     .message = commit.empty() ? "a module from git needs the commit that is meant"
                                               : fmt::format("\"{}\" is not a commit's whole id", commit),
                     .primary = {span, "not pinned to a commit"},
                     .help = "a branch or tag may be another tomorrow: give the 40 digits of git rev-parse, as in "
                             "from = \"git::https://host/repo?ref=<commit>\""});
    return std::nullopt;
  }
  if (input_.modules == nullptr) {
    diagnostics.add({.code = "E0221",
                     .message = fmt::format("module sources in git can't be fetched here: {}", url),
                     .primary = {span, ""},
                     .help = "copy the module into the stack's folder: from = \"./FOLDER\""});
    return std::nullopt;
  }
  std::string inside;  // "https://host/repo//folder": a folder of the repository
  const auto scheme = url.find("://");
  if (const auto cut = url.find("//", scheme == std::string::npos ? 0 : scheme + 3); cut != std::string::npos) {
    inside = url.substr(cut + 2);
    url.resize(cut);
  }
  auto mounted = input_.modules->mount(url, commit);
  if (!mounted) {
    report(diagnostics, mounted.error(), span, "fetched for this");
    return std::nullopt;
  }
  auto below = normal_path(inside);
  if (!below) {
    report(diagnostics, below.error(), span);
    return std::nullopt;
  }
  return Place{.folder = joined_path(*mounted, *below), .floor = *mounted};
}

std::optional<Units::Place> Units::place_of(const Value& from, const Unit& parent, Span span,
                                            Diagnostics& diagnostics) {
  const auto* text = from.string();
  if (from.map() != nullptr || (text != nullptr && text->starts_with("git::"))) {
    return remote_place(from, span, diagnostics);
  }
  if (text == nullptr) {
    diagnostics.add({.code = "E0305",
                     .message = "where a module is must be known before anything else is looked at",
                     .primary = {span, "can't be known yet"},
                     .help = parent.folder.empty() ? "give the params that it is made from a value"
                                                   : "inside a module it can't depend on the module's params"});
    return std::nullopt;
  }
  const bool relative = text->starts_with("./") || text->starts_with("../") || *text == "." || *text == "..";
  if (!relative) {
    diagnostics.add(
        {.code = "E0221",
         .message = fmt::format("\"{}\" is no module source", *text),
         .primary = {span, ""},
         .help = "name a folder as \"./FOLDER\", or a commit in git as \"git::https://host/repo?ref=<commit>\""});
    return std::nullopt;
  }
  auto folder = parent.tree.in_base(*text);
  if (!folder) {
    report(diagnostics, folder.error(), span, "leads out");
    return std::nullopt;
  }
  return Place{.folder = *std::move(folder), .floor = parent.tree.floor()};
}

const Unit* Units::load(const Decl& module, const ast::Assign& from, const Types& so_far, Diagnostics& diagnostics) {
  const Unit& parent = *checking_.back();
  const Span span = from.value->span;
  Diagnostics problems;
  const Value source = evaluate_alone(*from.value, parent, so_far, input_, problems);
  for (const auto& problem : problems.all()) diagnostics.add(problem);
  if (problems.has_errors()) return nullptr;
  const auto place = place_of(source, parent, span, diagnostics);
  if (!place) return nullptr;
  std::vector<std::string> folders;
  for (const auto* unit : checking_) folders.push_back(unit->folder.empty() ? "." : unit->folder);
  const std::string name = place->folder.empty() ? "." : place->folder;
  if (std::find(folders.begin(), folders.end(), name) != folders.end()) {
    diagnostics.add({.code = "E0212",
                     .message = fmt::format("module `{}` contains itself: {}", module.label, chain(folders, name)),
                     .primary = {span, "names a folder that this one is part of"},
                     .help = "a module's folder can't use the folder that uses it"});
    return nullptr;
  }
  if (checking_.size() >= kMostInside) {
    too_deep(diagnostics, "modules are nested", span);
    return nullptr;
  }
  const bool known = units_.contains(place->folder);
  auto* unit = read_unit(*place, span, diagnostics);
  if (unit->files.empty()) return nullptr;
  if (known) return unit;
  checking_.push_back(unit);
  unit->types = check_types(unit->program, *this, diagnostics, input_.index);
  checking_.pop_back();
  return unit;
}

}  // namespace infra
