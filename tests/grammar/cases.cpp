#include "tests/grammar/cases.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace infra::test {
namespace {

const std::filesystem::path kRoot = INFRA_SOURCE_DIR;

std::vector<std::filesystem::path> below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".infra") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::unique_ptr<Parsed> parse_text(std::string text, std::string path, const ParseOptions& options) {
  auto out = std::make_unique<Parsed>();
  const auto id = out->sources.add(std::move(path), std::move(text));
  out->file = parse(out->sources, id, out->diagnostics, options);
  out->diagnostics.sort();
  return out;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("can't read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::filesystem::path> golden_cases() { return below(kRoot / "tests/grammar/cases"); }

std::vector<std::filesystem::path> all_cases() {
  auto out = golden_cases();
  const auto examples = below(kRoot / "examples");
  out.insert(out.end(), examples.begin(), examples.end());
  return out;
}

std::vector<std::filesystem::path> language_cases() { return below(kRoot / "tests/lang"); }

}  // namespace infra::test
