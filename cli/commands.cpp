#include "cli/commands.h"

namespace infra::cli {
namespace {

constexpr Command kCommands[] = {
    {"validate", "Check a stack's files; touches nothing and needs no engine", add_validate},
    {"fmt", "Bring files into the one style", add_fmt},
    {"fix", "Make the changes that messages propose", add_fix},
    {"plan", "Show what apply would change, and why", add_plan},
    {"apply", "Make the world what the files say", add_apply},
    {"destroy", "Remove everything that a stack made", add_destroy},
    {"watch", "Follow a git repository: apply each new commit, heal drift", add_watch},
    {"output", "Print the outputs of the last apply", add_output},
    {"show", "Print an intermediate form: tokens, ast, graph, plan or state", add_show},
    {"graph", "Draw the resource graph for Graphviz or Mermaid", add_graph},
    {"console", "Evaluate expressions in a stack's scope", add_console},
    {"doctor", "Say what this machine lacks, and how to get it", add_doctor},
    {"import", "Write a stack from a Docker Compose file or from ECS's JSON", add_import},
    {"explain", "Say what a message's code means, with an example", add_explain},
    {"docs", "Print the reference manual: kinds, functions, codes", add_docs},
    {"version", "Print the version", add_version},
};

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

}  // namespace infra::cli
