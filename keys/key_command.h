// A program that prints a key: `age --decrypt …`, the client of a key management service.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "base/result.h"

namespace infra {

// Runs the command and gives back what it printed. It is split into words as a shell does, with quotes, ~ and
// $VARIABLES, but no shell runs it: what a variable holds is never a command. It gets no input. What it says on its
// standard error goes to `tell` line by line, without what looks like a key. E0521 if it fails or takes too long.
Result<std::string> run_key_command(const std::string& command, std::chrono::milliseconds deadline,
                                    const std::function<void(const std::string&)>& tell);

}  // namespace infra
