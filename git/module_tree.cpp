#include "git/module_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/hash.h"
#include "git/git_source.h"
#include "git/unused_copies.h"

namespace infra {
namespace {

constexpr const char* kModules = "git::";  // as in `from`

}  // namespace

Result<std::string> ModuleTree::mount(const std::string& url, const std::string& commit) {
  auto repo = parse_repo_url(url);
  if (!repo) return std::move(repo).error();
  const std::string key = sha256_hex(repo->fetch).substr(0, 12);
  const std::string folder = fmt::format("{}{}-{}@{}", kModules, repo->name, key, commit.substr(0, 12));
  if (mounts_.contains(folder)) return folder;
  const std::string copy = (std::filesystem::path(options_.cache) / (key + ".git")).string();
  const GitTreeOptions wanted{.copy = copy, .commit = commit, .folder = "", .limits = {}};
  auto tree = GitTree::open(wanted);
  if (!tree) {
    auto fetched = fetch({.url = *repo, .commit = commit, .copy = copy, .followed = options_.followed});
    if (!fetched) return std::move(fetched).error();
    tree = GitTree::open(wanted);
  }
  if (!tree) return std::move(tree).error();
  note_use(copy);
  mounts_[folder] = *std::move(tree);
  return folder;
}

// Hosts that don't answer, one after the other, take no longer than one.
Result<Ok> ModuleTree::fetch(const CommitRequest& request) {
  const Cancel never;
  const auto begin = std::chrono::steady_clock::now();
  auto fetched = fetch_commit_apart(request, std::max(options_.deadline - spent_, std::chrono::milliseconds(0)),
                                    options_.cancel != nullptr ? *options_.cancel : never);
  spent_ += std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  if (!fetched) return std::move(fetched).error();
  return Ok{};
}

std::optional<ModuleTree::Inside> ModuleTree::inside(const std::string& path) const {
  const auto normal = normal_path(path);
  if (!normal || !normal->starts_with(kModules)) return std::nullopt;
  const std::size_t prefix = std::char_traits<char>::length(kModules);
  const auto slash = normal->find('/', prefix);
  const auto mount = mounts_.find(normal->substr(0, slash));
  if (mount == mounts_.end()) return std::nullopt;
  return Inside{.tree = mount->second.get(),
                .folder = mount->first,
                .path = slash == std::string::npos ? "" : normal->substr(slash + 1)};
}

Result<std::vector<TreeEntry>> ModuleTree::do_list(const std::string& folder) const {
  const auto where = inside(folder);
  if (!where) return stack_.list(folder);
  auto entries = where->tree->list(where->path);
  if (entries) {
    for (auto& entry : *entries) entry.path = where->folder + "/" + entry.path;
  }
  return entries;
}

Result<std::string> ModuleTree::do_read(const std::string& path) const {
  const auto where = inside(path);
  return where ? where->tree->read(where->path) : stack_.read(path);
}

Result<std::unique_ptr<FileReader>> ModuleTree::do_open(const std::string& path) const {
  const auto where = inside(path);
  return where ? where->tree->open(where->path) : stack_.open(path);
}

Result<std::string> ModuleTree::do_digest(const std::string& path) const {
  const auto where = inside(path);
  return where ? where->tree->digest(where->path) : stack_.digest(path);
}

Result<std::vector<std::string>> ModuleTree::do_root_files(std::string_view suffix) const {
  return stack_.root_files(suffix);
}

}  // namespace infra
