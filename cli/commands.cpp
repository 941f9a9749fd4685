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
    {"secret", "Keep secrets in the state, encrypted: set, list, rm, rotate", add_secret},
    {"show", "Print an intermediate form: tokens, ast, graph, plan or state", add_show},
    {"history", "List what was applied, by whom, and what came of it", add_history},
    {"diff", "Show what changed in the files between two revisions, or since one", add_diff},
    {"rollback", "Go back to an earlier revision: shows the plan, then applies it", add_rollback},
    {"graph", "Draw the resource graph for Graphviz or Mermaid", add_graph},
    {"doctor", "Say what this machine lacks, and how to get it", add_doctor},
    {"version", "Print the version", add_version},
};

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

}  // namespace infra::cli
