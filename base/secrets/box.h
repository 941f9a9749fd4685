// Authenticated encryption of what must not be read where it is kept: XChaCha20-Poly1305 of libsodium.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace infra {

// A secret key of 256 bits. Wiped from memory when it goes.
class BoxKey {
 public:
  static constexpr std::size_t kSize = 32;

  // 64 hex digits, or base64 of 32 bytes (either alphabet, padding or none). nullopt: it is something else.
  static std::optional<BoxKey> parse(std::string_view text);
  static BoxKey random();
  BoxKey(const BoxKey&) = default;
  BoxKey& operator=(const BoxKey&) = default;
  ~BoxKey();

  // 8 hex digits that tell keys apart and nothing about them.
  [[nodiscard]] std::string id() const;
  // As base64, and as hex digits: what parse() reads.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string hex() const;

  friend std::string seal(const BoxKey& key, std::string_view text, std::string_view place);
  friend Result<std::string> open_box(const BoxKey& key, std::string_view box, std::string_view place);

 private:
  BoxKey() = default;
  std::array<unsigned char, kSize> bytes_{};
};

// One line of printable text: "1.KEYID.base64". The same text gives another box each time, and the text's length shows
// only in steps of 64 bytes. `place` says where the box belongs (a state's lineage and a name): it isn't in the box,
// but only who names the same place can open it, so that a box can't be moved to where another is expected.
std::string seal(const BoxKey& key, std::string_view text, std::string_view place);
// E0522: made with another key, for another place, or changed since. Tells nothing about what is inside.
Result<std::string> open_box(const BoxKey& key, std::string_view box, std::string_view place);
// The key that a box was made with. nullopt: it isn't a box.
std::optional<std::string> key_id_of(std::string_view box);

// Overwrites what a string held, so that it doesn't stay in freed memory.
void wipe(std::string& text);

}  // namespace infra
