#include "keys/rotation.h"

#include "apply/deployments/sealed_task.h"
#include "apply/prepare/stored_secrets.h"
#include "apply/sealed_secrets.h"
#include "keys/key_file.h"
#include "keys/shared_keys.h"

namespace infra {
namespace {

Error nothing_kept() {
  return {.code = "E0524",
          .message = "nothing is encrypted in this state yet, so there is no key to rotate",
          .help = "the first secret makes one: infra secret set NAME",
          .context = {}};
}

Error no_newer_key(const std::string& origin) {
  return {.code = "E0524",
          .message = fmt::format("everything is encrypted with the first key of {} already", origin),
          .help =
              "put a new key in front of the old one there, separated by a comma or a newline, and rotate again; "
              "openssl rand -base64 32 makes one",
          .context = {}};
}

// All boxes of the state, made anew with the keyring's first key.
class Resealing {
 public:
  explicit Resealing(Keyring& keys) : keys_(keys) {}
  std::size_t boxes = 0;
  bool changed = false;  // one of them was made with another key

  Result<std::vector<Mutation>> all(const Snapshot& state) {
    std::vector<Mutation> out;
    const auto key = keys_.id();
    if (!key) return key.error();
    for (auto secret : state.secrets) {
      auto box = anew(secret.box, place_of_secret(state, secret.name), *key);
      if (!box) return std::move(box).take_error(fmt::format("encrypting the secret `{}` again", secret.name));
      secret.box = *std::move(box);
      secret.key = *key;
      out.push_back(PutSecret{std::move(secret)});
    }
    for (auto deployment : state.deployments) {
      auto done = reseal(state, deployment, *key);
      if (!done) return std::move(done).error();
      if (*done) out.push_back(PutDeployment{std::move(deployment)});
    }
    for (const auto& row : state.resources) {
      if (!is_hook(row) || !is_sealed(box_of_hook(row))) continue;
      auto done = reseal(state, row, *key);
      if (!done) return std::move(done).take_error(fmt::format("encrypting again what {} runs", row.address.text()));
      out.push_back(PutResource{*std::move(done)});
    }
    for (const auto& row : state.resources) {
      const auto kept = box_of_kept(row);
      if (kept.empty() || row.deposed) continue;
      auto box = anew(kept, place_of_kept(state.lineage, row), *key);
      if (!box) return std::move(box).take_error(fmt::format("encrypting again what {} keeps", row.address.text()));
      out.push_back(PutResource{with_kept(row, *std::move(box))});
    }
    if (state.hash_key.empty()) {
      auto fresh = new_hash_key(state, keys_);
      if (!fresh) return std::move(fresh).error();
      out.insert(out.end(), fresh->mutations.begin(), fresh->mutations.end());
      return out;
    }
    auto box = anew(state.hash_key, place_of_hash_key(state), *key);
    if (!box) return std::move(box).take_error("encrypting again the key that the state hashes secrets with");
    out.push_back(SetHashKey{*std::move(box)});
    return out;
  }

 private:
  // What former tasks were made from. Whether any of it is sealed.
  Result<bool> reseal(const Snapshot& state, RecordedDeployment& deployment, const std::string& key) {
    bool any = false;
    for (auto& kept : deployment.revisions) {
      if (!is_sealed(kept.box)) continue;
      any = true;
      auto box = anew(kept.box, place_of_revision(state.lineage, kept.revision), key);
      if (!box) return std::move(box).take_error(fmt::format("encrypting again what {} ran", deployment.name));
      kept.box = *std::move(box);
    }
    return any;
  }

  // What a hook's run is made from.
  Result<RecordedResource> reseal(const Snapshot& state, RecordedResource hook, const std::string& key) {
    auto box = anew(box_of_hook(hook), place_of_hook(state.lineage, hook.spec_hash), key);
    if (!box) return std::move(box).error();
    return with_box(std::move(hook), *std::move(box));
  }

  Result<std::string> anew(const std::string& box, const std::string& place, const std::string& key) {
    ++boxes;
    changed = changed || key_id_of(box) != key;
    auto text = keys_.open(box, place);
    if (!text) return text;
    auto out = keys_.seal(*text, place);
    wipe(*text);
    return out;
  }

  Keyring& keys_;
};

// The new key, and those of the old ones that other states beside this one may need.
std::vector<BoxKey> still_needed(std::vector<BoxKey> all, const SharedKeys& shared) {
  std::vector<BoxKey> out;
  for (auto& key : all) {
    if (out.empty() || shared.unreadable || shared.ids.contains(key.id())) out.push_back(std::move(key));
  }
  return out;
}

Keyring ring_of(Keys keys) {
  return Keyring(
      [keys = std::move(keys)](Keyring::Missing) -> Result<std::optional<Keys>> { return std::optional<Keys>(keys); });
}

}  // namespace

Result<Rotated> rotate_key(const KeyPlaces& places, const Snapshot& state, Store& store) {
  if (state.secrets.empty() && state.hash_key.empty()) return nothing_kept();
  auto found = find_keys(places, Keyring::Missing::refuse);
  if (!found) return std::move(found).error();
  if (!*found) return Keyring().id().error();
  auto keys = **std::move(found);
  const bool ours = uses_key_file(places);
  if (ours) {
    keys.all.insert(keys.all.begin(), BoxKey::random());
    places.redactor->hide(keys.all.front().text());
    if (auto written = replace_key_file(places.file, keys.all); !written) return std::move(written).error();
  }
  auto ring = ring_of(keys);
  Resealing resealing(ring);
  auto batch = resealing.all(state);
  if (!batch) return std::move(batch).error();
  if (!ours && !resealing.changed && !state.hash_key.empty()) return no_newer_key(keys.origin);
  auto written = store.commit(*batch);
  if (!written) return std::move(written).error();
  Rotated out{.boxes = resealing.boxes, .key = keys.all.front().id(), .made = ours};
  if (ours) {
    const auto shared = keys_of_neighbours(places.state);
    auto needed = still_needed(std::move(keys.all), shared);
    if (needed.size() > 1) out.kept_for = shared.states;
    if (auto trimmed = replace_key_file(places.file, needed); !trimmed) return std::move(trimmed).error();
  }
  return out;
}

}  // namespace infra
