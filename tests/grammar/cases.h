// The files of tests/grammar/cases and of examples/.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/diagnostics/diagnostic.h"
#include "grammar/parser.h"

namespace infra::test {

// Bounds of time are for the build that users have; with sanitizers everything takes several times as long.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr int kSlowness = 20;
#else
inline constexpr int kSlowness = 1;
#endif

struct Parsed {
  SourceMap sources;
  ast::File file;
  Diagnostics diagnostics;

  [[nodiscard]] std::string messages() const { return render_text(diagnostics, sources); }
  [[nodiscard]] std::string tree() const { return dump_ast(sources, file); }
};

// Heap-allocated: the AST and the diagnostics refer to the sources by place only, but a Parsed is large to copy.
std::unique_ptr<Parsed> parse_text(std::string text, std::string path = "test.infra", const ParseOptions& options = {});
std::string read_file(const std::filesystem::path& path);
// Every .infra file below tests/grammar/cases and examples/, sorted.
std::vector<std::filesystem::path> all_cases();
std::vector<std::filesystem::path> golden_cases();
// Every .infra file below tests/lang: all that the language can say, each section of its description in it.
std::vector<std::filesystem::path> language_cases();

}  // namespace infra::test
