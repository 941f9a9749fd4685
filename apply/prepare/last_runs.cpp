#include "apply/prepare/last_runs.h"

#include <fmt/format.h>

#include <algorithm>

#include "apply/deployments/sealed_task.h"
#include "apply/find_by_address.h"
#include "apply/prepare/hide_secrets.h"

namespace infra {
namespace {

Result<LastRun> open_hook(const RecordedResource& row, const std::string& lineage, Keyring& keys) {
  auto inputs = open_task(box_of_hook(row), place_of_hook(lineage, row.spec_hash), keys);
  if (!inputs) return std::move(inputs).error();
  const auto service = service_of_hook(*inputs);
  if (!service) {
    return Error{.code = "E0502",
                 .message = fmt::format("the record of {} names no service", row.address.text()),
                 .help = "put back a copy of the state, or forget it: infra state rm " + row.address.text()};
  }
  return LastRun{.hook = row.address,
                 .service = *service,
                 .run = {.address = run_of_hook(row.address),
                         .type = "job_run",
                         .platform = row.platform,
                         .inputs = inputs_of_last_run(*inputs),
                         .depends_on = row.depends_on,
                         .options = {}}};
}

}  // namespace

Result<std::vector<LastRun>> last_runs(const Snapshot& state, const LoweredGraph& declared, bool destroy,
                                       Keyring& keys) {
  std::vector<LastRun> out;
  for (const auto& row : state.resources) {
    if (!is_hook(row)) continue;
    if (!destroy && find_by_address(declared.resources, row.address) != nullptr) continue;
    auto run = open_hook(row, state.lineage, keys);
    if (!run) return std::move(run).take_error(fmt::format("reading what {} was to run", row.address.owner().text()));
    out.push_back(*std::move(run));
  }
  return out;
}

bool hide_last_runs(const std::vector<LastRun>& runs, Redactor& redactor) {
  bool secret = false;
  for (const auto& last : runs) {
    secret = secret || last.run.inputs.has_secret();
    hide_inputs(last.run, redactor);
  }
  return secret;
}

}  // namespace infra
