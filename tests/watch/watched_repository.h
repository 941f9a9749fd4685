// A stack in a repository made on the spot, watched by a thread of the test on the simulator.
#pragma once
#include <functional>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "providers/simulator/world.h"
#include "state/places/sqlite_store.h"
#include "tests/support/git_repository.h"
#include "watch/watch.h"

namespace infra {

// The lines of the text form, readable while the watch goes on.
class Lines : public WatchSink {
 public:
  void on(const WatchEvent& event) override;
  void relay(std::string_view lines) override;
  [[nodiscard]] std::unique_ptr<WatchSink> like_this(std::ostream& out) const override { return make_watch_text(out); }
  [[nodiscard]] std::string text() const;
  // How often a line with this in it was told.
  [[nodiscard]] int count(std::string_view part) const;

 private:
  mutable std::mutex mutex_;
  std::ostringstream out_;
  std::unique_ptr<WatchSink> sink_ = make_watch_text(out_);
};

struct Shape {
  std::string image = "web:1";
  std::string log = "info";
  int copies = 2;
  std::string simulator;  // further attributes of the platform
  std::string extra;      // further text of the file
};

class Watched {
 public:
  Watched();
  ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  // The text of a stack: `copies` containers of one service.
  [[nodiscard]] std::string stack(const Shape& shape) const;
  std::string push(const Shape& shape, const std::string& message);

  [[nodiscard]] WatchOptions options() const;
  // With the state's file in `home`, until stop(); each store is opened as the command line does.
  void start(WatchOptions options);
  Result<WatchEnd> once();
  WatchEnd stop();
  // Waits, at most ten seconds, until it holds.
  [[nodiscard]] bool until(const std::function<bool()>& holds) const;

  // "service.web web:1 info" for each task, sorted.
  [[nodiscard]] std::vector<std::string> containers() const;
  [[nodiscard]] std::vector<std::string> ids() const;
  [[nodiscard]] Snapshot state() const;
  [[nodiscard]] std::size_t recorded() const;                      // tasks
  [[nodiscard]] bool remove_by_hand(const std::string& id) const;  // a container
  [[nodiscard]] Result<std::unique_ptr<Store>> open_store() const;

  TemporaryFolder folder;
  Repository repository{folder / "shop"};
  Lines lines;
  Cancel cancel;

 private:
  Result<WatchEnd> run(const WatchOptions& options);
  [[nodiscard]] std::vector<simulator::WorldObject> objects() const;
  std::optional<Result<WatchEnd>> end_;
  std::jthread thread_;
};

}  // namespace infra
