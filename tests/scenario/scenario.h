// Scripts over a model world: a line "> command" and below it what it prints.
//
//   declare ADDRESS [TYPE] [needs=A,B] [options=protect,keep,create_first,destroy_first] [ignore=X] [moved_from=A]
//       NAME=VALUE…
//       VALUE: a number, true, "text", secret:TEXT, @owner.attribute or $name@owner.attribute ("name-" + it)
//   remove ADDRESS | output NAME=VALUE | remove_output NAME | platform NAME | move ADDRESS PLATFORM
//   gone PART | stop PART [WHY…] | pend PART [WHY…] | edit PART ATTRIBUTE… | stray PART TYPE | unrecord PART | gives
//   PART OUTPUT=VALUE unreachable PLACE PART… | answer plan [detail] [wide] [destroy] [refresh] [replace=A,B]
//   [exclude=A,B] [TARGET…] | steps … | json … | apply [fail=PART] [reverse] [destroy] [TARGET…] | world
#pragma once
#include <string>
#include <vector>

#include "tests/planner/toy_stack.h"

namespace infra::test {

class Scenario {
 public:
  // Runs the commands of a script; returns it with the output that they have now.
  std::string run(const std::string& script);

 private:
  using Words = std::vector<std::string>;
  std::string command(const std::string& line);
  std::string declare(const Words& words);
  std::string output(const Words& words);
  std::string disturb(const Words& words);
  std::string unreachable(const Words& words);
  std::string plan(const Words& words);
  std::string apply(const Words& words);

  ToyStack stack_;
  ModelWorld world_;
};

}  // namespace infra::test
