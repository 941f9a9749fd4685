#include "apply/prepare/second_core.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

namespace infra {
namespace {

// One thread for the life of the process: an editor asks at each keystroke, and to end a thread with its share of the
// heap takes longer than to check a small stack.
class Worker {
 public:
  Worker() {
    try {
      std::thread([this] { run(); }).detach();
      works_ = true;
    } catch (const std::system_error&) {  // a limit on threads: whoever asks does it all
    }
  }
  [[nodiscard]] bool works() const { return works_; }

  // Work that nobody has begun when its end is awaited is done by who waits.
  std::function<void()> begin(std::function<void()> work) {
    auto job = std::make_shared<Job>(std::move(work));
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(job);
    }
    wake_.notify_one();
    return [this, job] {
      if (take_back(job)) (*job)();
      job->get_future().get();
    };
  }

 private:
  using Job = std::packaged_task<void()>;

  bool take_back(const std::shared_ptr<Job>& job) {
    const std::lock_guard lock(mutex_);
    return std::erase(waiting_, job) != 0;
  }

  [[noreturn]] void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return !waiting_.empty(); });
      auto job = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      (*job)();
    }
  }

  bool works_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> waiting_;
};

// Never destroyed: its thread waits until the process ends.
Worker& worker() {
  static auto& one = *new Worker;
  return one;
}

}  // namespace

Aside second_core() {
  if (std::thread::hardware_concurrency() < 2 || !worker().works()) return nullptr;
  return [](std::function<void()> work) { return worker().begin(std::move(work)); };
}

}  // namespace infra
