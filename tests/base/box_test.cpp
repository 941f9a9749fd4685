#include <catch2/catch.hpp>

#include "base/secrets/box.h"
#include "base/secrets/keyring.h"

using namespace infra;

namespace {

constexpr const char* kHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

BoxKey key_of(const char* text) { return BoxKey::parse(text).value(); }

Keyring ring_of(std::vector<BoxKey> keys) {
  return Keyring([keys](Keyring::Missing) -> Result<std::optional<Keys>> {
    return std::optional<Keys>(Keys{keys, "the test's key"});
  });
}

}  // namespace

TEST_CASE("a key is read from hex and from base64, and from nothing else") {
  const auto key = key_of(kHex);
  CHECK(key.text() == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  CHECK(key.hex() == kHex);
  CHECK(key_of("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").id() == key.id());
  CHECK(key_of("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").id() == key.id());
  CHECK(key.id().size() == 8);
  CHECK(BoxKey::random().id() != BoxKey::random().id());
  for (const auto* text : {"", "hunter2", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", "0001020304050607",
                           "gg0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}) {
    CHECK_FALSE(BoxKey::parse(text).has_value());
  }
}

TEST_CASE("a box opens with its key at its place only") {
  const auto key = key_of(kHex);
  for (const auto& text : {std::string(), std::string("hunter2"), std::string(300, '\0'), std::string("a\nb\"\\ü")}) {
    const auto box = seal(key, text, "lineage/secret/db");
    CHECK(seal(key, text, "lineage/secret/db") != box);
    CHECK(key_id_of(box) == key.id());
    const auto opened = open_box(key, box, "lineage/secret/db");
    REQUIRE(opened);
    CHECK(*opened == text);
    CHECK(open_box(key, box, "lineage/secret/other").error().code == "E0522");
    CHECK(open_box(BoxKey::random(), box, "lineage/secret/db").error().code == "E0522");
  }
}

TEST_CASE("no byte of a box can be changed, and none left out") {
  const auto key = key_of(kHex);
  const auto box = seal(key, "hunter2", "place");
  for (std::size_t i = 0; i < box.size(); ++i) {
    auto changed = box;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(open_box(key, changed, "place").ok());
    CHECK_FALSE(open_box(key, box.substr(0, i), "place").ok());
  }
  CHECK_FALSE(open_box(key, box + "A", "place").ok());
}

TEST_CASE("a box doesn't tell how long a short text is") {
  const auto key = BoxKey::random();
  CHECK(seal(key, "", "p").size() == seal(key, std::string(63, 'x'), "p").size());
  CHECK(seal(key, "", "p").size() < seal(key, std::string(64, 'x'), "p").size());
}

TEST_CASE("a keyring seals with its first key and opens with each") {
  const auto before = BoxKey::random();
  const auto after = BoxKey::random();
  const auto old_box = ring_of({before}).seal("hunter2", "place");
  REQUIRE(old_box);
  auto both = ring_of({after, before});
  CHECK(*both.open(*old_box, "place") == "hunter2");
  const auto new_box = both.seal("hunter2", "place");
  CHECK(*ring_of({after}).open(*new_box, "place") == "hunter2");
  const auto refused = ring_of({after}).open(*old_box, "place");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "E0522");
  CHECK(refused.error().message ==
        "this is encrypted with the key " + before.id() + ", but the test's key is the key " + after.id());
}

TEST_CASE("a keyring makes a key only if it may, and says which one is missing") {
  std::optional<Keys> kept;
  int made = 0;
  Keyring ring([&](Keyring::Missing missing) -> Result<std::optional<Keys>> {
    if (!kept && missing == Keyring::Missing::make) ++made, kept = Keys{{BoxKey::random()}, "a new file"};
    return kept;
  });
  CHECK_FALSE(*ring.present());
  CHECK(ring.seal("x", "place").error().code == "E0520");
  const auto foreign = seal(key_of(kHex), "x", "place");
  CHECK(ring.open(foreign, "place").error().message.find(key_of(kHex).id()) != std::string::npos);
  CHECK(made == 0);
  const auto box = ring.seal("x", "place", Keyring::Missing::make);
  REQUIRE(box);
  CHECK(made == 1);
  CHECK(*ring.open(*box, "place") == "x");
  CHECK(*ring.present());
}
