#include "cli/commands.h"

namespace infra::cli {
namespace {

constexpr Command kCommands[] = {
    {"init", "Write a first stack for what is there: an engine, a Compose file, an ECS file", add_init},
    {"validate", "Check a stack's files; touches nothing and needs no engine", add_validate},
    {"test", "Run a stack's `test` blocks, in a simulated world where needed", add_test},
    {"fmt", "Bring files into the one style", add_fmt},
    {"fix", "Make the changes to files that messages propose", add_fix},
    {"plan", "Show what apply would change, and why", add_plan},
    {"apply", "Carry out what plan shows, after asking", add_apply},
    {"destroy", "Remove everything that a stack made", add_destroy},
    {"watch", "Follow a git repository: apply each new commit, heal drift", add_watch},
    {"allow", "Let `watch` follow a commit that it has refused", add_allow},
    {"output", "Print the outputs of the last apply", add_output},
    {"secret", "Keep secrets in the state, encrypted: set, list, rm, rotate", add_secret},
    {"ps", "List the tasks that run: node, revision, health, age, address", add_ps},
    {"logs", "Show what tasks and jobs wrote: all copies by time, -f through rollouts", add_logs},
    {"exec", "Run a command in a running task, with or without a terminal", add_exec},
    {"run", "Run a command once, in a service's image, network and environment", add_run},
    {"events", "List what happened to tasks: started, exited, unhealthy, out of memory", add_events},
    {"top", "Show what services use: cpu, memory, requests a second", add_top},
    {"drain", "Move all tasks away from a node, and place nothing there any more", add_drain},
    {"undrain", "Let a drained node take tasks again", add_undrain},
    {"volume", "Named volumes: list, back up, restore, remove", add_volume},
    {"registry", "Images in the repositories of a stack: list, collect by lifecycle", add_registry},
    {"show", "Print an intermediate form: tokens, ast, graph, plan or state", add_show},
    {"history", "List what was applied, by whom, and what came of it", add_history},
    {"diff", "Show what changed in the files between two revisions, or since one", add_diff},
    {"rollback", "Go back to an earlier revision: shows the plan, then applies it", add_rollback},
    {"import", "Take over an object that exists; from Compose or ECS files, write a stack", add_import},
    {"state", "List, show, move, forget, copy or replace what is recorded", add_state_command},
    {"graph", "Draw the resource graph for Graphviz or Mermaid", add_graph},
    {"console", "Evaluate expressions in a stack's scope", add_console},
    {"doctor", "Say what this machine lacks, and how to get it", add_doctor},
    {"lsp", "Serve editors over the Language Server Protocol on stdin and stdout", add_lsp},
    {"explain", "Say what a message's code means, with an example", add_explain},
    {"docs", "Print the reference manual: kinds, functions, codes", add_docs},
    {"completion", "Print the completion script of a shell", add_completion},
    {"help", "Show the help of a command", add_help},
    {"version", "Print the version", add_version},
};

}  // namespace

std::span<const Command> all_commands() { return kCommands; }

}  // namespace infra::cli
