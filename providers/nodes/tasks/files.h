// The files that containers are given: `files` of their inputs, [{ path, content, mode, owner }].
#pragma once
#include <string>
#include <vector>

#include "providers/nodes/context.h"
#include "providers/nodes/pause/pause_container.h"

namespace infra::nodes {

bool has_secret_files(const Value& container);
std::vector<SecretFile> secret_files_of(const std::string& label, const Value& container);

// What is put into the container itself, before it starts: the others, and for a secret one outside of /run/secrets a
// link to where it is.
Result<Ok> put_own_files(const Context& context, const std::string& id, const std::string& label,
                         const Value& container);

}  // namespace infra::nodes
