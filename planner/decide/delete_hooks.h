// Jobs that run before a service is deleted. When that happens their declarations are gone, so what such a run is made
// from is recorded while the service is there: a row of type "delete_hook", which stands for nothing outside.
#pragma once
#include <optional>
#include <string_view>

#include "base/values/resource.h"

namespace infra {

inline constexpr std::string_view kDeleteHook = "delete_hook";

// A run in waiting: what runs before `service` is deleted, opened from the row at `hook`.
struct LastRun {
  Address hook;
  Address service;
  LoweredResource run;
};

// Where the run of a hook has its place: "job.cleanup/before_delete.api" → "job.cleanup/run.api".
Address run_of_hook(const Address& hook);
// Is it such a run?
bool is_last_run(const Address& address);
// Of a hook's inputs; nullopt: they don't say.
std::optional<Address> service_of_hook(const Value& inputs);
// What its run is made from.
Value inputs_of_last_run(const Value& hook_inputs);

}  // namespace infra
