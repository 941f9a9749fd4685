// What could come next on a command line, for the shells' completion scripts.
#pragma once
#include <CLI/App.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace infra::cli {

struct Candidate {
  std::string word;
  std::string note;  // shown beside it
};
using Candidates = std::vector<Candidate>;

// Where the names of the stack at hand come from, by what they are: "ADDRESS", "PARAM", "SECRET", "ENV", "OUTPUT",
// "KIND", "CODE", "REV", "RECORDED". Asked only when they are wanted. `folder` is the stack's, as far as it was typed.
using NameSource = std::function<Candidates(const std::string& what, const std::string& folder)>;

struct Completion {
  enum class Paths { none, files, folders };
  Candidates candidates;  // that begin with the last word, in the order in which they are shown
  Paths paths = Paths::none;
};

// `words` is what stands behind the program's name; the last one is being typed and may be empty.
Completion complete(const CLI::App& app, const std::vector<std::string>& words, const NameSource& names);

// The scripts that ask for the above: "bash", "zsh" or "fish"; empty for another shell.
std::string completion_script(const std::string& shell);

// `infra complete -- WORD…`, which the scripts call: prints one candidate a line, a tab and its note, and `:files` or
// `:folders` where paths may stand. Taken before the command line is parsed, since the words are another one's.
int print_candidates(std::vector<std::string> words);

}  // namespace infra::cli
