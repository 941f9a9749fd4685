// Files of other tools → the text of a stack, formatted and commented. What
// can't be carried over is listed, never dropped: whoever reads the stack must
// know what it lacks.
#pragma once
#include <functional>
#include <optional>
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

// The text of a file that the imported one names, by its path as it stands there; nothing if there is none.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

struct ComposeBeside {
  std::vector<ImportSource> variables = {};  // `.env` or what --env-file names; of two the later counts
  ReadFile read_file = {};                   // for `env_file`
};

// A Docker Compose file. `stack` is the stack's name unless the file, or a variable of those beside it, has one.
// E0910 if it can't be read.
Result<ImportedStack> import_compose(const ImportSource& source, const std::string& stack,
                                     const ComposeBeside& beside = {});

// JSON of register-task-definition and create-service, or of the describe-
// calls, in any number of files. E0910 if one can't be read.
Result<ImportedStack> import_ecs(const std::vector<ImportSource>& sources, const std::string& stack);

// Manifests of Kubernetes, several in a file, or the list that `kubectl get -o yaml` prints. Values of Secrets are
// never repeated. `unread` are kinds of objects that may be there and couldn't be read. E0910 if a source can't be read
// or nothing in them runs.
Result<ImportedStack> import_kubernetes(const std::vector<ImportSource>& sources, const std::string& stack,
                                        const std::vector<std::string>& unread = {});

}  // namespace infra
