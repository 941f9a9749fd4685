// Expressions inside each other, over lets and functions: the machine's stack is finite, and no file may exhaust it.
#pragma once

namespace infra {

inline constexpr int kMostNesting = 2'000;

// Counts a level for as long as it lives.
class Deeper {
 public:
  explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
  ~Deeper() { --depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  int& depth_;
};

}  // namespace infra
