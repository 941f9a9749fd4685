// What the containers of tasks that failed wrote last, in CloudWatch Logs: for the message of a failure.
#pragma once
#include "providers/aws/aws_type.h"

namespace infra::aws {

// "; the end of its log:\n…" or "; it wrote nothing", of the first container of a stopped task that failed. Empty if
// none did, if its log goes elsewhere, or if it may not be read.
std::string last_words_of_task(Account& account, const Value& task);

// Of one task, and of one of a service's tasks (Type::last_words).
std::string last_words_of_run(Account& account, const Known& run);
std::string last_words_of_service(Account& account, const Known& service);

}  // namespace infra::aws
