// The engine that Docker's own tools would talk to, for nodes that name no endpoint.
#pragma once
#include "compiler/compile.h"

namespace infra {

// The first of: DOCKER_HOST (with DOCKER_CERT_PATH if DOCKER_TLS_VERIFY is set); the context that DOCKER_CONTEXT or
// Docker's config.json names; a socket that is there: Docker's, rootless Docker's, Podman's. Of a context that can't be
// read the endpoint is "context:NAME", which connecting refuses with E0611.
DefaultEngine default_engine();

}  // namespace infra
