// `infra secret`: what a stack keeps encrypted in its state.
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "apply/prepare/stored_secrets.h"
#include "base/diagnostics/diagnostic.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/lock_holder.h"
#include "cli/shared_options.h"
#include "keys/rotation.h"
#include "keys/secret_source.h"
#include "workspace/compile_stack.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct SecretOptions {
  StackOptions stack;
  std::string name;
  std::string from = "-";
};

// The state, held for a change, and the keys to its boxes. The lease is given back before the store goes.
struct Held {
  std::unique_ptr<Store> store;
  std::unique_ptr<StateLock> lock;
  Snapshot state;
  std::shared_ptr<Keyring> keys;
  LockHolder me;
};

Result<Held> hold(const SecretOptions& options, const std::string& command) {
  auto store = open_state(options.stack);
  if (!store) return std::move(store).error();
  auto me = lock_holder("infra secret " + command);
  auto lock = (*store)->lock(me);
  if (!lock) return std::move(lock).error();
  auto state = (*store)->load();
  if (!state) return std::move(state).error();
  return Held{.store = *std::move(store),
              .lock = *std::move(lock),
              .state = *std::move(state),
              .keys = open_keyring(options.stack),
              .me = std::move(me)};
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 && std::ranges::all_of(text, letter);
}

Result<Ok> check_words(const SecretOptions& options) {
  if (!is_name(options.name)) {
    return Error{.code = "E0902",
                 .message = fmt::format("`{}` can't be the name of a param", options.name),
                 .help = "a secret has the name of the param that takes it: infra secret set db_password",
                 .context = {}};
  }
  const auto& from = options.from;
  if (from == "-" || from.starts_with("env:") || from.starts_with("file:")) return Ok{};
  // What stands there may be the secret itself: it isn't repeated.
  return Error{.code = "E0902",
               .message = "--from names no source",
               .help = "use --from env:VARIABLE, --from file:PATH, or nothing to type it",
               .context = {}};
}

Error no_stack(const std::string& folder) {
  return {.code = "E0001",
          .message = fmt::format("there is no .infra file in {}", folder),
          .help = "name the stack's folder behind the secret's name, or its state with --state",
          .context = {}};
}

// Before a second box is made with another key than the first: one that opens nothing here is a mistake.
Result<Ok> check_key(const Held& held) {
  if (!held.state.hash_key.empty()) {
    auto opened = open_hash_key(held.state, *held.keys);
    if (!opened) return std::move(opened).error();
  } else if (!held.state.secrets.empty()) {
    const auto& first = held.state.secrets.front();
    auto opened = held.keys->open(first.box, place_of_secret(held.state, first.name));
    if (!opened) return std::move(opened).error();
  }
  return Ok{};
}

Result<Ok> keep(Held& held, const std::string& name, const std::string& text) {
  if (auto fits = check_key(held); !fits) return fits;
  auto box = held.keys->seal(text, place_of_secret(held.state, name), when_no_key(held.state));
  if (!box) return std::move(box).error();
  const auto key = key_id_of(*box).value_or("");
  auto done =
      held.store->commit({PutSecret{{.name = name, .key = key, .box = *std::move(box), .updated = held.me.since}}});
  if (!done) return std::move(done).error();
  return Ok{};
}

// A name that no param has would be kept and never be read. A state that is used without the stack's files (by `infra
// watch`) has none to compare with.
Result<Ok> check_param(const SecretOptions& options, const Console& console) {
  const auto compiled = compile_stack(options.stack);
  if (!compiled) return compiled.error();
  const auto& secret = compiled->secret_params;
  if (std::ranges::find(secret, options.name) != secret.end()) return Ok{};
  const bool no_files = compiled->sources.size() == 0;
  if (no_files || !compiled->graph) {
    if (no_files && options.stack.state.empty()) return no_stack(options.stack.folder);
    console.note(fmt::format("Not checked whether the stack has a param `{}`: {}.", options.name,
                             no_files ? "there are no files here" : "its files have errors"));
    return Ok{};
  }
  const auto* params = compiled->graph->params.map();
  if (params != nullptr && params->find(options.name) != nullptr) {
    return Error{
        .code = "E0902",
        .message = fmt::format("the param `{}` is not a secret", options.name),
        .help = fmt::format("declare it as `param {}: Secret<String>`, or give its value with --set", options.name),
        .context = {}};
  }
  const auto near = did_you_mean(options.name, secret);
  return Error{.code = "E0902",
               .message = fmt::format("the stack has no param `{}`", options.name),
               .help = near.empty() ? fmt::format("declare it: param {}: Secret<String>", options.name)
                                    : fmt::format("did you mean `{}`?", near),
               .context = {}};
}

