// A tar file that flows through: entries are left out by their paths, all others stay as they are, byte by byte.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace infra::nodes {

class TarFilter {
 public:
  using Keeps = std::function<bool(std::string_view path)>;
  using Out = std::function<void(std::string_view bytes)>;
  TarFilter(Keeps keeps, Out out) : keeps_(std::move(keeps)), out_(std::move(out)) {}

  // The next bytes, however they are cut.
  void take(std::string_view piece);
  // Something that is no tar came: what was kept isn't one either.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  void take_header();
  void take_content(std::string_view piece);

  const Keeps keeps_;
  const Out out_;
  std::string header_;      // of the next entry, until it is whole
  std::string held_;        // entries that say more about the next one: kept or left out with it
  std::string extra_;       // the content of the last of them
  std::uint64_t left_ = 0;  // of the entry's content, with its padding
  bool extends_ = false;    // this entry says more about the next one
  bool keep_ = true;
  bool broken_ = false;
};

}  // namespace infra::nodes
