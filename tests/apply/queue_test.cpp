#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "apply/execute/bounded_queue.h"

namespace infra::test {

using namespace std::chrono_literals;

TEST_CASE("a queue gives everything in order, and all that is there at once") {
  BoundedQueue<int> queue(8);
  for (int i = 0; i < 5; ++i) CHECK(queue.push(i));
  CHECK(queue.pop() == 0);
  CHECK(queue.drain(0ms) == std::vector<int>{1, 2, 3, 4});
  CHECK(queue.drain(1ms).empty());
}

TEST_CASE("a full queue makes its writers wait, and loses only what may be lost") {
  BoundedQueue<int> queue(1);
  CHECK(queue.push(1));
  CHECK_FALSE(queue.try_push(2));
  std::atomic<bool> written{false};
  {
    std::jthread writer([&] {
      queue.push(3);
      written = true;
    });
    std::this_thread::sleep_for(10ms);
    CHECK_FALSE(written);
    CHECK(queue.pop() == 1);
  }
  CHECK(written);
  CHECK(queue.pop() == 3);
}

TEST_CASE("closing a queue frees everybody who waits") {
  BoundedQueue<int> empty(1), full(1);
  CHECK(full.push(1));
  std::atomic<int> freed{0};  // Catch's assertions are for one thread only
  {
    std::jthread reader([&] { freed += empty.pop().has_value() ? 0 : 1; });
    std::jthread writer([&] { freed += full.push(2) ? 0 : 1; });
    std::this_thread::sleep_for(5ms);
    empty.close();
    full.close();
  }
  CHECK(freed == 2);
}

TEST_CASE("many writers and readers lose nothing") {
  BoundedQueue<int> queue(4);
  std::atomic<int> sum{0};
  std::atomic<int> taken{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
        while (auto item = queue.pop()) {
          sum += *item;
          if (++taken == 600) queue.close();
        }
      });
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) queue.push(1);
      });
    }
  }
  CHECK(sum == 600);
}

}  // namespace infra::test
