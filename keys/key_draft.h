// What is about to become a key file: written beside it under a name that only infra gives. A run that is killed leaves
// one behind, with keys in it; whoever writes the key file next removes that.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace infra {

class KeyDraft {
 public:
  // On the disk, private, beside the key file `path`.
  static Result<KeyDraft> write(const std::string& path, std::string_view text);
  KeyDraft(KeyDraft&& other) noexcept;
  KeyDraft& operator=(KeyDraft&&) = delete;
  ~KeyDraft();  // removes it

  // Makes it the key file. False, with errno: that isn't possible, for instance because there is one already.
  bool become_first();
  bool replace();

 private:
  KeyDraft(int file, std::string draft, std::string path);
  int file_;  // locked as long as it is in use
  std::string draft_, path_;
};

// Drafts of the key file `path` that nobody is writing any more. No other file is touched, whatever it holds.
void remove_left_drafts(const std::string& path);

Error key_file_fault(const std::string& what, const std::string& path, int error);

}  // namespace infra
