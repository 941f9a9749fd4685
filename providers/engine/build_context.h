// The files that an image is built from: what is hashed while lowering is what is sent to the engine.
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sources/source.h"

namespace infra::engine {

struct ContextFile {
  std::string name;  // relative to the context
  TreeEntry entry;
};

// Sorted by name; without what .dockerignore leaves out, but always with the Dockerfile and .dockerignore themselves
// (the engine reads them). The stack's own .infra and .git folders are never part of a context: they change with every
// run. E0004 if the folder or the Dockerfile is missing.
Result<std::vector<ContextFile>> build_context(const SourceTree& sources, const std::string& context,
                                               const std::string& dockerfile);

// SHA-256 over names, modes and the hashes of the contents, in hex: no content is kept for it. The same on every
// machine, from a folder and from a git commit.
Result<std::string> context_hash(const SourceTree& sources, const std::vector<ContextFile>& files);

}  // namespace infra::engine
