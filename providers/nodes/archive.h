// Files that are put into a container, running or not, as a tar that the engine unpacks.
#pragma once
#include <string>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

struct ArchiveFile {
  std::string path;  // from /, without it: "etc/app.conf"; a folder ends in /
  std::string content;
  unsigned mode = 0644;
  std::int64_t user = 0, group = 0;
  std::string link = {};  // a symbolic link to this instead
};

std::string tar_of(const std::vector<ArchiveFile>& files);

// Below /; folders that are missing are made. `what` for messages: "put the files into shop-api-1".
Result<Ok> put_archive(const Context& context, const std::string& container, const std::vector<ArchiveFile>& files,
                       const std::string& what);

}  // namespace infra::nodes
