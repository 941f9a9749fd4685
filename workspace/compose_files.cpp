#include "workspace/compose_files.h"

#include <filesystem>

#include "base/read_file.h"

namespace infra {

namespace fs = std::filesystem;

Result<ComposeBeside> files_beside_compose(const std::string& folder, std::vector<std::string> env_files) {
  ComposeBeside out;
  out.read_file = [folder = fs::path(folder)](const std::string& path) -> std::optional<std::string> {
    auto text = read_file((folder / path).string(), "E0003");
    return text ? std::optional(*std::move(text)) : std::nullopt;
  };
  const auto usual = (fs::path(folder) / ".env").string();
  std::error_code problem;
  if (env_files.empty() && fs::is_regular_file(usual, problem)) env_files = {usual};
  for (const auto& file : env_files) {
    auto text = read_file(file, "E0003");
    if (!text) return std::move(text).error();
    out.variables.push_back({.name = fs::path(file).filename().string(), .text = *std::move(text)});
  }
  return out;
}

}  // namespace infra
