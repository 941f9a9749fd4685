// Words of a command as a program gets them: no shell reads them unless one is called.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/values/value.h"

namespace infra::checks {

using Argv = std::vector<std::string>;

// nullopt: it isn't stated, or not all of it is known.
std::optional<Argv> argv_of(const Value& value);

std::string_view program_of(const std::string& word);  // "/bin/sh" is sh
bool is_shell(const Argv& argv);                       // sh, bash …
// The word that a shell reads as a script (`sh -c SCRIPT`); npos: none, or not run by a shell.
std::size_t script_of(const Argv& argv);

bool is_operator(std::string_view word);  // && || | ; > >> < 2>&1 &
// Takes such words, or scripts, as its own: find, expr, jq …
bool reads_operators(const Argv& argv);
// "curl -f http://localhost/ || exit 1" as one word: a whole command line that a shell would part.
bool is_command_line(std::string_view word);
// "$HOME", "${PORT}", "$(date)": what only a shell replaces; empty: nothing.
std::string shell_variable(std::string_view word);

// ["sh", "-c", "…"], as it is written in a file.
std::string in_shell(const std::string& script);

}  // namespace infra::checks
