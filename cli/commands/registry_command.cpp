// `infra registry`: the images in a stack's repositories, and what their lifecycles let go.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "apply/repository_images.h"
#include "base/text/rfc3339.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/fallbacks.h"
#include "cli/lock_holder.h"
#include "cli/shared_options.h"
#include "cli/terminal/consent.h"
#include "cli/terminal/report.h"
#include "cli/terminal/signals.h"
#include "cli/terminal/size_text.h"
#include "workspace/open_session.h"

namespace infra::cli {
namespace {

struct RegistryOptions {
  StackOptions stack;
  bool yes = false;
};

// The view refers to the providers of `prepared`.
struct OpenImages {
  OpenSession opened;
  std::unique_ptr<Prepared> prepared;
  ImagesView view;
};

void look_again(OpenImages& open, const Cancel& cancel) {
  open.prepared = std::make_unique<Prepared>(prepare(*open.opened.session, {}, false));
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  open.view = look_at_images(*open.opened.session, *open.prepared, now, cancel);
}

// What is wrong with the stack or its platforms has been said if it says false.
Result<bool> open_images(const RegistryOptions& options, const Console& console, const Cancel& cancel,
                         OpenImages& out) {
  if (auto there = check_state(options.stack); !there) return std::move(there).error();
  auto opened = open_session(options.stack, {});
  if (!opened) return std::move(opened).error();
  out.opened = *std::move(opened);
  if (const auto last = recall_params(*out.opened.session, true); !last) return last.error();
  look_again(out, cancel);
  return report(console, *out.prepared);
}

std::string tags_text(const StoredImage& image) {
  return image.tags.empty() ? "-" : fmt::format("{}", fmt::join(image.tags, ", "));
}

std::string pushed_text(const StoredImage& image) { return image.pushed ? rfc3339(*image.pushed) : std::string("-"); }

std::string users_text(const std::set<std::string>& users) {
  if (users.empty()) return "-";
  const auto service =
      std::find_if(users.begin(), users.end(), [](const auto& user) { return user.starts_with("service."); });
  const auto& first = service != users.end() ? *service : *users.begin();
  return users.size() == 1 ? first : fmt::format("{} and {} more", first, users.size() - 1);
}

nlohmann::json image_json(const RepositoryView& view, std::size_t at) {
  const auto& image = view.images[at];
  return {{"repository", view.address.owner().text()},
          {"url", view.url},
          {"digest", image.digest},
          {"tags", image.tags},
          {"pushed", image.pushed ? nlohmann::json(rfc3339(*image.pushed)) : nlohmann::json()},
          {"bytes", image.bytes},
          {"used_by", view.users[at]}};
}

void print_images(const Console& console, const RepositoryView& view) {
  console.print(fmt::format("{} ({})\n", view.url, view.address.owner().text()));
  if (view.images.empty()) return console.print("  no images\n");
  std::size_t widest = 4;
  for (const auto& image : view.images) widest = std::max(widest, tags_text(image).size());
  console.print(fmt::format("  {:{}}  {:19}  {:>9}  {:20}  USED BY\n", "TAGS", widest, "DIGEST", "SIZE", "PUSHED"));
  for (std::size_t i = 0; i < view.images.size(); ++i) {
    const auto& image = view.images[i];
    console.print(fmt::format("  {:{}}  {:19}  {:>9}  {:20}  {}\n", tags_text(image), widest,
                              image.digest.substr(0, 19), size_text(image.bytes), pushed_text(image),
                              users_text(view.users[i])));
  }
}

int complain_of(const Console& console, const std::vector<Error>& errors) {
  for (const auto& error : errors) static_cast<void>(console.fail(error));
  return errors.empty() ? kDone : kFailed;
}

int list_images(const RegistryOptions& options, const Console& console) {
  Cancel cancel;
  const SignalGuard guard(cancel, /*announce=*/false);
  OpenImages open;
  const auto good = open_images(options, console, cancel, open);
  if (!good) return console.fail(good.error());
  if (!*good) return kFailed;
  if (console.json()) {
    auto all = nlohmann::json::array();
    for (const auto& view : open.view.repositories) {
      for (std::size_t i = 0; i < view.images.size(); ++i) all.push_back(image_json(view, i));
    }
    console.print(all.dump(2) + "\n");
  } else if (open.view.repositories.empty() && open.view.errors.empty()) {
    console.note("This stack has no repositories on container engines.");
  } else {
    for (const auto& view : open.view.repositories) print_images(console, view);
  }
  return complain_of(console, open.view.errors);
}

std::size_t count_expiring(const ImagesView& view) {
  std::size_t out = 0;
  for (const auto& repository : view.repositories) out += repository.expiring.size();
  return out;
}

void print_expiring(const Console& console, const RepositoryView& view) {
  const auto* rules = view.repository.inputs["rules"].list();
  if (rules == nullptr || rules->empty()) {
    console.print(fmt::format("{}: no lifecycle\n", view.url));
    return;
  }
  console.print(fmt::format("{}: {} of {} go\n", view.url, view.expiring.size(), view.images.size()));
  for (const auto& expiring : view.expiring) {
    const auto& image = view.images[expiring.image];
    console.print(fmt::format("  - {} {}, pushed {}, {}: {}\n", image.digest.substr(0, 19), tags_text(image),
                              pushed_text(image), size_text(image.bytes),
                              lifecycle_rule_text((*rules)[expiring.rule])));
  }
}

nlohmann::json expiring_json(const ImagesView& view) {
  auto all = nlohmann::json::array();
  for (const auto& repository : view.repositories) {
    for (const auto& expiring : repository.expiring) {
      auto image = image_json(repository, expiring.image);
      image["rule"] = lifecycle_rule_text((*repository.repository.inputs["rules"].list())[expiring.rule]);
      all.push_back(std::move(image));
    }
  }
  return all;
}

// Only what was shown goes, and only if that is still so.
void keep_only(ImagesView& view, const ImagesView& shown) {
  std::set<std::string> names;
  for (const auto& repository : shown.repositories) {
    for (const auto& expiring : repository.expiring) {
      names.insert(repository.url + "@" + repository.images[expiring.image].digest);
    }
  }
  for (auto& repository : view.repositories) {
    std::erase_if(repository.expiring, [&](const ExpiringImage& expiring) {
      return !names.contains(repository.url + "@" + repository.images[expiring.image].digest);
    });
  }
}

int delete_images(const Console& console, const Cancel& cancel, OpenImages& open) {
  auto lock = open.opened.store->lock(lock_holder("infra registry gc"));
  if (!lock) return console.fail(lock.error());
  const auto shown = std::move(open.view);
  look_again(open, cancel);
  if (!report(console, *open.prepared)) return kFailed;
  if (const int code = complain_of(console, open.view.errors); code != kDone) return code;
  keep_only(open.view, shown);
  const auto done = collect_images(open.view, cancel, [&](const RepositoryView& repository, const StoredImage& image) {
    if (!console.json()) console.print(fmt::format("deleted {}@{}\n", repository.url, image.digest.substr(0, 19)));
  });
  const int code = complain_of(console, done.errors);
  if (console.json()) {
    console.print(nlohmann::json({{"deleted", done.deleted}}).dump() + "\n");
  } else {
    console.print(fmt::format("{} image{} deleted.\n", done.deleted, done.deleted == 1 ? " is" : "s are"));
  }
  return cancel.draining() ? kFailed : code;
}

// A registry is stopped while its space is freed: whoever was killed then has left it so.
int finish_killed(const Console& console, const Cancel& cancel, OpenImages& open) {
  auto lock = open.opened.store->lock(lock_holder("infra registry gc"));
  if (!lock) return console.fail(lock.error());
  look_again(open, cancel);
  if (!report(console, *open.prepared)) return kFailed;
  if (const int code = complain_of(console, finish_freeing(open.view, cancel)); code != kDone) return code;
  for (const auto& repository : open.view.unfinished) {
    console.note(fmt::format("{}: its space is freed and its registry runs again: the run before was killed meanwhile",
                             repository.url));
  }
  look_again(open, cancel);
  return report(console, *open.prepared) ? kDone : kFailed;
}

int collect_garbage(const RegistryOptions& options, const Console& console) {
  Cancel cancel;
  const SignalGuard guard(cancel, /*announce=*/true);
  OpenImages open;
  const auto good = open_images(options, console, cancel, open);
  if (!good) return console.fail(good.error());
  if (!*good) return kFailed;
  if (options.yes && !open.view.unfinished.empty()) {
    if (const int code = finish_killed(console, cancel, open); code != kDone) return code;
  }
  if (console.json()) {
    if (!options.yes) console.print(expiring_json(open.view).dump(2) + "\n");
  } else {
    for (const auto& view : open.view.repositories) print_expiring(console, view);
  }
  if (!open.view.errors.empty()) {
    complain_of(console, open.view.errors);
    console.note("Nothing was deleted: it isn't known what is used.");
    if (!open.view.unfinished.empty()) {
      console.note("A run that was killed has left the registry stopped: `infra registry gc -y` does the rest.");
    }
    return kFailed;
  }
  if (count_expiring(open.view) == 0 && !open.view.half_freed) {
    if (console.json() && options.yes) console.print("{\"deleted\":0}\n");
    console.note("Nothing is to be deleted.");
    return kDone;
  }
  if (!options.yes) {
    if (console.json()) return kDone;  // the preview
    if (!may_ask(console)) {
      return console.fail({.code = "E0901",
                           .message = "confirmation is needed, but there is no terminal: use -y",
                           .help = "--json shows what goes, and deletes nothing without -y",
                           .context = {}});
    }
    if (!consents(console, true, "Nothing was deleted.")) return kFailed;
  }
  return delete_images(console, cancel, open);
}

struct RegistryVerb {
  const char* name;
  const char* line;
  int (*run)(const RegistryOptions&, const Console&);
};
constexpr RegistryVerb kRegistryVerbs[] = {
    {"ls", "List the images: tags, digest, size, when pushed, used by what", list_images},
    {"gc", "Delete the images that a lifecycle lets go and nobody uses: shows them first", collect_garbage},
};

}  // namespace

void add_registry(CLI::App& command, Chosen& chosen) {
  command.require_subcommand(1);
  for (const auto& verb : kRegistryVerbs) {
    const auto options = std::make_shared<RegistryOptions>();
    auto& sub = *command.add_subcommand(verb.name, verb.line);
    if (verb.run == collect_garbage) sub.add_flag("-y,--yes", options->yes, "Don't ask");
    add_stack(sub, options->stack);
    const auto run = verb.run;
    when_called(sub, chosen, options->stack, EnvironmentUse::required,
                [options, run] { return run(*options, Console(options->stack.look)); });
  }
}

}  // namespace infra::cli
