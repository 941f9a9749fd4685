// Files of other tools → the text of a stack, formatted and commented. What
// can't be carried over is listed, never dropped: whoever reads the stack must
// know what it lacks.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace infra {

struct ImportedStack {
  std::string text;                   // an .infra file; the list stands in it as a comment, too
  std::vector<std::string> left_out;  // "services.web.volumes: …", in the order of the file
};

struct ImportSource {
  std::string name;  // of the file, for messages and the comment at the top:
                     // "compose.yaml"
  std::string text;
};

// A Docker Compose file. `stack` is the stack's name unless the file has one.
// E0910 if it can't be read.
Result<ImportedStack> import_compose(const ImportSource& source, const std::string& stack);

// JSON of register-task-definition and create-service, or of the describe-
// calls, in any number of files. E0910 if one can't be read.
Result<ImportedStack> import_ecs(const std::vector<ImportSource>& sources, const std::string& stack);

}  // namespace infra
