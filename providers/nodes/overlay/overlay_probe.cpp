#include "providers/nodes/overlay/overlay_probe.h"

#include <fmt/format.h>

#include <sstream>

#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/overlay/slow_agent.h"
#include "providers/nodes/overlay/unheard.h"
#include "providers/nodes/pause/pause_image.h"
#include "providers/nodes/tasks/output_frames.h"

namespace infra::nodes::overlay {

namespace {

constexpr const char* kLabel = "infra.probe";
constexpr int kPacket = 1450;  // what an overlay carries at most, as Docker makes it
constexpr int kHeaders = 28;   // IP and UDP
constexpr std::chrono::milliseconds kListen{3000};

std::string filters(const Ownership& owner) {
  return "filters=" + http::url_encoded(fmt::format(R"({{"label":["{}={}"]}})", kLabel, owner.lineage));
}

// One of a node, in the probe's network.
struct Prober {
  Member* member = nullptr;
  std::string container;
  std::string address;  // in the network
  std::set<std::string> peers;
  std::map<std::string, std::string> heard;  // by address: "full"
};

class Probe {
 public:
  Probe(const Nodes& nodes, Members& members, std::string name)
      : nodes_(nodes), members_(members), name_("infra-probe-" + std::move(name)) {
    for (auto* member : members.answering()) {
      if (member->joined) probers_.push_back({.member = member});
    }
  }

  Result<Ok> run() {
    if (probers_.size() < 2) return Ok{};
    say("connecting the nodes to a network for a probe");
    remove_probes(nodes_, members_);
    auto found = listen();
    remove_probes(nodes_, members_);
    return found;
  }

 private:
  void say(const char* text) const {
    if (nodes_.progress) nodes_.progress(text);
  }

  Result<Ok> listen() {
    if (auto made = make_network(); !made) return made;
    if (auto up = each([&](Prober& prober) { return start(prober); }); !up) return up;
    say("sending packets between the nodes");
    if (auto heard = each([&](Prober& prober) { return hear(prober); }); !heard) return heard;
    if (auto known = each([&](Prober& prober) { return look_at_peers(prober); }); !known) return known;
    auto fault = unheard(findings(), kPacket);
    if (fault) say(("found a way that is closed: " + fault->message).c_str());
    if (fault) return *std::move(fault);
    return Ok{};
  }

  template <class Act>
  Result<Ok> each(Act act) {
    std::vector<Member*> on;
    for (auto& prober : probers_) on.push_back(prober.member);
    return on_each(on, [&](Member& member) -> Result<Ok> {
      for (auto& prober : probers_) {
        if (prober.member == &member) return act(prober);
      }
      return Ok{};
    });
  }

  [[nodiscard]] Map labels() const { return Map(std::vector<Entry>{{kLabel, nodes_.owner.lineage}}); }

  Result<Ok> make_network() {
    auto& manager = *members_.manager->engine;
    const Value body = Map({{"Name", name_}, {"Driver", "overlay"}, {"Attachable", true}, {"Labels", labels()}});
    auto made = manager.post("/networks/create", body, shapes::made(), {.cancel = &nodes_.cancel});
    if (!made) return std::move(made).error();
    if (!made->ok()) return manager.refused(*made, "make a network over several nodes");
    network_ = text_of(made->body["Id"]);
    return Ok{};
  }

  Result<Ok> start(Prober& prober) {
    const auto context = nodes_.on(*prober.member->engine);
    auto image = ensure_pause_image(context);
    if (!image) return std::move(image).error();
    const Value endpoints = Map(std::vector<Entry>{{network_, Map()}});
    const Value body = Map({{"Image", *image},
                            {"Labels", labels()},
                            {"HostConfig", Map(std::vector<Entry>{{"NetworkMode", network_}})},
                            {"NetworkingConfig", Map(std::vector<Entry>{{"EndpointsConfig", endpoints}})}});
    auto made =
        context.engine.post("/containers/create?name=" + name_, body, shapes::made(), {.cancel = &nodes_.cancel});
    if (!made) return std::move(made).error();
    if (!made->ok()) return context.engine.refused(*made, "make a container");
    prober.container = text_of(made->body["Id"]);
    auto started = ask_slow_agent(context, [&] {
      return context.engine.post(fmt::format("/containers/{}/start", prober.container), {.cancel = &nodes_.cancel});
    });
    if (!started) return std::move(started).error();
    if (!started->ok()) return not_connected(context.engine, started->message);
    return find_address(context.engine, prober);
  }

