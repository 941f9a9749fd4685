#include "cli/help/command_habits.h"

#include <algorithm>
#include <array>

namespace infra::cli {
namespace {

struct Habit {
  std::string_view word;
  std::string_view help;
};

constexpr auto kCommandHabits = std::to_array<Habit>({
    {"check", "use `infra validate`"},
    {"config", "use `infra validate`, or `infra show graph` for what the files declare"},
    {"delete", "use `infra destroy`, or remove the declaration and run `infra apply`"},
    {"deploy", "use `infra apply`"},
    {"down", "use `infra destroy`"},
    {"force-unlock", "use `infra state unlock`"},
    {"format", "use `infra fmt`"},
    {"get", "modules are fetched when they are needed; for recorded values use `infra output`"},
    {"lint", "use `infra validate`"},
    {"ls", "use `infra state list`"},
    {"man", "use `infra help COMMAND`"},
    {"new", "use `infra init`"},
    {"preview", "use `infra plan`"},
    {"refresh", "use `infra apply --refresh-only`"},
    {"repl", "use `infra console`"},
    {"rm", "use `infra destroy --target ADDRESS`, or `infra state rm ADDRESS` to forget it only"},
    {"select", "environments are declared in the stack: `env prod { }`, and chosen by --env prod"},
    {"stack", "environments are declared in the stack: `env prod { }`, and chosen by --env prod"},
    {"start", "use `infra apply`"},
    {"stop", "use `infra destroy`, or set `desired = 0`"},
    {"taint", "use `infra apply --replace ADDRESS`"},
    {"undo", "use `infra rollback`"},
    {"untaint", "use `infra plan` to see what would be replaced; nothing is marked in the state"},
    {"up", "use `infra apply`"},
    {"workspace", "environments are declared in the stack: `env prod { }`, and chosen by --env prod"},
});

constexpr auto kOptionHabits = std::to_array<Habit>({
    {"auto-approve", "use -y"},
    {"approve", "use -y"},
    {"backend-config", "use --state PLACE"},
    {"chdir", "name the stack's folder as the last argument: infra plan DIR"},
    {"context", "name it in the platform's block, such as `kubernetes k { context = \"…\" }`"},
    {"cwd", "name the stack's folder as the last argument: infra plan DIR"},
    {"d", "use --env NAME for an environment; containers always run in the background"},
    {"destination", "use --env NAME"},
    {"detach", "leave it out: containers always run in the background"},
    {"dry-run", "use `infra plan`, which changes nothing"},
    {"e", "use --env NAME for an environment, --set NAME=VALUE for a param"},
    {"environment", "use --env NAME"},
    {"f", "name the stack's folder as the last argument: infra plan DIR"},
    {"file", "name the stack's folder as the last argument: infra plan DIR"},
    {"force", "use -y to apply without a question; protection can't be overridden by an option"},
    {"no-colour", "use --no-color"},
    {"n", "declare the name in the stack's files: stack NAME"},
    {"namespace", "a namespace is a cluster here: cluster NAME { }"},
    {"o", "use --json"},
    {"project-name", "the name is declared in the stack's files: stack NAME"},
    {"refresh", "what exists is always read before a plan"},
    {"s", "use --env NAME"},
    {"stack", "use --env NAME"},
    {"upgrade", "modules are pinned in the files: change the commit there"},
    {"var", "use --set NAME=VALUE"},
    {"var-file", "use --values FILE"},
    {"workspace", "use --env NAME"},
});

template <class Table>
std::string found_in(const Table& table, std::string_view word) {
  const auto at = std::ranges::find(table, word, &Habit::word);
  return at == table.end() ? std::string() : std::string(at->help);
}

}  // namespace

std::string habit_of_command(std::string_view word) { return found_in(kCommandHabits, word); }

std::string habit_of_option(std::string_view word) {
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  return found_in(kOptionHabits, word.substr(0, word.find('=')));
}

}  // namespace infra::cli
