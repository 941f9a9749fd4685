#include "keys/key_source.h"

#include <cstdlib>
#include <filesystem>

#include "keys/key_command.h"
#include "keys/key_file.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kCommandDeadline{60};  // time to type a passphrase or to touch a token

Error no_key_in(const std::string& origin) {
  // What stands there is not repeated: it may be a key with a typing error.
  return {.code = "E0521",
          .message = fmt::format("{} is not a key", origin),
          .help = "a key is 32 random bytes in base64 or hex: openssl rand -base64 32",
          .context = {}};
}

Result<std::optional<Keys>> keys_in(Result<std::string> text, const std::string& origin, const KeyPlaces& places) {
  if (!text) return std::move(text).error();
  auto all = parse_keys(*text, origin);
  wipe(*text);
  if (!all) return std::move(all).error();
  for (const auto& key : *all) {
    places.redactor->hide(key.text());
    places.redactor->hide(key.hex());
  }
  return std::optional<Keys>(Keys{.all = *std::move(all), .origin = origin});
}

Result<std::optional<Keys>> keys_in_file(const std::string& path, const KeyPlaces& places) {
  auto text = read_key_file(path);
  if (!text) return std::move(text).error();
  if (!*text) return std::optional<Keys>();
  return keys_in(**std::move(text), fmt::format("the file {}", path), places);
}

std::string advice(const std::string& path, const std::string& id) {
  return fmt::format(
      "Made the key {} for this stack's secrets: {}\n"
      "Keep a copy of this file in a safe place: without it nobody can read the secrets again. Don't commit it.",
      id, path);
}

Result<std::optional<Keys>> keys_in_usual_file(const KeyPlaces& places, Keyring::Missing missing) {
  auto found = keys_in_file(places.file, places);
  if (!found || *found || missing == Keyring::Missing::refuse) return found;
  const auto made = make_key_file(places.file);
  if (!made) return made.error();
  found = keys_in_file(places.file, places);
  if (*made && found && *found) places.tell(advice(places.file, (*found)->all.front().id()));
  return found;
}

}  // namespace

KeyPlaces key_places(std::string file, std::function<void(const std::string&)> tell,
                     std::shared_ptr<Redactor> redactor) {
  return {.file = std::move(file),
          .variable =
              [](const char* name) {
                const char* value = std::getenv(name);
                return value == nullptr ? std::string() : std::string(value);
              },
          .tell = std::move(tell),
          .redactor = std::move(redactor)};
}

std::string key_file_beside(const std::string& state) {
  const auto folder = fs::path(state).parent_path();
  // .infra, or .infra/prod of an environment
  const bool private_folder = folder.filename() == ".infra" || folder.parent_path().filename() == ".infra";
  return private_folder ? (folder / "key").string() : (folder / ".infra" / "key").string();
}

Result<std::optional<Keys>> find_keys(const KeyPlaces& places, Keyring::Missing missing) {
  if (auto text = places.variable("INFRA_KEY"); !text.empty()) {
    return keys_in(std::move(text), "the variable INFRA_KEY", places);
  }
  if (const auto path = places.variable("INFRA_KEY_FILE"); !path.empty()) {
    auto found = keys_in_file(path, places);
    if (!found || *found) return found;
    return Error{.code = "E0521",
                 .message = fmt::format("INFRA_KEY_FILE names {}, which isn't there", path),
                 .help = "put the key there, or correct the variable",
                 .context = {}};
  }
  if (const auto command = places.variable("INFRA_KEY_COMMAND"); !command.empty()) {
    return keys_in(run_key_command(command, kCommandDeadline, places.tell), "what INFRA_KEY_COMMAND printed", places);
  }
  return keys_in_usual_file(places, missing);
}

bool uses_key_file(const KeyPlaces& places) {
  return places.variable("INFRA_KEY").empty() && places.variable("INFRA_KEY_FILE").empty() &&
         places.variable("INFRA_KEY_COMMAND").empty();
}

Result<std::vector<BoxKey>> parse_keys(std::string_view text, const std::string& origin) {
  constexpr std::string_view kBlank = " \t\r\n,";
  std::vector<BoxKey> out;
  while (!text.empty()) {
    if (text.starts_with('#')) {
      text.remove_prefix(std::min(text.find('\n'), text.size()));
      continue;
    }
    const auto word = text.substr(0, text.find_first_of(kBlank));
    text.remove_prefix(std::max<std::size_t>(word.size(), 1));
    if (word.empty()) continue;
    const auto key = BoxKey::parse(word);
    if (!key) return no_key_in(origin);
    out.push_back(*key);
  }
  if (out.empty()) return no_key_in(origin);
  return out;
}

}  // namespace infra
