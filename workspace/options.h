// What a run was asked to do, wherever that was said: a command line, a test, an editor.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/secrets/redactor.h"
#include "compiler/compile.h"

namespace infra {

struct LookOptions {
  bool json = false;
  bool no_color = false;
  // What the run learns of secrets, shared by all that a command prints through.
  std::shared_ptr<Redactor> redactor = std::make_shared<Redactor>();
};

// Where a stack is, and the values of its params.
struct StackOptions {
  LookOptions look;
  std::string folder = ".";
  std::string env;                  // of the stack's environments; empty: INFRA_ENV
  ChosenEnvironment environment{};  // what choose_environment() made of it; values and state are then its own, too
  std::vector<std::string> set;     // "k=v"
  std::vector<std::string> values;  // files
  std::vector<std::string> secret;  // "k=env:NAME|file:PATH|-"
  std::string state;                // empty: FOLDER/.infra/state.db
  bool state_exists = false;        // `state` names one that must be there: only an apply makes a new one
};

// What a run covers, and how.
struct RunOptions {
  std::vector<std::string> targets;
  std::vector<std::string> replace;
  std::vector<std::string> exclude;
  bool refresh_only = false;
  int parallelism = 10;
  bool detail = false;
  std::chrono::milliseconds lock_timeout{0};  // how long to wait for others who change the same
};

}  // namespace infra
