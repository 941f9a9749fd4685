// A mapping of a foreign file that is taken apart key by key. What nobody takes
// is reported by itself, so that nothing can be forgotten.
#pragma once
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace infra::importing {

using Json = nlohmann::ordered_json;

// What can't be carried over, in the order in which it was found.
class Notes {
 public:
  void add(const std::string& place, const std::string& why);
  [[nodiscard]] const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
};

// Without control characters: a comment must stay one line, whatever the file
// holds.
std::string one_line(std::string text);
// A value as a note shows it: short, on one line.
std::string shown(const Json& value);
// A scalar as text: "8080" of 8080; nothing for lists and mappings.
std::string text_of(const Json& value);

class Section {
 public:
  // Something else than a mapping is noted and treated as an empty one; null is
  // an empty one.
  Section(const Json& value, std::string place, Notes& notes);

  // Null if the key is absent or has no value.
  const Json* take(std::string_view key);
  // Known to mean nothing here: taken without a note.
  void ignore(std::initializer_list<std::string_view> keys);
  void note(std::string_view key, const std::string& why) { notes_.add(below(key), why); }
  [[nodiscard]] std::string below(std::string_view key) const;
  [[nodiscard]] const std::string& place() const { return place_; }
  [[nodiscard]] Notes& notes() const { return notes_; }

  // These take a key and note a value of the wrong type.
  std::string text(std::string_view key);
  bool flag(std::string_view key);
  std::vector<std::string> texts(std::string_view key);  // a list; one text is a list of one
  // One key of each mapping in a list, or the whole if it has no such key: what a note calls them by.
  std::vector<std::string> texts_of(std::string_view list, const std::string& key);

  // Notes everything that is left, but for extensions (x-…) and what says no: false, 0, [ ].
  void finish(std::string_view why = "has no counterpart");

 private:
  const Json& object_;
  std::string place_;
  Notes& notes_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace infra::importing
