#include <CLI/CLI.hpp>

#include "apply/prepare/import.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/generated_secrets.h"
#include "cli/lock_holder.h"
#include "cli/plan_views/show_plan.h"
#include "cli/shared_options.h"
#include "cli/terminal/report.h"
#include "planner/render/render.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct ImportOptions {
  StackOptions stack;
  RunOptions run;
  std::string address, id;
  bool generate = false;
};

Error no_address(const std::string& text) {
  return {.code = "E0902",
          .message = fmt::format("`{}` is no address", text),
          .help = "an address is KIND.NAME, such as service.api, or with a part: service.api/0",
          .context = {}};
}

// Of a plan what concerns one declaration, or what doesn't.
Plan part_of(const Plan& plan, const Address& owner, bool inside) {
  Plan out = plan;
  std::erase_if(out.owners, [&](const OwnerChange& o) { return (o.address == owner) != inside; });
  std::erase_if(out.steps, [&](const Step& s) { return (plan.changes[s.change].address.owner() == owner) != inside; });
  if (inside) out.outputs.clear();
  return out;
}

// What becomes of the object first, and what else an apply would do apart from it: whoever imports asks for the one,
// and must not take the other for its consequence.
void show_consequences(const ImportOptions& options, const Console& console, const Session& session, Prepared prepared,
                       const Address& owner) {
  const auto show = [&](const Prepared& shown) {
    show_plan(console, plan_header(session, shown, state_name(options.stack)), shown, options.run);
  };
  if (prepared.plan.empty() || console.json()) return show(prepared);
  const auto whole = prepared.plan;
  prepared.plan = part_of(whole, owner, true);
  const bool as_declared = prepared.plan.empty();
  // Headings of plans go where the plans go: through a pipe, two streams don't keep their order.
  console.print(as_declared ? "It is as declared.\n" : "\nIt isn't as declared. What an apply would do to it now:\n\n");
  if (!as_declared) show(prepared);
  prepared.plan = part_of(whole, owner, false);
  if (prepared.plan.empty()) return;
  console.print("\nWhat an apply would do besides, with or without it:\n\n");
  if (as_declared) return show(prepared);
  console.print(
      render_plan(prepared.plan, {.colour = console.colour(), .detail = options.run.detail, .width = console.width()}));
}

// Records, and shows what an apply would then do about it.
int take_over(const ImportOptions& options, const Console& console, const Session& session, const Address& address) {
  auto lock = session.store.lock(lock_holder("infra import " + options.address));
  if (!lock) return console.fail(lock.error());
  auto prepared = prepare(session, {.imports = {{address, options.id, {}}}}, true);
  if (!report(console, prepared)) return kFailed;
  if (prepared.plan.imported.empty()) {
    console.note(fmt::format("Something is recorded as {} already; nothing was imported.", address.text()));
    return kDone;
  }
  auto recorded = record_prelude(session, prepared);
  if (!recorded) return console.fail(recorded.error());
  for (const auto& imported : prepared.plan.imported) {
    console.note(fmt::format("Imported {}: {}", imported.address.text(), imported.id));
  }
  prepared.plan.imported.clear();
  for (auto& owner : prepared.plan.owners) owner.imported.clear();
  show_consequences(options, console, session, std::move(prepared), address.owner());
  return kDone;
}

// The stack's only cluster, or one that is declared beside the rest.
std::string with_cluster(std::string source, const Graph& graph) {
  const auto at = source.find("CLUSTER");
  if (at == std::string::npos) return source;
  std::string name;
  for (const auto& resource : graph.resources) {
    if (resource.address.kind == "cluster") name = resource.address.path;
  }
  source.replace(at, 7, "cluster." + (name.empty() ? "main" : name));
  return name.empty() ? "cluster main { }\n\n" + source : source;
}

int generate(const ImportOptions& options, const Console& console, const Session& session, const Address& address) {
  const auto prepared = prepare(session, {}, false);
  if (!report(console, prepared)) return kFailed;
  const auto& graph = *prepared.compiled.graph;
  for (const auto& declared : graph.platforms) {
    const auto* platform = session.platforms.find(declared.kind);
    const auto type = platform != nullptr ? platform->type_of(address.kind) : std::string();
    if (type.empty()) continue;
    const Ownership owner{.stack = graph.stack, .lineage = prepared.state.lineage};
    auto provider = platform->connect(
        {.owner = owner, .platform = declared, .home = session.home, .sources = &session.sources.get()});
    if (!provider) return console.fail(provider.error());
    auto found = (*provider)->read(type, options.id, Map());
    if (!found) return console.fail(found.error());
    if (!*found) continue;
    auto shown = without_secrets((*found)->inputs);
    (*found)->inputs = std::move(shown.inputs);
    console.data(advice_on_secrets(shown.variables) + with_cluster(platform->declaration_of(address, **found), graph));
    console.note("Put this into a file of the stack; the next apply imports it.");
    return kDone;
  }
  return console.fail({.code = "E0714",
                       .message = fmt::format("no platform of this stack has `{}` as something that a {} could be",
                                              options.id, address.kind),
                       .help = "services (of one container) and subnets can be generated",
                       .context = {}});
}

int run(const ImportOptions& options) {
  const Console console(options.stack.look);
  const auto address = Address::parse(options.address);
  if (!address) return console.fail(no_address(options.address));
  const auto open = open_session(options.stack, options.run);
  if (!open) return console.fail(open.error());
  return options.generate ? generate(options, console, *open->session, *address)
                          : take_over(options, console, *open->session, *address);
}

}  // namespace

// `infra import ADDRESS ID` takes over an object; `infra import compose FILE` is a command of its own below it. So
// ADDRESS and ID are asked for here, not by the parser, which would want them of the other form, too.
void add_import(CLI::App& command, Chosen& chosen) {
  const auto options = std::make_shared<ImportOptions>();
  command.add_option("ADDRESS", options->address, "A declaration (service.api) or a part of it (service.api/0)")
      ->type_name("");
  command.add_option("ID", options->id, "The object's id or name, as its platform shows it")->type_name("");
  add_stack(command, options->stack);
  add_detail(command, options->run);
  command.add_flag("--generate", options->generate, "Only print a declaration of it, which imports it when applied");
  add_import_from(command, chosen);
  command.callback([options, &command, &chosen] {
    if (!command.get_subcommands().empty()) return;
    if (options->id.empty()) throw CLI::RequiredError(options->address.empty() ? "ADDRESS" : "ID");
    chosen = [options] {
      return in_environment(options->stack, EnvironmentUse::required, [&] { return run(*options); });
    };
  });
}

}  // namespace infra::cli
