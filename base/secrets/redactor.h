// The last line of defence against secrets in what is shown. Values that are Secret by type are never rendered; but an
// engine, a registry or a git server may repeat in its error what it was sent. A Redactor knows the run's secrets and
// covers them wherever a text leaves the program: as they are, escaped for JSON, escaped for URLs, in base64 and in
// hex.
//
// Secrets shorter than four bytes are not covered (they would blank out half of every message); those shorter than
// eight only where they stand as a word.
#pragma once
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "base/values/value.h"

namespace infra {

class Redactor {
 public:
  // Before threads run that may call clean().
  void hide(std::string_view secret);
  // Every text of at least `shortest` bytes inside of every Secret of the value.
  void hide_secrets_of(const Value& value, std::size_t shortest = 0);

  // `text` with *** wherever a secret stands.
  [[nodiscard]] std::string clean(std::string_view text) const;
  // The same for a message of somebody else: the passwords of URLs that stand in it ("https://user:password@host"), and
  // the beginning of a secret that was cut off with "…", go too.
  [[nodiscard]] std::string clean_foreign(std::string_view text) const;
  [[nodiscard]] Error clean(Error error) const;

 private:
  struct Needle {
    std::string text;
    bool word;  // counts only where it isn't part of a longer word
    friend auto operator<=>(const Needle&, const Needle&) = default;
  };
  void add(std::string text, bool word);
  void hide_line(std::string_view secret);
  void hide_secrets_of(const Value& value, std::size_t shortest, std::unordered_set<const void*>& met);

  std::vector<Needle> needles_;  // no two the same
  bool needs_plus_ = false;      // a secret holds a space, which a URL may write as '+'
};

}  // namespace infra
