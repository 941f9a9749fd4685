// One diagnostic in the protocol's form.
#pragma once
#include "lsp/lsp_session.h"

namespace infra::lsp {

Json diagnostic_json(const Session& session, const Analysis& analysis, const Diagnostic& d);

}  // namespace infra::lsp
