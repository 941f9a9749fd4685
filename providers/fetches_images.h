// What a Provider may be beside Provider: one whose objects need images on the machine where they run. Before a
// deployment touches anything, or a load balancer makes way for its replacement, they are brought there: what can't be
// brought must cost nothing that runs.
#pragma once
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "providers/provider.h"

namespace infra {

class FetchesImages {
 public:
  virtual ~FetchesImages() = default;
  // Sees to it that each of these finds its images where it is to run; what is there already costs a question. A
  // node that doesn't answer is no failure: the object's own creation tells. `progress` is called from several threads.
  virtual Result<Ok> fetch_images(const std::vector<CreateRequest>& objects, const Cancel& cancel,
                                  const Progress& progress) = 0;
};

}  // namespace infra
