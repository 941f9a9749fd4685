#include "git/git_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "base/held_reader.h"
#include "base/text/one_line.h"
#include "git/git_handle.h"

namespace infra {
namespace {

bool is_git_folder(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return lower == ".git" || lower == "git~1";
}

// git's own tools never make these; a tree that has one was made to fool a reader.
bool is_refused_name(std::string_view name) {
  return name.empty() || name == "." || name == ".." || is_git_folder(name) ||
         name.find_first_of("/\\") != std::string_view::npos;
}

std::string join(const std::string& folder, std::string_view name) {
  return folder.empty() || name.empty() ? fmt::format("{}{}", folder, name) : fmt::format("{}/{}", folder, name);
}

std::deque<std::string> split(std::string_view path) {
  std::deque<std::string> parts;
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    if (slash != 0) parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

struct Node {
  git_oid id;
  git_filemode_t mode;
};

std::string_view bytes_of(const git_blob* blob) {
  return {static_cast<const char*>(git_blob_rawcontent(blob)), static_cast<std::size_t>(git_blob_rawsize(blob))};
}

}  // namespace

struct GitTree::Impl {
  struct ById {
    bool operator()(const git_oid& a, const git_oid& b) const { return git_oid_cmp(&a, &b) < 0; }
  };
  GitLibrary library;
  GitTreeOptions options;
  // libgit2's repository isn't meant for several threads at once, while providers read build contexts from workers.
  mutable std::mutex one_at_a_time;
  // By the content's id: one that stands under many names is in memory once, and hashed once.
  mutable std::map<git_oid, std::weak_ptr<git_blob>, ById> open_blobs;
  mutable std::map<git_oid, std::string, ById> digests;
  mutable std::atomic<bool> damaged{false};
  GitHandle<git_repository> copy;
  GitHandle<git_odb> objects;
  git_oid root{};

  [[nodiscard]] std::string shown(std::string_view path) const {
    return one_line(fmt::format("{}:{}", options.commit.substr(0, 7), join(options.folder, path)), 200);
  }
  Error damage(std::string_view doing) const {
    damaged = true;
    return bad_copy(doing);
  }
  [[nodiscard]] Error missing(std::string_view what, std::string_view path) const {
    return {.code = "E0004", .message = fmt::format("there is no {} {}", what, shown(path))};
  }
  [[nodiscard]] Error submodule(std::string_view path) const {
    return {.code = "E0808",
            .message = fmt::format("{} is a submodule; submodules aren't followed", shown(path)),
            .help = "put its files into the repository, or leave it out of the folder"};
  }
  [[nodiscard]] Error refused_name(std::string_view path) const {
    return {.code = "E0810",
            .message = fmt::format("{} has a name that no file may have", shown(path)),
            .help = "rename it in the repository; names such as \"..\" and \".git\" are refused"};
  }
  [[nodiscard]] Error too_much(std::string message) const {
    return {
        .code = "E0809", .message = std::move(message), .help = "take what the stack doesn't need out of its folder"};
  }
  [[nodiscard]] Error leads_out(std::string_view path) const {
    return {.code = "E0005",
            .message = fmt::format("the link {} leads out of the stack's folder", shown(path)),
            .help = "use a link to a file inside the folder, or the file itself"};
  }

  [[nodiscard]] Error not_a_file(std::string_view path) const {
    return {.code = "E0005",
            .message = fmt::format("{} is a link", shown(path)),
            .help = "put the file itself into the stack's folder"};
  }

