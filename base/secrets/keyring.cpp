#include "base/secrets/keyring.h"

#include <fmt/format.h>

#include <algorithm>

namespace infra {
namespace {

Error no_key(const std::string& needed) {
  return {.code = "E0520",
          .message = fmt::format("there is no key for the secrets of this state{}", needed),
          .help =
              "give it with INFRA_KEY, INFRA_KEY_FILE or INFRA_KEY_COMMAND, or put back the file `key` that was "
              "beside the state",
          .context = {}};
}

Error wrong_key(const std::string& needed, const Keys& keys) {
  return {.code = "E0522",
          .message = fmt::format("this is encrypted with the key {}, but {} is the key {}", needed, keys.origin,
                                 keys.all.front().id()),
          .help = "give the key that the state was written with; several may be given in a row, the newest first",
          .context = {}};
}

}  // namespace

// Errors of the source are not kept: the next call may find what was missing.
Result<const Keys*> Keyring::keys(Missing missing) {
  if (!found_) {
    auto found = source_(missing);
    if (!found) return std::move(found).error();
    if (*found && !(*found)->all.empty()) found_ = **std::move(found);
  }
  return found_ ? &*found_ : nullptr;
}

Result<bool> Keyring::present() {
  const auto all = keys(Missing::refuse);
  if (!all) return all.error();
  return *all != nullptr;
}

Result<std::string> Keyring::id() {
  const auto all = keys(Missing::refuse);
  if (!all) return all.error();
  if (*all == nullptr) return no_key("");
  return (*all)->all.front().id();
}

Result<std::string> Keyring::seal(std::string_view text, std::string_view place, Missing missing) {
  const auto all = keys(missing);
  if (!all) return all.error();
  if (*all == nullptr) return no_key("");
  return infra::seal((*all)->all.front(), text, place);
}

Result<std::string> Keyring::open(std::string_view box, std::string_view place) {
  const auto all = keys(Missing::refuse);
  if (!all) return all.error();
  const auto needed = key_id_of(box).value_or("");
  if (*all == nullptr) return no_key(needed.empty() ? "" : fmt::format(" (they are encrypted with {})", needed));
  const auto at = std::ranges::find_if((*all)->all, [&](const BoxKey& key) { return key.id() == needed; });
  if (at == (*all)->all.end() && !needed.empty()) return wrong_key(needed, **all);
  return open_box(at == (*all)->all.end() ? (*all)->all.front() : *at, box, place);
}

}  // namespace infra
