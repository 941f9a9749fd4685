#include "workspace/source_files.h"

#include <filesystem>

#include "base/read_file.h"
#include "workspace/open_session.h"

namespace infra {
namespace {

Result<SourceMap> read_one(const std::string& file) {
  auto text = read_file(file, "E0003");
  if (!text) return std::move(text).error();
  SourceMap sources;
  sources.add(file, *std::move(text));
  return sources;
}

Error no_files(const std::string& folder) {
  return {.code = "E0001",
          .message = fmt::format("{} has no .infra files", folder),
          .help = "a stack is a folder with at least one file whose name ends in .infra",
          .context = {}};
}

}  // namespace

Result<SourceMap> read_sources(const std::string& place) {
  std::error_code ignored;  // what can't be looked at is reported by the attempt to read it
  if (!std::filesystem::is_directory(place, ignored)) return read_one(place);
  const auto tree = open_tree(place);
  if (!tree) return tree.error();
  const auto files = (*tree)->root_files(".infra");
  if (!files) return files.error();
  if (files->empty()) return no_files(place);
  SourceMap sources;
  for (const auto& file : *files) {
    auto text = (*tree)->read(file);
    if (!text) return std::move(text).error();
    sources.add((std::filesystem::path(place) / file).lexically_normal().string(), *std::move(text));
  }
  return sources;
}

}  // namespace infra
