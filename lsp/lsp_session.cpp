#include "lsp/lsp_session.h"

#include "lsp/uri.h"

namespace infra::lsp {

std::optional<FileId> Analysis::file(std::string_view path) const {
  for (std::size_t i = 0; i < compiled.sources.size(); ++i) {
    const auto id = static_cast<FileId>(i);
    if (compiled.sources.file(id).path == path) return id;
  }
  return std::nullopt;
}

OverlayTree& Session::tree(const std::string& folder) {
  auto& tree = trees_[folder];
  if (!tree) {
    std::unique_ptr<SourceTree> disk;
    if (folder.starts_with('/')) {
      if (auto opened = host_.open_tree(folder)) disk = *std::move(opened);
    }
    tree = std::make_unique<OverlayTree>(folder, std::move(disk), documents);
  }
  return *tree;
}

const Analysis& Session::analysis(const std::string& folder) {
  auto& known = analyses_[folder];
  if (!known) {
    known = std::make_unique<Analysis>();
    if (outdated_ != nullptr)
      known->index.earlier.emplace(Earlier{outdated_->compiled.sources, outdated_->index.files});
    known->compiled = host_.check(tree(folder), folder, known->index);
    known->index.earlier.reset();
  }
  return *known;
}

Analysis Session::analysis_with(const std::string& folder, const std::map<std::string, std::string>& texts,
                                std::optional<Probe> probe) {
  auto& overlay = tree(folder);
  for (const auto& [name, text] : texts) overlay.pretend(name, text);
  Analysis out;
  out.index.probe = std::move(probe);
  out.compiled = host_.check(overlay, folder, out.index);
  overlay.stop_pretending();
  return out;
}

const Document* Session::document(const Json& params) const {
  return documents.find(text(params, {"textDocument", "uri"}));
}

std::optional<Place> Session::place(const Json& params) {
  const auto* found = document(params);
  if (found == nullptr) return std::nullopt;
  const auto& about = analysis(found->folder);
  const auto file = about.file(found->file.path);
  if (!file) return std::nullopt;
  const auto position = read_position(look(params, {"position"})).value_or(Position{});
  return Place{*found, about, *file, offset_of(found->file, position), found->folder};
}

std::vector<Place> Session::places(const Json& params) {
  std::vector<Place> out;
  const auto own = place(params);
  if (!own) return out;
  out.push_back(*own);
  for (const auto& folder : folders()) {
    if (folder == own->document.folder) continue;
    const auto& other = analysis(folder);
    if (const auto file = other.file(own->document.file.path)) {
      out.push_back(Place{own->document, other, *file, own->offset, folder});
    }
  }
  return out;
}

// Of the documents that are open.
std::set<std::string> Session::folders() const {
  std::set<std::string> out;
  for (const auto& [uri, document] : documents.all()) out.insert(document.folder);
  return out;
}

// What has the document's folder as a module changes with it.
void Session::touch(const Document& document) {
  std::vector<std::string> users;
  for (const auto& [folder, known] : analyses_) {
    if (folder != document.folder && known != nullptr && known->file(document.file.path)) users.push_back(folder);
  }
  touch(document.folder);
  for (const auto& folder : users) touch(folder);
}

void Session::touch(const std::string& folder) {
  if (auto known = analyses_.extract(folder); !known.empty()) outdated_ = std::move(known.mapped());
  news_.insert(folder);
}

void Session::touch_disk(const std::string& folder) {
  if (const auto at = trees_.find(folder); at != trees_.end()) at->second->forget();
  touch(folder);
}

std::optional<std::string> Session::take_news() {
  if (news_.empty()) return std::nullopt;
  return news_.extract(news_.begin()).value();
}

std::string Session::uri(const std::string& path) const {
  const auto* open = documents.at_path(path);
  return open != nullptr ? open->uri : uri_of(path);
}

}  // namespace infra::lsp
