// The images of tasks, brought to their nodes before anything of these tasks is made.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "providers/nodes/context.h"

namespace infra::nodes {

// Each image once on each node, all at the same time; all are waited for, also when one fails. The tasks' inputs hold
// their credentials. See FetchesImages.
Result<Ok> fetch_images(const std::map<std::string, std::unique_ptr<Engine>>& engines, const Ownership& owner,
                        const std::vector<CreateRequest>& tasks, const Cancel& cancel, const Progress& progress);

}  // namespace infra::nodes
