// A run as a revision of the state's history.
#pragma once
#include "apply/session.h"
#include "state/revision.h"

namespace infra {

// Recorded before the first change, so that a killed run has its place in the history, too.
Result<Revision> begin_revision(const Session& session, const Prepared& prepared);
// What came of it.
Result<Ok> end_revision(const Session& session, Revision revision, const Result<ApplyReport>& report);

}  // namespace infra