  Result<GitHandle<git_tree>> tree(const git_oid& id, std::string_view path) const {
    git_tree* raw = nullptr;
    if (git_tree_lookup(&raw, copy.get(), &id) != 0) return damage("reading the folder " + shown(path));
    return GitHandle<git_tree>(raw);
  }
  Result<std::uint64_t> size(const git_oid& id, std::string_view path) const {
    std::size_t bytes = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (git_odb_read_header(&bytes, &type, objects.get(), &id) != 0 || type != GIT_OBJECT_BLOB) {
      return damage("reading the file " + shown(path));
    }
    return std::uint64_t{bytes};
  }
  Result<std::shared_ptr<git_blob>> blob(const git_oid& id, std::string_view path) const;
  Result<std::string> text(const git_oid& id, std::string_view path) const;
  Result<Node> file(const std::string& path) const;
  Result<Node> step_down(const git_oid& folder, const std::string& name, const std::string& path) const;
  Result<Node> find(const std::string& path, bool follow_last) const;
  Result<std::optional<TreeEntry>> entry(const git_tree_entry& from, const std::string& path) const;
  struct Found {
    std::vector<TreeEntry> files;
    std::size_t folders = 0;
  };
  Result<Ok> walk(const git_oid& id, const std::string& folder, int depth, Found& out) const;
};

// The size is asked first, so that a huge file is refused before it is unpacked into memory. It can't be streamed:
// libgit2 (1.5) reads only objects that lie by themselves piece by piece, and a fetch writes packs.
Result<std::shared_ptr<git_blob>> GitTree::Impl::blob(const git_oid& id, std::string_view path) const {
  auto bytes = size(id, path);
  if (!bytes) return std::move(bytes).error();
  if (*bytes > options.limits.file) {
    return too_much(
        fmt::format("{} has {} bytes, more than the {} that are read", shown(path), *bytes, options.limits.file));
  }
  auto& known = open_blobs[id];
  if (auto there = known.lock()) return there;
  git_blob* raw = nullptr;
  if (git_blob_lookup(&raw, copy.get(), &id) != 0) return damage("reading the file " + shown(path));
  std::shared_ptr<git_blob> out(raw, git_blob_free);
  known = out;
  return out;
}

Result<std::string> GitTree::Impl::text(const git_oid& id, std::string_view path) const {
  auto bytes = size(id, path);
  if (!bytes) return std::move(bytes).error();
  if (*bytes > kMostRead) return infra::too_large(shown(path), kMostRead);
  auto unpacked = blob(id, path);
  if (!unpacked) return std::move(unpacked).error();
  return std::string(bytes_of(unpacked->get()));
}

Result<Node> GitTree::Impl::step_down(const git_oid& folder, const std::string& name, const std::string& path) const {
  auto here = tree(folder, path);
  if (!here) return std::move(here).error();
  const git_tree_entry* found = git_tree_entry_byname(here->get(), name.c_str());
  if (found == nullptr) return missing("file or folder", path);
  if (is_refused_name(name)) return refused_name(path);
  return Node{.id = *git_tree_entry_id(found), .mode = git_tree_entry_filemode(found)};
}

// Walks `path` down from the root, through links, never above the root.
Result<Node> GitTree::Impl::find(const std::string& path, bool follow_last) const {
  std::deque<std::string> ahead = split(path);
  std::vector<Node> behind{{.id = root, .mode = GIT_FILEMODE_TREE}};
  int links = 0;
  while (!ahead.empty()) {
    const std::string name = std::move(ahead.front());
    ahead.pop_front();
    if (name == ".") continue;
    if (name == "..") {
      if (behind.size() == 1) return leads_out(path);
      behind.pop_back();
      continue;
    }
    if (behind.back().mode != GIT_FILEMODE_TREE) return missing("folder", path);
    if (names_private(name)) return private_path(path);  // a link leads there
    auto node = step_down(behind.back().id, name, path);
    if (!node) return node;
    if (node->mode == GIT_FILEMODE_COMMIT) return submodule(path);
    if (node->mode == GIT_FILEMODE_LINK && (follow_last || !ahead.empty())) {
      if (++links > options.limits.depth)
        return too_much(fmt::format("the link {} goes round in circles", shown(path)));
      auto target = text(node->id, path);
      if (!target) return std::move(target).error();
      if (target->starts_with('/')) return leads_out(path);
      auto parts = split(*target);
      ahead.insert(ahead.begin(), parts.begin(), parts.end());
      continue;
    }
    behind.push_back(*node);
  }
  return behind.back();
}

Result<std::optional<TreeEntry>> GitTree::Impl::entry(const git_tree_entry& from, const std::string& path) const {
  const git_filemode_t mode = git_tree_entry_filemode(&from);
  if (mode == GIT_FILEMODE_COMMIT) return submodule(path);
  if (mode == GIT_FILEMODE_TREE) return std::optional<TreeEntry>{};
  auto bytes = size(*git_tree_entry_id(&from), path);
  if (!bytes) return std::move(bytes).error();
  return std::optional(TreeEntry{.path = path,
                                 .executable = mode == GIT_FILEMODE_BLOB_EXECUTABLE,
                                 .symlink = mode == GIT_FILEMODE_LINK,
                                 .size = *bytes});
}

Result<Ok> GitTree::Impl::walk(const git_oid& id, const std::string& folder, int depth, Found& out) const {
  if (depth > options.limits.depth) {
    return too_much(fmt::format("folders lie more than {} deep in {}", options.limits.depth, shown(folder)));
  }
  auto here = tree(id, folder);
  if (!here) return std::move(here).error();
  if (depth > 0) ++out.folders;  // trees of empty folders cost time as well, and a few objects make billions of them
  for (std::size_t i = 0; i < git_tree_entrycount(here->get()); ++i) {
    const git_tree_entry* each = git_tree_entry_byindex(here->get(), i);
    const std::string name = git_tree_entry_name(each);
    const std::string path = join(folder, name);
    if (is_refused_name(name)) return refused_name(path);
    if (names_private(name)) continue;
    auto file = entry(*each, path);
    if (!file) return std::move(file).error();
    if (*file) {
      out.files.push_back(**std::move(file));
    } else if (auto below = walk(*git_tree_entry_id(each), path, depth + 1, out); !below) {
      return below;
    }
    if (out.files.size() + out.folders > options.limits.files) {
      return too_much(fmt::format("{} holds more than {} files and folders", shown(""), options.limits.files));
    }
  }
  return Ok{};
}

GitTree::GitTree(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GitTree::~GitTree() = default;

Result<std::unique_ptr<GitTree>> GitTree::open(GitTreeOptions options) {
  auto folder = normal_path(options.folder);
  if (!folder) return std::move(folder).error();
  options.folder.clear();
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  git_repository* copy = nullptr;
  if (git_repository_open_bare(&copy, impl->options.copy.c_str()) != 0) return impl->damage("opening it");
  impl->copy.reset(copy);
  git_odb* objects = nullptr;
  if (git_repository_odb(&objects, copy) != 0) return impl->damage("opening it");
  impl->objects.reset(objects);
  git_oid id;
  git_commit* raw = nullptr;
  if (git_oid_fromstr(&id, impl->options.commit.c_str()) != 0 || git_commit_lookup(&raw, copy, &id) != 0) {
    return impl->damage("reading commit " + one_line(impl->options.commit));
  }
  const GitHandle<git_commit> commit(raw);
  impl->root = *git_commit_tree_id(raw);
  // The repository's root bounds the way to the folder; from here on the folder is the root.
  auto node = impl->find(*folder, true);
  if (!node) return std::move(node).error();
  if (node->mode != GIT_FILEMODE_TREE) return impl->missing("folder", *folder);
  impl->root = node->id;
  impl->options.folder = *folder;
  return std::unique_ptr<GitTree>(new GitTree(std::move(impl)));
}

Result<std::vector<TreeEntry>> GitTree::do_list(const std::string& folder) const {
  auto normal = normal_path(folder);
  if (!normal) return std::move(normal).error();
  const std::lock_guard guard(impl_->one_at_a_time);
  auto node = impl_->find(*normal, true);
  if (!node) return std::move(node).error();
  if (node->mode != GIT_FILEMODE_TREE) return impl_->missing("folder", *normal);
  Impl::Found out;
  if (auto walked = impl_->walk(node->id, *normal, 0, out); !walked) return std::move(walked).error();
  std::sort(out.files.begin(), out.files.end(), [](const TreeEntry& a, const TreeEntry& b) { return a.path < b.path; });
  return std::move(out.files);
}

// A file or a link itself.
Result<Node> GitTree::Impl::file(const std::string& path) const {
  auto normal = normal_path(path);
  if (!normal) return std::move(normal).error();
  auto node = find(*normal, false);
  if (!node) return node;
  if (node->mode == GIT_FILEMODE_TREE) return missing("file", *normal);
  if (node->mode == GIT_FILEMODE_LINK) {
    // Whoever copies the link would have it point there: what it leads to matters, whether it exists doesn't.
    if (auto target = find(*normal, true); !target && target.error().code != "E0004") return std::move(target).error();
  }
  return node;
}

Result<std::unique_ptr<FileReader>> GitTree::do_open(const std::string& path) const {
  const std::lock_guard guard(impl_->one_at_a_time);
  auto node = impl_->file(path);
  if (!node) return std::move(node).error();
  auto blob = impl_->blob(node->id, path);
  if (!blob) return std::move(blob).error();
  // Needs no lock: what was unpacked doesn't change any more.
  return held_reader(*std::move(blob), [](const std::shared_ptr<git_blob>& held) { return bytes_of(held.get()); });
}

Result<std::string> GitTree::do_read(const std::string& path) const {
  const std::lock_guard guard(impl_->one_at_a_time);
  auto node = impl_->file(path);
  if (!node) return std::move(node).error();
  return impl_->text(node->id, path);
}

Result<std::string> GitTree::do_digest(const std::string& path) const {
  git_oid id;
  {
    const std::lock_guard guard(impl_->one_at_a_time);
    auto node = impl_->file(path);
    if (!node) return std::move(node).error();
    id = node->id;
    if (const auto known = impl_->digests.find(id); known != impl_->digests.end()) return known->second;
  }
  auto digest = SourceTree::do_digest(path);
  const std::lock_guard guard(impl_->one_at_a_time);
  if (digest) impl_->digests.emplace(id, *digest);
  return digest;
}

Result<std::vector<std::string>> GitTree::do_root_files(std::string_view suffix) const {
  const std::lock_guard guard(impl_->one_at_a_time);
  auto here = impl_->tree(impl_->root, "");
  if (!here) return std::move(here).error();
  std::vector<std::string> out;
  for (std::size_t i = 0; i < git_tree_entrycount(here->get()); ++i) {
    const git_tree_entry* each = git_tree_entry_byindex(here->get(), i);
    const std::string name = git_tree_entry_name(each);
    if (!name.ends_with(suffix) || git_tree_entry_filemode(each) == GIT_FILEMODE_TREE) continue;
    if (is_refused_name(name)) return impl_->refused_name(name);
    if (git_tree_entry_filemode(each) != GIT_FILEMODE_BLOB &&
        git_tree_entry_filemode(each) != GIT_FILEMODE_BLOB_EXECUTABLE) {
      return impl_->not_a_file(name);
    }
    out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string GitTree::display_root() const { return impl_->shown(""); }

bool GitTree::damaged() const { return impl_->damaged; }

}  // namespace infra
