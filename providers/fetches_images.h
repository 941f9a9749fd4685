// What a Provider may be beside Provider: one whose tasks need images on the machine where they run. Before a
// deployment touches anything they are brought there, for what can't be brought must cost no copy that runs.
#pragma once
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "providers/provider.h"

namespace infra {

class FetchesImages {
 public:
  virtual ~FetchesImages() = default;
  // Sees to it that each of these tasks finds its images where it is to run; what is there already costs a question. A
  // node that doesn't answer is no failure: the task's own creation tells. `progress` is called from several threads.
  virtual Result<Ok> fetch_images(const std::vector<CreateRequest>& tasks, const Cancel& cancel,
                                  const Progress& progress) = 0;
};

}  // namespace infra
