#include "apply/prepare/second_core.h"

#include <future>
#include <memory>
#include <thread>

namespace infra {

Aside second_core() {
  if (std::thread::hardware_concurrency() < 2) return nullptr;
  return [](std::function<void()> work) -> std::function<void()> {
    auto done = std::make_shared<std::future<void>>(std::async(std::launch::async, std::move(work)));
    return [done] { done->get(); };
  };
}

}  // namespace infra
