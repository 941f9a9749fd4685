// What is noted beside the objects: the topics, and what each says in a RecordedNote.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "state/state.h"

namespace infra {

// A node that nothing is placed on and whose tasks move away (`infra drain`). name: "PLATFORM/NODE"; at: since when;
// text: who asked for it.
constexpr std::string_view kDrained = "drained";

// How many copies a service with `scale` has by its load. name: "service.api"; number: copies; at: when that was
// decided; text: why.
constexpr std::string_view kScaled = "scaled";

// A job with a `schedule`. name: "job.backup"; at: the last of its times that a loop has dealt with, or when one saw it
// first.
constexpr std::string_view kScheduled = "scheduled";

// Lifecycles of repositories. name: "images"; at: when a loop last began to delete what they let go.
constexpr std::string_view kCollected = "collected";

[[nodiscard]] std::string name_of_drained(std::string_view platform, std::string_view node);
// Nodes of a platform; sorted.
[[nodiscard]] std::vector<std::string> drained_nodes(const std::vector<RecordedNote>& notes, std::string_view platform);

// `notes` is sorted by topic and name, and stays so.
[[nodiscard]] const RecordedNote* find_note(const std::vector<RecordedNote>& notes, std::string_view topic,
                                            std::string_view name);
void put_note(std::vector<RecordedNote>& notes, const RecordedNote& note);
void drop_note(std::vector<RecordedNote>& notes, std::string_view topic, std::string_view name);

}  // namespace infra