  static Error not_connected(const Engine& engine, const std::string& words) {
    return {.code = "E0619",
            .message = fmt::format("node `{}` can't connect a container to a network over several nodes: {}",
                                   engine.node(), words),
            .help = "its kernel needs VXLAN (modprobe vxlan); the engine's log has more (journalctl -u docker)"};
  }

  static Result<Ok> find_address(Engine& engine, Prober& prober) {
    auto reply = engine.get(fmt::format("/containers/{}/json", prober.container), shapes::container());
    if (!reply) return std::move(reply).error();
    if (!reply->ok()) return engine.refused(*reply, "show a container");
    const auto* networks = reply->body["NetworkSettings"]["Networks"].map();
    if (networks != nullptr && !networks->empty()) prober.address = text_of(networks->begin()->second["IPAddress"]);
    if (prober.address.empty()) return not_connected(engine, "it has no address there");
    return Ok{};
  }

  Result<Ok> hear(Prober& prober) {
    auto& engine = *prober.member->engine;
    List words({"/pause", "probe", std::to_string(kPacket - kHeaders), std::to_string(kListen.count())});
    for (const auto& other : probers_) {
      if (&other != &prober) words.emplace_back(other.address);
    }
    const Value wanted = Map({{"AttachStdout", true}, {"Cmd", std::move(words)}});
    auto made = engine.post(fmt::format("/containers/{}/exec", prober.container), wanted, shapes::made());
    if (!made) return std::move(made).error();
    if (!made->ok()) return engine.refused(*made, "run a program in a container");
    http::Request start{.method = "POST", .path = fmt::format("/exec/{}/start", text_of(made->body["Id"]))};
    start.headers.emplace_back("Content-Type: application/json");
    start.body = R"({"Detach":false,"Tty":false})";
    auto reply = engine.raw(std::move(start), {.timeout = std::chrono::seconds(30)});
    if (!reply) return std::move(reply).error();
    if (!reply->ok()) return engine.refused(*reply, "run a program in a container");
    std::istringstream lines(without_frames(reply->text));
    for (std::string address, what; lines >> address >> what;) prober.heard[address] = what;
    return Ok{};
  }

  Result<Ok> look_at_peers(Prober& prober) const {
    auto reply = prober.member->engine->get("/networks/" + network_, shapes::network());
    if (!reply) return std::move(reply).error();
    const auto* peers = reply->ok() ? reply->body["Peers"].list() : nullptr;
    if (peers == nullptr) return Ok{};
    for (const auto& peer : *peers) prober.peers.insert(text_of(peer["IP"]));
    return Ok{};
  }

  [[nodiscard]] std::vector<ProbedNode> findings() const {
    std::vector<ProbedNode> out;
    for (const auto& prober : probers_) {
      ProbedNode one{.node = prober.member->node, .address = prober.member->address, .peers = prober.peers};
      for (const auto& other : probers_) {
        const auto heard = prober.heard.find(other.address);
        if (heard != prober.heard.end()) one.heard[other.member->node] = heard->second;
      }
      out.push_back(std::move(one));
    }
    return out;
  }

  const Nodes& nodes_;
  Members& members_;
  std::string name_;
  std::string network_;
  std::vector<Prober> probers_;
};

void remove_probers(const Nodes& nodes, Engine& engine) {
  std::vector<std::string> ids;
  static_cast<void>(engine.list("/containers/json?all=1&" + filters(nodes.owner), shapes::listed_container(),
                                [&](const Value& entry) { ids.push_back(text_of(entry["Id"])); }));
  for (const auto& id : ids) static_cast<void>(engine.remove(fmt::format("/containers/{}?force=1", id)));
  if (!ids.empty()) static_cast<void>(remove_pause_image(nodes.on(engine)));
}

}  // namespace

Result<Ok> probe(const Nodes& nodes, Members& members, const std::string& name) {
  return Probe(nodes, members, name).run();
}

void remove_probes(const Nodes& nodes, const Members& members) {
  std::vector<Member*> all;
  auto copy = members.all;
  for (auto& member : copy) {
    if (member.membership) all.push_back(&member);
  }
  static_cast<void>(on_each(all, [&](Member& member) -> Result<Ok> {
    remove_probers(nodes, *member.engine);
    return Ok{};
  }));
  if (members.manager == nullptr) return;
  auto& manager = *members.manager->engine;
  std::vector<std::string> ids;
  static_cast<void>(manager.list("/networks?" + filters(nodes.owner), shapes::listed_network(),
                                 [&](const Value& network) { ids.push_back(text_of(network["Id"])); }));
  for (const auto& id : ids) static_cast<void>(manager.remove("/networks/" + id));
}

}  // namespace infra::nodes::overlay
