#include "apply/prepare/world_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>
#include <thread>
#include <tuple>

#include "base/values/codec.h"
#include "providers/recorded_outputs.h"
#include "state/notes.h"

namespace infra {
namespace {

// What a look at one platform brought: it belongs to one thread until that has ended.
struct View {
  const std::string* name = nullptr;
  Provider* provider = nullptr;
  std::vector<const RecordedResource*> rows;
  std::vector<const Intent*> creating;
  Result<Observation> seen = Observation{};
};

std::vector<KnownObject> known_objects(const View& view) {
  std::vector<KnownObject> out;
  out.reserve(view.rows.size() + view.creating.size());
  for (const auto* row : view.rows) out.push_back({row->address, row->type, row->id, row->inputs});
  for (const auto* intent : view.creating) out.push_back({intent->address, intent->type, {}, intent->inputs});
  return out;
}

void tell_outputs(const View& view) {
  auto* knows = dynamic_cast<KnowsOutputs*>(view.provider);
  if (knows == nullptr) return;
  std::vector<RecordedOutputs> recorded;
  recorded.reserve(view.rows.size());
  for (const auto* row : view.rows) recorded.push_back({row->id, row->outputs});
  knows->know_outputs(recorded);
}

Result<Observation> look(const View& view) {
  try {
    tell_outputs(view);
    return view.provider->observe(known_objects(view));
  } catch (const std::exception& e) {  // a provider stands on third-party libraries
    return Error{.code = "E0708",
                 .message = fmt::format("the provider stopped unexpectedly: {}", e.what()),
                 .help = "this is a bug in infra; nothing was changed"};
  }
}

std::vector<View> views_of(const Providers& providers, const Snapshot& state) {
  std::vector<View> out;
  std::map<std::string_view, std::size_t> index;
  for (const auto& [name, provider] : providers) {
    index.emplace(name, out.size());
    out.push_back({.name = &name, .provider = provider.get()});
  }
  for (const auto& row : state.resources) {
    if (const auto at = index.find(row.platform); at != index.end()) out[at->second].rows.push_back(&row);
  }
  for (const auto& intent : state.intents) {
    if (intent.operation != Operation::create) continue;
    if (const auto at = index.find(intent.platform); at != index.end()) out[at->second].creating.push_back(&intent);
  }
  return out;
}

void join(View& view, Observation& all) {
  for (auto& object : view.seen->objects) {
    if (object.id.empty()) continue;  // an echo of a create intent, not something that was seen
    object.platform = *view.name;
    all.objects.push_back(std::move(object));
  }
  for (auto& unreachable : view.seen->unreachable) unreachable.platform = *view.name;
  for (auto& host : view.seen->hosts) host.platform = *view.name;
  std::move(view.seen->unreachable.begin(), view.seen->unreachable.end(), std::back_inserter(all.unreachable));
  std::move(view.seen->hosts.begin(), view.seen->hosts.end(), std::back_inserter(all.hosts));
}

Result<PlatformDecl> declaration_of(const RecordedPlatform& row) {
  auto config = from_json(row.config);
  if (!config) {
    return std::move(config).take_error(fmt::format("reading the recorded platform \"{}\"", row.name));
  }
  return PlatformDecl{.name = row.name, .kind = row.kind, .config = *std::move(config)};
}

Result<std::unique_ptr<Provider>> open(const Session& session, const PlatformDecl& platform, const Ownership& owner,
                                       const std::vector<RecordedNote>& notes) {
  const auto* kind = session.platforms.find(platform.kind);
  if (kind == nullptr) {
    return Error{.code = "E0711",
                 .message = fmt::format("this infra has no platform of kind \"{}\"", platform.kind),
                 .help = "use the version of infra that made these objects"};
  }
  return kind->connect({.owner = owner,
                        .platform = platform,
                        .home = session.home,
                        .sources = &session.sources.get(),
                        .drained = drained_nodes(notes, platform.name)});
}

// Where something is to live, lives, or may live.
std::set<std::string_view> places_of(const LoweredGraph& desired, const Snapshot& state) {
  std::set<std::string_view> out;
  for (const auto& resource : desired.resources) out.insert(resource.platform);
  for (const auto& sought : desired.sought) out.insert(sought.platform.name);
  for (const auto& row : state.resources) out.insert(row.platform);
  for (const auto& intent : state.intents) out.insert(intent.platform);
  return out;
}

}  // namespace

Providers open_providers(const Session& session, const LoweredGraph& desired, const Snapshot& state,
                         const Ownership& owner, std::vector<Error>& errors) {
  Providers out;
  const auto add = [&](const PlatformDecl& platform) {
    auto opened = open(session, platform, owner, state.notes);
    if (opened) {
      out.emplace(platform.name, *std::move(opened));
    } else {
      errors.push_back(std::move(opened).take_error(fmt::format("opening {} {}", platform.kind, platform.name)));
    }
  };
  const auto needed = places_of(desired, state);
  std::set<std::string_view> declared;
  for (const auto& reached : desired.reached)
    declared.insert(reached.platform.name);  // an open one isn't opened at all
  for (const auto& platform : desired.platforms) {
    declared.insert(platform.name);
    if (needed.contains(platform.name)) add(platform);
  }
  for (const auto& row : state.platforms) {
    if (declared.contains(row.name) || !needed.contains(row.name)) continue;
    auto platform = declaration_of(row);
    if (platform) {
      add(*platform);
    } else {
      errors.push_back(std::move(platform).error());
    }
  }
  for (const auto& view : views_of(out, state)) tell_outputs(view);  // for those who ask without observing
  return out;
}

Observation observe_all(const Providers& providers, const Snapshot& state, std::vector<Error>& errors) {
  auto views = views_of(providers, state);
  {
    std::vector<std::jthread> threads;  // one each but for the last, which this thread looks at itself
    for (std::size_t i = 0; i + 1 < views.size(); ++i)
      threads.emplace_back([&views, i] { views[i].seen = look(views[i]); });
    if (!views.empty()) views.back().seen = look(views.back());
  }
  Observation all;
  for (auto& view : views) {
    if (view.seen) {
      join(view, all);
    } else {
      errors.push_back(std::move(view.seen).take_error(fmt::format("observing platform \"{}\"", *view.name)));
    }
  }
  auto earlier = [](const ObservedObject& a, const ObservedObject& b) {
    return std::tie(a.address, a.id, a.platform) < std::tie(b.address, b.id, b.platform);
  };
  // One platform's objects come sorted.
  if (!std::is_sorted(all.objects.begin(), all.objects.end(), earlier)) {
    std::sort(all.objects.begin(), all.objects.end(), earlier);
  }
  return all;
}

void wait_for_late_changes(const Providers& providers, const std::vector<Intent>& intents) {
  std::chrono::milliseconds longest{0};
  for (const auto& intent : intents) {
    const auto at = providers.find(intent.platform);
    if (at != providers.end()) longest = std::max(longest, at->second->lingers());
  }
  if (longest.count() != 0) std::this_thread::sleep_for(longest);
}

}  // namespace infra
