// A node has each of its ports once, and an imported stack has one node until somebody gives it more: of all copies of
// all services one can have a port of the node. Who asks first gets it.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace infra::importing {

struct NodePort {
  std::int64_t number = 0;
  std::string protocol;  // tcp or udp
};

std::string copies_text(std::int64_t copies);  // "1 copy", "3 copies"

// How many copies can run, and why not as many as wanted.
struct Seats {
  std::int64_t copies = 0;
  std::string why;  // empty: as wanted
};

class NodePorts {
 public:
  // Gives a port to `who`, of whom so many copies run. Why that can't be, or nothing.
  std::string refuse(const NodePort& port, const std::string& who, std::int64_t copies);
  // For copies that can't do without these ports, because they have no others (network mode host).
  Seats seat(const std::vector<NodePort>& ports, const std::string& who, std::int64_t copies);

 private:
  [[nodiscard]] std::string taken(const NodePort& port) const;
  void take(const NodePort& port, const std::string& who);
  std::map<std::pair<std::string, std::int64_t>, std::string> holders_;
};

}  // namespace infra::importing
