#include "providers/engine/build_context.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "providers/engine/dockerignore.h"

namespace infra::engine {

namespace {

constexpr std::string_view kIgnoreFile = ".dockerignore";

std::string below(const std::string& folder, std::string_view name) {
  return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
}

bool has(const std::vector<TreeEntry>& entries, std::string_view path) {
  return std::any_of(entries.begin(), entries.end(), [&](const TreeEntry& e) { return e.path == path; });
}

Result<DockerIgnore> ignore_of(const SourceTree& sources, const std::vector<TreeEntry>& entries,
                               const std::string& folder) {
  const auto path = below(folder, kIgnoreFile);
  if (!has(entries, path)) return DockerIgnore();
  auto text = sources.read(path);
  if (!text) return std::move(text).error();
  return DockerIgnore(*text);
}

}  // namespace

Result<std::vector<ContextFile>> build_context(const SourceTree& sources, const std::string& context,
                                               const std::string& dockerfile) {
  auto folder = normal_path(context);
  if (!folder) return std::move(folder).error();
  auto name = normal_path(dockerfile);
  if (!name) return std::move(name).error();
  auto entries = sources.list(*folder);
  if (!entries) return std::move(entries).error();
  if (!has(*entries, below(*folder, *name))) {
    return Error{.code = "E0004",
                 .message = fmt::format("the build context \"{}\" has no file \"{}\"", context, dockerfile),
                 .help = "add it, or name another one: dockerfile = \"…\""};
  }
  auto ignore = ignore_of(sources, *entries, *folder);
  if (!ignore) return std::move(ignore).error();

  std::vector<ContextFile> out;
  for (auto& entry : *entries) {
    auto file = entry.path.substr(folder->empty() ? 0 : folder->size() + 1);
    if (file != *name && file != kIgnoreFile && ignore->ignores(file)) continue;
    out.push_back({.name = std::move(file), .entry = std::move(entry)});
  }
  std::sort(out.begin(), out.end(), [](const ContextFile& a, const ContextFile& b) { return a.name < b.name; });
  return out;
}

Result<std::string> context_hash(const SourceTree& sources, const std::vector<ContextFile>& files) {
  Sha256 hash;
  for (const auto& file : files) {
    auto content = sources.digest(file.entry.path);
    if (!content) return std::move(content).error();
    const auto* mode = file.entry.symlink ? "l" : file.entry.executable ? "x" : "-";
    // Lengths first, so that no two contexts give the same bytes.
    hash.add(fmt::format("{} {} {} ", mode, file.name.size(), content->size()));
    hash.add(file.name);
    hash.add(*content);
  }
  return hash.hex();
}

}  // namespace infra::engine
