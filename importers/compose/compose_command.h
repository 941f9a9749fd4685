// The command lines of a Compose file: words, scripts for a shell, and secrets that neither may show.
#pragma once
#include "importers/compose/compose_file.h"

namespace infra::importing {

// `command` and `entrypoint`: one text is parted into words as a shell would, after its variables have their values; a
// list is taken as it is. "" if absent, "[]" if explicitly empty. After `env` and `secrets` were read: a secret on the
// line comes from a variable of the container.
void read_commands(Section& service, ComposeService& out, ComposeContext& context);

// The command of a health check, as a list; "" if there is none.
std::string health_command(Section& check, ComposeService& out, ComposeContext& context);

}  // namespace infra::importing
