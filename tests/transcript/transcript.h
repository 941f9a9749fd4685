// A test that reads like a terminal: what was typed, and what must have come out of it.
//
//   Prose stands at the left margin.
//
//     $ infra plan app          two spaces, a dollar: a command for bash
//     > --detailed-exitcode     its next line
//     Plan: 1 to create.        what it prints, stdout and stderr together
//     took * ms (glob)          * is any text
//     ...                       any number of lines
//     [2]                       its exit code, unless 0
//
// Each command is a shell of its own (with pipefail) in the transcript's temporary folder. INFRA_RENEW=1 writes what
// came out into the file, keeping the patterns that still match; read the diff before committing it.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace infra::transcript {

struct Command {
  std::string script;                 // lines joined with newlines
  std::vector<std::string> expected;  // patterns, without the indentation
  int exit_code = 0;
};

struct Part {
  std::vector<std::string> prose;  // lines before the command, as they stand
  Command command;
};

struct Transcript {
  std::vector<Part> parts;
  std::vector<std::string> ending;  // prose after the last command
};

Transcript parse(const std::string& text);
std::string print(const Transcript& transcript);

struct Outcome {
  std::vector<std::string> lines;
  int exit_code = 0;
};

// Does the output match the patterns, line by line?
bool matches(const std::vector<std::string>& patterns, const std::vector<std::string>& lines);
// The output as patterns, with those of the old ones that match a line kept.
std::vector<std::string> renewed(const std::vector<std::string>& patterns, const std::vector<std::string>& lines);

// Runs a script with bash in `folder`; kills it after two minutes (exit code 124).
Outcome run(const std::string& script, const std::string& folder,
            const std::map<std::string, std::string>& environment);

// Plays a transcript in a fresh folder; returns what differs, or "". The environment is all that its commands have,
// with HOME and DIR, which are that folder. The values of DIR, ENGINE and REGISTRY stand as $DIR … in the output.
std::string check(const std::string& file, const std::map<std::string, std::string>& environment);

// The transcripts of a folder, sorted by name; only the one of INFRA_CASE while one of them is worked on.
std::vector<std::string> cases_in(const std::string& folder);
std::string name_of(const std::string& file);  // without folder and ending

}  // namespace infra::transcript
