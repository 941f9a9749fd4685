#include "watch/collecting.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "apply/repository_images.h"
#include "base/text/rfc3339.h"
#include "state/notes.h"

namespace infra {
namespace {

constexpr auto kEvery = std::chrono::hours(24);

bool has_lifecycle(const Prepared& prepared) {
  const auto& all = prepared.lowered.resources;
  return std::any_of(all.begin(), all.end(), [&](const LoweredResource& resource) {
    if (resource.type != "repository" || resource.inputs["rules"].list() == nullptr) return false;
    const auto provider = prepared.providers.find(resource.platform);
    return provider != prepared.providers.end() && image_store_of(*provider->second) != nullptr;
  });
}

bool is_due(const Snapshot& state, UtcMoment now) {
  const auto* note = find_note(state.notes, kCollected, "images");
  const auto last = note != nullptr ? parse_rfc3339(note->at) : std::nullopt;
  return !last || now - *last >= kEvery;
}

std::string failed_to_collect(const Error& error) { return "old images stay for now: " + error.line(); }

// Under a lease on everything: nothing is pushed or begins to be used meanwhile.
std::vector<std::string> collect_now(const Session& session, const Prepared& prepared, UtcMoment now,
                                     const Cancel& cancel) {
  const auto view = look_at_images(session, prepared, now, cancel);
  std::vector<std::string> out;
  for (const auto& error : view.errors) out.push_back(failed_to_collect(error));
  if (!out.empty()) return out;
  const auto done = collect_images(view, cancel, [&](const RepositoryView& repository, const StoredImage& image) {
    out.push_back(fmt::format("deleted {}@{}", repository.url, image.digest.substr(0, 19)));
  });
  for (const auto& error : done.errors) out.push_back(failed_to_collect(error));
  return out;
}

}  // namespace

std::vector<std::string> collect_daily(const Session& session, const Prepared& prepared, const Cancel& cancel) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  if (!has_lifecycle(prepared) || !is_due(prepared.state, now)) return {};
  auto lock = session.store.lock(session.me);
  if (!lock) return {};  // somebody applies: another pass does it
  const RecordedNote done{.topic = std::string(kCollected), .name = "images", .at = rfc3339(now)};
  const auto noted = session.store.commit_if(prepared.state.serial, {PutNote{done}});
  if (!noted) return {failed_to_collect(noted.error())};
  if (!*noted) return {};  // what was looked at is no longer so
  return collect_now(session, prepared, now, cancel);
}

}  // namespace infra
