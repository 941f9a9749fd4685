#include "git/copy_size.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "git/git_handle.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

// Below this, packs of a few bytes each would be collected at every second fetch.
constexpr std::uint64_t kSmall = std::uint64_t{1} << 20U;

fs::path note_of(const std::string& copy) { return fs::path(copy) / "infra-size"; }

std::optional<std::uint64_t> noted_size(const std::string& copy) {
  std::ifstream note(note_of(copy));
  std::uint64_t size = 0;
  return note >> size ? std::optional(size) : std::nullopt;
}

using Packer = std::unique_ptr<git_packbuilder, decltype(&git_packbuilder_free)>;
using Walk = std::unique_ptr<git_revwalk, decltype(&git_revwalk_free)>;

// One object of every ref that can be read; a ref that can't be leads to nothing.
int push_ref(const char* name, void* walk) {
  git_revwalk_push_ref(static_cast<git_revwalk*>(walk), name);
  return 0;
}

// Tags of their own, which a walk over commits doesn't meet.
int add_tag(const char*, git_oid* id, void* packer) {
  git_packbuilder_insert(static_cast<git_packbuilder*>(packer), id, nullptr);
  return 0;
}

bool add_all(git_repository* copy, git_packbuilder* packer, const std::vector<std::string>& roots) {
  git_revwalk* raw = nullptr;
  if (git_revwalk_new(&raw, copy) != 0) return false;
  const Walk walk(raw, git_revwalk_free);
  git_reference_iterator* refs = nullptr;
  if (git_reference_iterator_new(&refs, copy) != 0) return false;
  const std::unique_ptr<git_reference_iterator, decltype(&git_reference_iterator_free)> owned(
      refs, git_reference_iterator_free);
  const char* name = nullptr;
  int status = 0;
  while ((status = git_reference_next_name(&name, refs)) == 0) push_ref(name, raw);
  if (status != GIT_ITEROVER) return false;
  for (const auto& root : roots) {
    git_oid id;
    if (git_oid_fromstr(&id, root.c_str()) == 0) git_revwalk_push(raw, &id);
  }
  return git_packbuilder_insert_walk(packer, raw) == 0 && git_tag_foreach(copy, add_tag, packer) == 0;
}

// Everything but the pack of this name: other packs, and objects by themselves.
void remove_others(const std::string& copy, const std::string& kept) {
  std::error_code ignored;  // what stays costs space only, and is looked at again
  for (const auto& entry : fs::directory_iterator(fs::path(copy) / "objects" / "pack", ignored)) {
    if (entry.path().stem() != "pack-" + kept) fs::remove(entry.path(), ignored);
  }
  for (const auto& entry : fs::directory_iterator(fs::path(copy) / "objects", ignored)) {
    if (entry.path().filename().string().size() == 2) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace

std::uint64_t size_of_copy(const std::string& copy) {
  std::uint64_t size = 0;
  std::error_code failed;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(copy) / "objects", failed)) {
    std::error_code gone;
    const auto bytes = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
    if (!gone) size += bytes;
  }
  return size;
}

void note_size(const std::string& copy) { std::ofstream(note_of(copy)) << size_of_copy(copy) << '\n'; }

bool has_doubled(const std::string& copy) {
  const auto before = noted_size(copy);
  if (!before) note_size(copy);
  return before && size_of_copy(copy) >= 2 * std::max(*before, kSmall);
}

bool collect(const std::string& copy, const std::vector<std::string>& roots) {
  const GitLibrary library;
  git_repository* opened = nullptr;
  if (git_repository_open_bare(&opened, copy.c_str()) != 0) return false;
  const GitHandle<git_repository> repository(opened);
  git_packbuilder* raw = nullptr;
  if (git_packbuilder_new(&raw, opened) != 0) return false;
  const Packer packer(raw, git_packbuilder_free);
  if (!add_all(opened, raw, roots) || git_packbuilder_object_count(raw) == 0) return false;
  if (git_packbuilder_write(raw, nullptr, 0, nullptr, nullptr) != 0) return false;
  remove_others(copy, git_packbuilder_name(raw));
  note_size(copy);
  return true;
}

bool disk_is_full() {
  const auto reason = git_reason();
  for (const int error : {ENOSPC, EDQUOT}) {
    if (reason.find(std::strerror(error)) != std::string::npos) return true;
  }
  return false;
}

}  // namespace infra
