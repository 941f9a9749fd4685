// A whole change: as many stages as it takes (docs/adr/0016-stages.md), each looked at, agreed to, leased and carried
// out. A gate says what may be done: somebody at a terminal, a saved plan, a watcher's rules.
#pragma once
#include <string>

#include "apply/lease.h"
#include "apply/session.h"

namespace infra {

class StageGate {
 public:
  StageGate() = default;
  virtual ~StageGate() = default;
  StageGate(const StageGate&) = delete;
  StageGate& operator=(const StageGate&) = delete;

  // Stage 1, 2, …; told before it is looked at.
  virtual void begin(int stage) = 0;
  // The end: it can't be planned (!prepared.ok()), or not carried out.
  virtual void fail(const Prepared& prepared) = 0;
  virtual void fail(const Error& error) = 0;
  // Made without a lease: nobody has to wait while this is thought over. Not asked if there is nothing to do.
  virtual bool agrees(const Prepared& prepared) = 0;
  virtual void nothing_to_do(const Prepared& prepared) = 0;
  // Made, or still true, under the lease: exactly this would be done now. An empty plan may have settled something.
  virtual bool confirms(const Prepared& prepared) = 0;
  // Carries it out (apply/session.h `apply`). `last`: no stage is left. False: the change ends here.
  virtual bool carry_out(Prepared& prepared, bool last) = 0;
};

// Nothing to change and nothing to put right: that needs no lease.
bool is_idle(const Prepared& prepared);

// Returns when all is done, the gate has said no, or something failed; what came of it is the gate's to know. What
// stays out of reach of every stage is an error, unless only part of the stack was asked for.
void run_stages(const Session& session, PlanRequest request, const LeaseWish& wish, const Cancel& cancel,
                StageGate& gate);

}  // namespace infra
