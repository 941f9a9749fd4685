// Live of container engines.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "providers/live.h"
#include "providers/nodes/engine.h"
#include "providers/nodes/kept.h"

namespace infra::nodes {

class NodesLive : public Live {
 public:
  // All outlive it.
  NodesLive(const std::map<std::string, std::unique_ptr<Engine>>& engines, const ConnectContext& context,
            const Kept& kept)
      : engines_(engines), context_(context), kept_(kept) {}

  Result<Listed> containers() override;
  Result<Listed> balancers() override;
  Result<Ok> logs(const LiveContainer& of, const LogQuery& query, const TakeLine& take, const Cancel& cancel) override;
  Result<int> exec(const LiveContainer& in, const ExecRequest& request, const ExecStreams& streams,
                   const Cancel& cancel) override;
  [[nodiscard]] bool runs_commands_of(std::string_view type) const override;
  Result<int> run(const RunRequest& request, const ExecStreams& streams, const Cancel& cancel) override;
  Result<Ok> events(const EventQuery& query, const TakeEvent& take, const Cancel& cancel) override;
  Result<std::vector<Usage>> usage(const std::vector<LiveContainer>& of) override;
  Result<std::vector<ServedRequests>> requests() override;

 private:
  using Reader = std::function<std::optional<LiveContainer>(const Value& entry, const std::string& node)>;
  // Of all nodes at once.
  [[nodiscard]] Listed list(const Reader& read) const;
  Result<Engine*> engine_of(const LiveContainer& container) const;
  const std::map<std::string, std::unique_ptr<Engine>>& engines_;
  const ConnectContext& context_;
  const Kept& kept_;
};

}  // namespace infra::nodes
