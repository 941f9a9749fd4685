#include "state/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace infra {
namespace {

template <class Notes>
auto place_of(Notes& notes, std::string_view topic, std::string_view name) {
  const std::tuple wanted(topic, name);
  return std::lower_bound(notes.begin(), notes.end(), wanted, [](const RecordedNote& note, const auto& key) {
    return std::tuple<std::string_view, std::string_view>(note.topic, note.name) < key;
  });
}

template <class Notes, class At>
bool is_it(const Notes& notes, const At& at, std::string_view topic, std::string_view name) {
  return at != notes.end() && at->topic == topic && at->name == name;
}

}  // namespace

std::string name_of_drained(std::string_view platform, std::string_view node) {
  return fmt::format("{}/{}", platform, node);
}

std::vector<std::string> drained_nodes(const std::vector<RecordedNote>& notes, std::string_view platform) {
  const auto start = name_of_drained(platform, "");
  std::vector<std::string> out;
  for (const auto& note : notes) {
    if (note.topic == kDrained && note.name.starts_with(start)) out.push_back(note.name.substr(start.size()));
  }
  return out;
}

const RecordedNote* find_note(const std::vector<RecordedNote>& notes, std::string_view topic, std::string_view name) {
  const auto at = place_of(notes, topic, name);
  return is_it(notes, at, topic, name) ? &*at : nullptr;
}

void put_note(std::vector<RecordedNote>& notes, const RecordedNote& note) {
  const auto at = place_of(notes, note.topic, note.name);
  if (is_it(notes, at, note.topic, note.name)) {
    *at = note;
  } else {
    notes.insert(at, note);
  }
}

void drop_note(std::vector<RecordedNote>& notes, std::string_view topic, std::string_view name) {
  const auto at = place_of(notes, topic, name);
  if (is_it(notes, at, topic, name)) notes.erase(at);
}

}  // namespace infra
