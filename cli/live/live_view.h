// The containers of a stack as they are now, for the commands that look into them.
#pragma once
#include <string>
#include <vector>

#include "apply/prepare/world_view.h"
#include "apply/session.h"
#include "cli/terminal/console.h"
#include "providers/live.h"
#include "state/state.h"
#include "workspace/open_session.h"

namespace infra::cli {

struct PlacedContainer {
  Live* live = nullptr;
  LiveContainer container;
};

struct LiveView {
  Snapshot state;
  Providers providers;
  std::vector<Live*> all;
  std::vector<std::string> without;  // platforms whose tasks can't be looked into: "sim"
  std::vector<Error> errors;         // of platforms that can't be opened

  // What runs and what has ended, sorted by address and container. Nodes that don't answer are named on stderr once.
  Result<std::vector<PlacedContainer>> containers(const Console& console);
  // Those of load balancers, too.
  Result<std::vector<PlacedContainer>> with_balancers(const Console& console);
  // An address that the stack has, but no container: recorded or declared nowhere is E0704.
  [[nodiscard]] Error nothing_at(const std::string& address, const std::vector<PlacedContainer>& all) const;

 private:
  Result<std::vector<PlacedContainer>> listed(const Console& console, bool balancers);
  std::vector<std::string> told_;
};

// What the commands that look into a stack begin with: its recorded platforms, without the stack's files, so that they
// answer whatever these say. Says which platforms can't be opened; E0720 if none of them can show `what`.
struct OpenLive {
  OpenSession opened;  // `view` leads into it
  LiveView view;
};
Result<OpenLive> open_live(const Console& console, const StackOptions& options, const std::string& what);

// Does `given` ("service.api", "service.api/3", "job") mean this task or run? Empty: any.
bool means(const std::string& given, const Address& address);

}  // namespace infra::cli
