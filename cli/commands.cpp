#include "cli/commands.h"

namespace infra::cli {
namespace {

constexpr Command kCommands[] = {
    {"validate", "Check a stack's files; touches nothing and needs no engine", add_validate},
    {"plan", "Show what apply would change, and why", add_plan},
    {"apply", "Make the world what the files say", add_apply},
    {"destroy", "Remove everything that a stack made", add_destroy},
    {"watch", "Follow a git repository: apply each new commit, heal drift", add_watch},
    {"output", "Print the outputs of the last apply", add_output},
    {"show", "Print an intermediate form: tokens, ast, graph, plan or state", add_show},
    {"import", "Take over an object that exists already", add_import},
    {"state", "List, show, move, forget, copy or replace what is recorded", add_state_command},
    {"graph", "Draw the resource graph for Graphviz or Mermaid", add_graph},
    {"doctor", "Say what this machine lacks, and how to get it", add_doctor},
    {"version", "Print the version", add_version},
};

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

}  // namespace infra::cli
