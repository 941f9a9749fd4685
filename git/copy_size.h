// A bare copy stays in proportion to what it holds: forced pushes and killed fetches leave what nothing leads to any
// more, and libgit2 never collects it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace infra {

// Bytes of all objects in a copy.
std::uint64_t size_of_copy(const std::string& copy);

// Is it twice as large as it was when that was last noted? What was never noted is noted now.
bool has_doubled(const std::string& copy);
void note_size(const std::string& copy);

// Keeps what the copy's refs and `roots` lead to, in one pack, and notes its size. Those of `roots` that the copy
// doesn't have are left out. False: it failed, and the copy is as it was. A damaged copy may keep it busy without end:
// call it in a process of its own.
bool collect(const std::string& copy, const std::vector<std::string>& roots);

// Did a failure come from a disk without space (or a quota)? Asked of what libgit2 said last.
bool disk_is_full();

}  // namespace infra
