#include "providers/nodes/balancer/load_balancers.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/text/units.h"
#include "providers/nodes/archive.h"
#include "providers/nodes/balancer/balancer_container.h"
#include "providers/nodes/balancer/balancers_seen.h"
#include "providers/nodes/balancer/haproxy_config.h"
#include "providers/nodes/balancer/kept_routes.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/images/image_pull.h"
#include "providers/nodes/labels.h"
#include "providers/nodes/tasks/container_entries.h"
#include "providers/nodes/tasks/container_list.h"
#include "providers/nodes/tasks/container_spec.h"
#include "providers/nodes/tasks/containers.h"
#include "providers/nodes/tasks/output_frames.h"

namespace infra::nodes::balancer {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kPatience = std::chrono::seconds(20);
constexpr auto kPollAnswer = std::chrono::milliseconds(100);

// An ending load balancer has this long for the requests that it has begun.
constexpr Duration kEndGrace{10'000};

std::string file_path(std::string_view name) { return fmt::format("{}/{}", kHome + 1, name); }

// An engine tells it only where it was stated; else it is the first address of the network.
std::string gateway_of(const Value& network) {
  const auto* configs = network["IPAM"]["Config"].list();
  if (configs == nullptr || configs->empty()) return {};
  const auto stated = text_of(configs->front()["Gateway"]);
  if (!stated.empty()) return stated.substr(0, stated.find('/'));
  const auto cidr = parse_cidr(text_of(configs->front()["Subnet"]), true);
  const auto first = cidr ? host(*cidr, 1) : std::nullopt;
  return first ? format_ip(*first) : std::string();
}

// The gateways of networks: only what is in them reaches those.
Result<std::vector<std::string>> addresses_of(const Context& context, const Value& inputs) {
  std::vector<std::string> out;
  const auto* networks = inputs["networks"].list();
  if (networks == nullptr) return out;
  for (const auto& id : *networks) {
    auto reply = context.engine.get("/networks/" + text_of(id), shapes::network());
    if (!reply) return std::move(reply).error();
    if (!reply->ok()) return context.engine.refused(*reply, "show a network");
    const auto gateway = gateway_of(reply->body);
    if (gateway.empty()) {
      return Error{.code = "E0616",
                   .message = fmt::format("the network {} on node `{}` has no gateway that a load balancer could use",
                                          text_of(reply->body["Name"]), context.engine.node()),
                   .help = "leave `internal` out, or make the network anew"};
    }
    out.push_back(gateway);
  }
  return out;
}

Result<Ok> put_files(const Context& context, const std::string& id, const std::vector<ArchiveFile>& files) {
  return put_archive(context, id, files, "put the configuration into a load balancer");
}

std::vector<ArchiveFile> certificate_files(const Value& inputs) {
  std::vector<ArchiveFile> out;
  if (const auto* all = inputs["certificates"].map()) {
    for (const auto& [listener, pem] : *all) {
      out.push_back({.path = certificate_path(listener).substr(1), .content = text_of(pem), .mode = 0600});
    }
  }
  return out;
}

// As HAProxy finds it when it starts.
std::vector<ArchiveFile> configuration_files(const std::vector<Part>& parts) {
  const auto merged = merge(parts);
  std::vector<ArchiveFile> out = {{.path = file_path("haproxy.cfg"), .content = merged.configuration},
                                  {.path = file_path("backends"), .content = merged.table},
                                  {.path = file_path("generation"), .content = "1"},
                                  {.path = file_path("parts/"), .content = {}, .mode = 0755}};
  for (const auto& part : parts) out.push_back({.path = file_path("parts/" + part.name), .content = part.text});
  return out;
}

bool has_listener_with_acme(const Value& inputs, const std::string& name) {
  const auto* listeners = inputs["listeners"].list();
  return listeners != nullptr && std::any_of(listeners->begin(), listeners->end(), [&](const Value& listener) {
           return text_of(listener["name"]) == name && listener["hosts"].list() != nullptr;
         });
}

// Of listeners whose certificates an authority gives, but for those that had one `before`.
std::vector<ArchiveFile> first_certificates(const Address& balancer, const Value& inputs, const Value& before,
                                            const Kept& kept) {
  std::vector<ArchiveFile> out;
  for (const auto& listener : inputs["listeners"].list() != nullptr ? *inputs["listeners"].list() : List()) {
    const auto name = text_of(listener["name"]);
    if (listener["hosts"].list() == nullptr || has_listener_with_acme(before, name)) continue;
    out.push_back({.path = certificate_path(name).substr(1),
                   .content = first_certificate(balancer, listener, kept),
                   .mode = 0600});
  }
  return out;
}

std::vector<ArchiveFile> first_files(const Value& inputs, const std::vector<Part>& parts) {
  std::vector<ArchiveFile> out = {{.path = file_path(""), .content = {}, .mode = 0755},
                                  {.path = file_path("run/"), .content = {}, .mode = 0700},
                                  {.path = file_path("state/"), .content = {}, .mode = 0755},
                                  {.path = file_path("certificates/"), .content = {}, .mode = 0700},
                                  {.path = file_path("state/servers"), .content = "1\n"}};
  for (auto& file : configuration_files(parts)) out.push_back(std::move(file));
  for (auto& file : certificate_files(inputs)) out.push_back(std::move(file));
  return out;
}

std::string log_of(const Context& context, const std::string& id) {
  auto reply = context.engine.raw(fmt::format("/containers/{}/logs?stdout=1&stderr=1&tail=20", id),
                                  {.timeout = std::chrono::seconds(10)});
  if (!reply || !reply->ok()) return {};
  auto text = without_frames(reply->text);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

// "80" of "cannot bind socket (Address already in use) [0.0.0.0:80]"
std::string taken_port(const std::string& log) {
  const auto said = log.find("Address already in use");
  const auto open = said != std::string::npos ? log.find('[', said) : std::string::npos;
  const auto close = open != std::string::npos ? log.find(']', open) : std::string::npos;
  if (close == std::string::npos) return {};
  const auto colon = log.rfind(':', close);
  return log.substr(colon + 1, close - colon - 1);
}

Error doesnt_run(const Context& context, const std::string& id) {
  const auto log = log_of(context, id);
  if (const auto port = taken_port(log); !port.empty()) {
    return {.code = "E0606",
            .message = fmt::format("port {} is taken on node `{}`, so a load balancer can't listen on it", port,
                                   context.engine.node()),
            .help = fmt::format("free it (ss -ltnp 'sport = {}' shows who has it), or give the listener another port",
                                port)};
  }
  return {.code = "E0616",
          .message = fmt::format("the load balancer on node `{}` doesn't run; {}", context.engine.node(),
                                 log.empty() ? "it wrote nothing" : "the end of its log:\n" + log),
          .help = "its image needs haproxy 2.6 or newer, and perl"};
}

// Until it answers; it has ended, and its engine starts it again and again, if it can't listen.
Result<Ok> wait_until_it_answers(const Context& context, const std::string& id) {
  const auto until = Clock::now() + kPatience;
  for (;;) {
    auto reply = context.engine.get(fmt::format("/containers/{}/json", id), shapes::container());
    if (!reply) return std::move(reply).error();
    if (!reply->ok()) return context.engine.refused(*reply, "show a container");
    const bool restarted = number_of(reply->body["RestartCount"]) > 0 || is_true(reply->body["State"]["Restarting"]);
    if (restarted || !is_true(reply->body["State"]["Running"])) return doesnt_run(context, id);
    auto picture = look_at(context.engine, id, kOwnPart);
    if (picture) return Ok{};
    if (mentions(picture.error().message, {"perl", "executable file not found"})) return std::move(picture).error();
    if (context.cancel.aborting()) return Error{.code = "E0703", .message = "stopped while a load balancer started"};
    if (Clock::now() >= until) return std::move(picture).error();
    std::this_thread::sleep_for(kPollAnswer);
  }
}

Part part_of(const Context& context, const CreateRequest& request, const std::vector<std::string>& addresses) {
  return {.name = kOwnPart, .text = own_part(context.owner, request.address, request.inputs, addresses)};
}

Balancer balancer_at(const Context& context, const std::string& id, const CreateRequest& request) {
  return {.engine = &context.engine,
          .container = id,
          .name = request.address.owner().text(),
          .running = true,
          .object = id,
          .part = kOwnPart,
          .inside = !text_of(request.inputs["alias"]).empty()};
}

std::string address_of(const CreateRequest& request, const std::vector<std::string>& addresses,
                       const std::string& host) {
  auto alias = text_of(request.inputs["alias"]);
  return !alias.empty() ? alias : !addresses.empty() ? addresses.front() : host;
}

ObjectResult result_of(const std::string& id, const std::string& address) {
  return {.id = id, .outputs = Map({{"id", id}, {"address", address}})};
}

Result<Ok> bring_up(const Context& context, const std::string& id, const CreateRequest& request,
                    const std::vector<std::string>& addresses, const Fleet& fleet, const Kept& kept) {
  const auto foreign = routes_through(fleet.engines(), identity_of(context.owner, request.address));
  std::vector<Part> parts = {part_of(context, request, addresses)};
  for (const auto& one : foreign) parts.push_back({.name = one.token, .text = one.part});
  auto files = first_files(request.inputs, parts);
  for (auto& file : first_certificates(request.address.owner(), request.inputs, {}, kept))
    files.push_back(std::move(file));
  if (auto put = put_files(context, id, files); !put) return put;
  if (auto joined = join_networks(context, id, request); !joined) return joined;
  if (auto started = start_container(context, id, request); !started) {
    auto error = std::move(started).error();
    if (error.code != "E0608") return error;
    return Error{.code = "E0616",
                 .message = fmt::format("the image {} of a load balancer can't run haproxy on node `{}`: {}",
                                        text_of(request.inputs["image"]), context.engine.node(), error.message),
                 .help = "it needs haproxy 2.6 or newer, and perl; any made from Debian's package has both"};
  }
  context.say("waiting until it answers");
  if (auto up = wait_until_it_answers(context, id); !up) return up;
  auto balancer = balancer_at(context, id, request);
  auto aligned = fleet.align(balancer);
  // Other stacks' tasks, too. Those that aren't found from here come with the next look of their stack.
  for (const auto& one : foreign) {
    balancer.object = balancer.part = one.token;
    static_cast<void>(fleet.of(one.owner).align(balancer));
  }
  return aligned;
}

}  // namespace

Result<std::vector<ObservedObject>> list_load_balancers(Engine& engine, const Ownership& owner,
                                                        const std::string& host) {
  std::vector<ObservedObject> out;
  auto reply = list_entries(engine, "all=1&" + filters_for(owner, "load_balancer"), [&](const Value& entry) {
    auto ours = read_labels(entry["Labels"], owner, "load_balancer");
    if (!ours) return;
    const auto id = text_of(entry["Id"]);
    const BalancerSeen seen{.gateway = text_of(entry["Labels"][kGatewayLabel]),
                            .alias = text_of(entry["Labels"][kAliasLabel])};
    out.push_back({.address = std::move(ours->address),
                   .type = "load_balancer",
                   .id = id,
                   .token = std::move(ours->token),
                   .spec_hash = std::move(ours->spec_hash),
                   .health = judge(text_of(entry["State"]), text_of(entry["Status"]), ""),
                   .outputs = Map({{"id", id}, {"address", seen.at(host)}})});
  });
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return engine.refused(*reply, "list its load balancers");
  return out;
}

Result<ObjectResult> create_load_balancer(const Context& context, const CreateRequest& request, const Fleet& fleet,
                                          const Kept& kept, const std::string& host) {
  const auto image = text_of(request.inputs["image"]);
  if (auto there = ensure_image(context, image, {}); !there) return std::move(there).error();
  auto addresses = addresses_of(context, request.inputs);
  if (!addresses) return std::move(addresses).error();
  if (context.cancel.aborting()) return Error{.code = "E0703", .message = "stopped before creating a load balancer"};
  auto quirks = context.engine.quirks();
  if (!quirks) return std::move(quirks).error();
  auto body = *body_of(context, request, quirks->keeps_running).map();
  if (!addresses->empty()) {
    auto labels = *body["Labels"].map();
    labels.set(kGatewayLabel, addresses->front());
    body.set("Labels", std::move(labels));
  }
  const auto name = container_name(request);
  context.say("creating " + name);
  auto reply = context.engine.post("/containers/create?name=" + http::url_encoded(name), body, shapes::made(),
                                   {.timeout = std::chrono::minutes(2), .cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, "create the container " + name);
  const auto id = text_of(reply->body["Id"]);
  if (auto up = bring_up(context, id, request, *addresses, fleet, kept); !up) {
    auto error = std::move(up).error();
    if (auto removed = remove_container(context, id); !removed) {
      return std::move(error).during(fmt::format("removing it again, which failed: {}", removed.error().line()));
    }
    return error;
  }
  return result_of(id, address_of(request, *addresses, host));
}

namespace {

Result<Ok> set_certificates(const Context& context, const std::string& id, const Value& inputs) {
  std::vector<std::string> commands;
  if (const auto* all = inputs["certificates"].map()) {
    for (const auto& [listener, pem] : *all) commands.push_back("@certificate " + certificate_path(listener));
  }
  auto answers = ask(context.engine, id, commands);
  if (!answers) return std::move(answers).error();
  for (std::size_t i = 0; i < answers->size(); ++i) {
    if ((*answers)[i] == "ok") continue;
    return Error{.code = "E0616",
                 .message = fmt::format("HAProxy doesn't take the certificate of listener {} on node `{}`: {}",
                                        inputs["certificates"].map()->begin()[static_cast<std::ptrdiff_t>(i)].first,
                                        context.engine.node(), (*answers)[i]),
                 .help = "it has to be the certificate, those that signed it, and its private key, as PEM"};
  }
  return Ok{};
}

}  // namespace

Result<ObjectResult> update_load_balancer(const Context& context, const ExistingObject& existing,
                                          const CreateRequest& request, const Fleet& fleet, const Kept& kept,
                                          const std::string& host) {
  const auto& id = existing.id;
  auto addresses = addresses_of(context, request.inputs);
  if (!addresses) return std::move(addresses).error();
  auto files = certificate_files(request.inputs);
  for (auto& file : first_certificates(request.address.owner(), request.inputs, existing.inputs, kept))
    files.push_back(std::move(file));
  if (auto put = put_files(context, id, files); !put) return std::move(put).error();
  const auto part = part_of(context, request, *addresses);
  if (part.text != own_part(context.owner, request.address, existing.inputs, *addresses)) context.say("reloading");
  if (auto done = install_part(context, id, part); !done) return std::move(done).error();
  if (auto set = set_certificates(context, id, request.inputs); !set) return std::move(set).error();
  if (auto aligned = fleet.align(balancer_at(context, id, request)); !aligned) return std::move(aligned).error();
  return result_of(id, address_of(request, *addresses, host));
}

Result<Ok> destroy_load_balancer(const Context& context, const ExistingObject& existing) {
  context.say("stopping");
  const Value patience = Map(std::vector<Entry>{{"stop_timeout", kEndGrace}});
  if (auto stopped = stop_container(context, existing.id, patience); !stopped) return stopped;
  return remove_container(context, existing.id);
}

}  // namespace infra::nodes::balancer
