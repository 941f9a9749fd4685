// The name of a thing for its whole life: in files, plans, state and labels.
#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace infra {

// "kind.path" for what a user declares ("service.api", "subnet.main.public[\"a\"]"), plus "/part" for one of the
// provider resources that it is lowered to ("service.api/0", "subnet.main.public[\"a\"]/laptop.a").
struct Address {
  std::string kind;
  std::string path;
  std::string part;  // empty: the declaration itself

  [[nodiscard]] std::string text() const;
  [[nodiscard]] Address owner() const { return {kind, path, {}}; }
  [[nodiscard]] Address with_part(std::string p) const { return {kind, path, std::move(p)}; }
  [[nodiscard]] bool is_owner() const { return part.empty(); }
  [[nodiscard]] bool empty() const { return kind.empty(); }
  static std::optional<Address> parse(std::string_view text);

  friend bool operator==(const Address&, const Address&) = default;
  friend std::strong_ordering operator<=>(const Address&, const Address&) = default;
};

struct AddressHash {
  std::size_t operator()(const Address& a) const noexcept;
};

// The path as a name for the outside world: public["a"] is "public-a"; lower case, only [a-z0-9-].
std::string run_time_name(std::string_view path);

}  // namespace infra
