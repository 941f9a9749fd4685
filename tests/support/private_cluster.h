// A real API server of the test's own (tests/kubernetes/world). Needs the programs that tools/kubernetes builds.
#pragma once
#include <map>
#include <string>

#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace infra::testing {

class PrivateCluster {
 public:
  // What makes pods run: nobody; controllers without nodes; nodes that pretend (tests/kubernetes/world/pretend.py).
  enum Pods { none, controllers, pretended };
  // Ends the program with 77 ("Skipped") where the programs are missing.
  explicit PrivateCluster(Pods pods = none);
  // Pods run, on a dockerd that answers there ("unix:///…").
  explicit PrivateCluster(const std::string& engine);

  [[nodiscard]] std::string folder() const { return folder_.path(); }
  [[nodiscard]] std::string kubeconfig() const { return folder_ / "kubeconfig"; }
  // What the proxy of the context `faults` shall do; see tests/kubernetes/world/kube_faults.py.
  void set_faults(const std::string& lines) const;
  // Requests that went by way of the proxy.
  [[nodiscard]] std::string asked() const;
  // Whoever `url` says a bearer token belongs to may do everything (a TokenReview webhook). The API server starts anew.
  void ask_about_tokens(const std::string& url);
  // Ends the API server, which is started again after two seconds; returns while it is away.
  void stop_server();
  void await_server();
  RunResult kubectl(std::vector<std::string> arguments, const std::string& input = {}) const;
  [[nodiscard]] std::map<std::string, std::string> environment() const;

 private:
  void start(const std::vector<std::string>& arguments);
  // Until kube_world.py has said that line so many times.
  void await(const std::string& line, int times);
  [[nodiscard]] std::string log() const;
  int restarts_ = 0;
  TempFolder folder_;
  Process process_;
};

}  // namespace infra::testing
