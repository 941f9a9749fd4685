// Owners of libgit2's objects. Included by .cpp files only, so that libgit2 stays inside this folder.
#pragma once
#include <git2.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace infra {

// libgit2 counts its users; whoever touches it holds one of these.
class GitLibrary {
 public:
  GitLibrary() { git_libgit2_init(); }
  ~GitLibrary() { git_libgit2_shutdown(); }
  GitLibrary(const GitLibrary&) = delete;
  GitLibrary& operator=(const GitLibrary&) = delete;
};

struct GitFree {
  void operator()(git_repository* p) const { git_repository_free(p); }
  void operator()(git_remote* p) const { git_remote_free(p); }
  void operator()(git_commit* p) const { git_commit_free(p); }
  void operator()(git_tree* p) const { git_tree_free(p); }
  void operator()(git_blob* p) const { git_blob_free(p); }
  void operator()(git_odb* p) const { git_odb_free(p); }
  void operator()(git_reference* p) const { git_reference_free(p); }
};
template <class T>
using GitHandle = std::unique_ptr<T, GitFree>;

// The reason of this thread's last failed call, on one line, without credentials only if the caller redacts it.
std::string git_reason();
// Its class (GIT_ERROR_…), GIT_ERROR_NONE if there is no reason.
int git_reason_class();
std::string hex(const git_oid& id);

// E0806: our copy of the repository is damaged or can't be used.
Error bad_copy(std::string_view doing);

}  // namespace infra