int set(const SecretOptions& options, const Console& console) {
  if (auto good = check_words(options); !good) return console.fail(good.error());
  if (auto good = check_param(options, console); !good) return console.fail(good.error());
  auto text = read_secret(options.name, options.from);
  if (!text) return console.fail(text.error());
  options.stack.look.redactor->hide(*text);
  auto where = options;
  where.stack.state_exists = false;  // a secret may be kept before the first apply
  auto held = hold(where, "set " + options.name);
  if (!held) return console.fail(held.error());
  const auto kept = keep(*held, options.name, *text);
  wipe(*text);
  if (!kept) return console.fail(kept.error());
  console.note(fmt::format("Kept, encrypted; `param {}: Secret<String>` takes it from now on.", options.name));
  return kDone;
}

int list(const SecretOptions& options, const Console& console) {
  const auto state = load_state(options.stack);
  if (!state) return console.fail(state.error());
  if (console.json()) {
    auto out = nlohmann::ordered_json::array();
    for (const auto& s : state->secrets) out.push_back({{"name", s.name}, {"key", s.key}, {"updated", s.updated}});
    console.print(out.dump() + "\n");
    return kDone;
  }
  if (state->secrets.empty()) console.note("No secrets are kept: `infra secret set NAME` keeps one.");
  std::size_t width = 0;
  for (const auto& secret : state->secrets) width = std::max(width, secret.name.size());
  for (const auto& secret : state->secrets) {
    console.print(fmt::format("{:<{}}  set {}  key {}\n", secret.name, width, secret.updated, secret.key));
  }
  return kDone;
}

Error not_kept(const std::string& name, const Snapshot& state) {
  std::vector<std::string> names;
  for (const auto& secret : state.secrets) names.push_back(secret.name);
  const auto similar = did_you_mean(name, names);
  return {
      .code = "E0523",
      .message = fmt::format("no secret `{}` is kept", name),
      .help = similar.empty() ? "`infra secret list` shows those that are" : fmt::format("did you mean `{}`?", similar),
      .context = {}};
}

int rm(const SecretOptions& options, const Console& console) {
  const auto held = hold(options, "rm " + options.name);
  if (!held) return console.fail(held.error());
  const auto found = std::ranges::find(held->state.secrets, options.name, &RecordedSecret::name);
  if (found == held->state.secrets.end()) return console.fail(not_kept(options.name, held->state));
  const auto done = held->store->commit({DropSecret{options.name}});
  if (!done) return console.fail(done.error());
  console.note(fmt::format("Removed. Containers that were given `{}` still have it.", options.name));
  return kDone;
}

int rotate(const SecretOptions& options, const Console& console) {
  auto held = hold(options, "rotate");
  if (!held) return console.fail(held.error());
  const auto rotated = rotate_key(key_places_of(options.stack), held->state, *held->store);
  if (!rotated) return console.fail(rotated.error());
  console.note(fmt::format("Encrypted {} again, with the key {}.",
                           rotated->boxes == 1 ? "1 value" : fmt::format("{} values", rotated->boxes), rotated->key));
  if (!rotated->kept_for.empty()) {
    console.note(fmt::format("Keys that {} beside this state need{} stay in the key file: rotate there as well.",
                             fmt::join(rotated->kept_for, ", "), rotated->kept_for.size() == 1 ? "s" : ""));
  } else if (rotated->made) {
    console.note("Replace your copy of the key file: the old key opens nothing any more.");
  }
  return kDone;
}

struct Verb {
  const char* name;
  const char* line;
  bool named;
  int (*run)(const SecretOptions&, const Console&);
};
constexpr Verb kVerbs[] = {
    {"set", "Keep a secret, or replace it; it is typed without echo unless --from says otherwise", true, set},
    {"list", "Show which secrets are kept, never what they are", false, list},
    {"rm", "Forget a secret", true, rm},
    {"rotate", "Encrypt everything again with a new key", false, rotate}};

}  // namespace

void add_secret(CLI::App& command, Chosen& chosen) {
  command.require_subcommand(1);
  for (const auto& verb : kVerbs) {
    const auto options = std::make_shared<SecretOptions>();
    auto& sub = *command.add_subcommand(verb.name, verb.line);
    if (verb.named) sub.add_option("NAME", options->name, "Of the param that takes it")->type_name("")->required();
    add_folder(sub, options->stack.folder);
    if (verb.run == set) {
      sub.add_option("--from", options->from, "env:VARIABLE, file:PATH, or - for the standard input [-]")
          ->type_name("FROM");
    }
    add_look(sub, options->stack.look);
    add_state(sub, options->stack);
    const auto run = verb.run;
    when_called(sub, chosen, options->stack, EnvironmentUse::required,
                [options, run] { return run(*options, Console(options->stack.look)); });
  }
}

}  // namespace infra::cli
