// The sentences that say why. Each stands alone and has no full stop.
#pragma once
#include <string>
#include <vector>

#include "planner/plan.h"

namespace infra {

// "`image`", "`image` and `env.LOG`", "`a`, `b` and 3 more"
std::string name_list(const std::vector<std::string>& names);

namespace reasons {
Reason declared_new();
Reason not_declared();
Reason kept(bool asked);
Reason asked();
Reason asked_to_replace();
Reason refreshed();
Reason come_late(const std::vector<std::string>& outputs);
Reason input_changed(const std::vector<AttributeChange>& attributes);
Reason cannot_update(const std::vector<AttributeChange>& attributes);
Reason moved(const std::string& what, const std::string& before, const std::string& after);
Reason gone();
Reason still_runs();
Reason rollout_goes_on();
Reason task_is_wrong(const std::string& sentence);  // "service.api/2 is unhealthy"
Reason deployment_incomplete();
Reason deployment_failed(const RecordedDeployment& last);
Reason gone_and_not_declared();
Reason failed(const std::string& detail);
Reason changed_outside(const std::vector<std::string>& attributes);
Reason depends_on(const std::vector<std::string>& owners);
Reason must_go_first(const std::string& owner);
Reason must_make_way(const std::string& holder, const std::string& taker);
Reason tasks_go_first();
Reason half_updated();
Reason cannot_overlap();
Reason deposed();
Reason unknown_object();
Reason makes_room();
Reason found_unrecorded();
Reason record_only();
Reason before_deletion(const std::string& service);
Reason has_run_before_deletion(const std::string& service);
Reason hook_not_needed(const std::string& service, bool asked);
}  // namespace reasons

}  // namespace infra
