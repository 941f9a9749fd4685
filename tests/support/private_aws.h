// A world of the test's own that speaks as AWS does (tests/aws/world), on a free port of 127.0.0.1. Needs Python with
// moto, which is no Debian package: pip install 'moto[server]'.
#pragma once
#include <map>
#include <string>

#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace infra::testing {

// Ends the program with 77 ("Skipped") where moto is missing.
void need_moto();

class PrivateAws {
 public:
  // `speed`: how many of its seconds pass in one of ours. `registry`: "localhost:5001", where images of its ECR lie;
  // empty: nothing can be pushed. `cluster`: the folder of a PrivateCluster, which all clusters of its EKS lead to.
  explicit PrivateAws(int speed = 60, const std::string& registry = {}, const std::string& cluster = {});

  [[nodiscard]] std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // What the program under test must be told: credentials, region, endpoint, the pace of its waits.
  [[nodiscard]] std::map<std::string, std::string> environment() const;
  // What it has printed, for messages.
  [[nodiscard]] std::string log() const;

 private:
  TempFolder folder_;
  int speed_;
  int port_ = 0;
  Process process_;
};

}  // namespace infra::testing
