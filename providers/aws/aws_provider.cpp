#include "providers/aws/aws_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/values/codec.h"
#include "providers/at_once.h"
#include "providers/aws/account_guard.h"
#include "providers/aws/connection.h"
#include "providers/aws/types/ecs/retag.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

constexpr int kCreates = 3;        // of an object whose making got no answer
constexpr auto kNotSeenYet = 60s;  // how long what was made may be missing in what is read

std::string builder_of(const PlatformDecl& platform) {
  if (const auto* stated = platform.config["builder"].string()) return *stated;
  const char* host = std::getenv("DOCKER_HOST");
  return host != nullptr && *host != '\0' ? host : "unix:///var/run/docker.sock";
}

ObservedObject observed(const Seen& seen, const Type& type, const std::optional<Mark>& mark, const Address& address) {
  return {.address = address,
          .type = type.schema.name,
          .id = seen.id,
          .token = mark ? mark->token : "",
          .spec_hash = mark ? mark->spec : "",
          .health = health_of(seen),
          .outputs = seen.outputs};
}

// What isn't as recorded any more, of an object that is where it should be.
std::vector<Drift> drift_of(const Known& recorded, const Seen& seen) {
  auto out = drift_between(recorded.inputs, seen.live, seen.whole);
  out.insert(out.end(), seen.drift.begin(), seen.drift.end());
  std::sort(out.begin(), out.end(), [](const Drift& a, const Drift& b) { return a.input < b.input; });
  return out;
}

bool unanswered(const Error& error) { return error.code == "E0621"; }

}  // namespace

Health health_of(const Seen& seen) {
  const auto now = seen.state == State::ready      ? Health::healthy
                   : seen.state == State::starting ? Health::starting
                                                   : Health::stopped;
  return {.now = now, .detail = seen.detail};
}

AwsProvider::AwsProvider(std::unique_ptr<Client> client, Identity identity, ConnectContext context, ImageBuilder build,
                         std::string credentials_from)
    : client_(std::move(client)),
      context_(std::move(context)),
      account_{.client = *client_,
               .identity = std::move(identity),
               .owner = context_.owner,
               .sources = context_.sources,
               .build = std::move(build),
               .builder = builder_of(context_.platform)},
      live_(account_),
      credentials_from_(std::move(credentials_from)) {}

std::chrono::milliseconds AwsProvider::lingers() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(30'000ms / clock_speed());
}

Result<std::unique_ptr<AwsProvider>> AwsProvider::open(ConnectContext context, ImageBuilder build) {
  const auto& config = context.platform.config;
  auto connection = connect_to({.region = text_of(config["region"]),
                                .profile = text_of(config["profile"]),
                                .endpoint = text_of(config["endpoint"])});
  if (!connection) return std::move(connection).error();
  return std::unique_ptr<AwsProvider>(new AwsProvider(std::move(connection->client), std::move(connection->identity),
                                                      std::move(context), std::move(build),
                                                      std::move(connection->credentials_from)));
}

std::string AwsProvider::place() const {
  return fmt::format("account {}, region {}", account_.identity.account, account_.identity.region);
}

Result<std::vector<ObservedObject>> AwsProvider::observe_type(const Type& type, const std::vector<KnownObject>& known) {
  std::vector<ObservedObject> out;
  std::vector<Known> mine;
  struct Recorded {
    const KnownObject* object = nullptr;
    std::size_t at = 0;  // in `mine`
  };
  std::map<std::string, Recorded> by_id;
  std::map<Address, Recorded> unnamed;  // what a killed run was making
  for (const auto& one : known) {
    if (one.type != type.schema.name) continue;
    // What a killed run was about to make has no id: it is found by its tags, or made again if it can't have any.
    if (one.id.empty() && !type.listed) continue;
    auto inputs = one.inputs();
    if (!inputs) return std::move(inputs).error();
    account_.hosts->take(*inputs);
    const auto recorded = outputs_.find(one.id);
    auto outputs = recorded != outputs_.end() ? from_json(recorded->second) : Result<Value>(Value(Map()));
    if (!outputs) return std::move(outputs).take_error("reading the recorded outputs of " + one.address.text());
    if (one.id.empty()) {
      unnamed[one.address] = {.object = &one, .at = mine.size()};
    } else {
      by_id[one.id] = {.object = &one, .at = mine.size()};
    }
    mine.push_back({.id = one.id, .inputs = *std::move(inputs), .outputs = *std::move(outputs)});
  }
  if (type.only_if_known && mine.empty()) return out;
  auto seen = type.list(account_, mine);
  // What a killed run was making may be there by half. Once it is found by its tags it is compared as what is recorded.
  std::map<std::string, Tags> named;  // of what is known by its id from now on, by which alone a list may show it
  for (const auto& one : seen ? *seen : std::vector<Seen>()) {
    const auto mark = mark_of(one.tags);
    const bool ours = mark && mark->lineage == account_.owner.lineage && mark->type == type.schema.name;
    const auto making = ours && !by_id.contains(one.id) ? unnamed.find(mark->address) : unnamed.end();
    if (making == unnamed.end()) continue;
    mine[making->second.at].id = one.id;
    by_id[one.id] = making->second;
    named[one.id] = one.tags;
  }
  if (!named.empty()) seen = type.list(account_, mine);
  if (!seen) return std::move(seen).take_error("listing objects of type " + type.schema.name);
  std::set<std::string> found;
  const auto add = [&](const Seen& one) {
    const auto recorded = by_id.find(one.id);
    const auto before = named.find(one.id);
    const auto mark = mark_of(before != named.end() ? before->second : one.tags);
    const bool ours = mark && Ownership{mark->stack, mark->lineage} == account_.owner && mark->type == type.schema.name;
    if (!ours && recorded == by_id.end()) return;
    found.insert(one.id);
    out.push_back(observed(one, type, ours ? mark : std::nullopt,
                           recorded != by_id.end() ? recorded->second.object->address : mark->address));
    if (recorded == by_id.end() || one.id.empty() || !type.update) return;  // what can't be put right isn't told
    const auto drift = drift_of(mine[recorded->second.at], one);
    for (const auto& changed : drift) out.back().changed.push_back(changed.text());
    remember(one.id, drift);
  };
  for (const auto& one : *seen) add(one);
  // What is recorded and wasn't listed: its tags are late, were taken away, or it is gone.
  for (const auto& one : mine) {
    if (!type.listed || one.id.empty() || found.contains(one.id)) continue;
    auto single = type.look(account_, one);
    if (!single) return std::move(single).take_error("looking at " + one.id);
    if (*single) add(**single);
  }
  return out;
}

void AwsProvider::know_outputs(const std::vector<RecordedOutputs>& recorded) {
  outputs_.clear();
  for (const auto& one : recorded) {
    account_.hosts->take_cluster_of(account_.identity, one.id);
    if (!one.id.empty() && !one.outputs.empty()) outputs_.emplace(one.id, one.outputs);
  }
}

void AwsProvider::remember(const std::string& id, const std::vector<Drift>& drift) {
  const std::scoped_lock lock(drifted_guard_);
  drifted_.erase(id);
  for (const auto& one : drift) drifted_[id].insert(one.input);
}

std::set<std::string> AwsProvider::drifted(const std::string& id) {
  const std::scoped_lock lock(drifted_guard_);
  const auto at = drifted_.find(id);
  return at != drifted_.end() ? at->second : std::set<std::string>();
}

Result<Observation> AwsProvider::observe(const std::vector<KnownObject>& known) {
  if (auto fits = check_account(account_.identity, known, context_.platform.name); !fits) {
    return std::move(fits).error();
  }
  // All types at once: asked one after the other they would take the sum of their answers' ways.
  std::vector<std::future<Result<std::vector<ObservedObject>>>> asked;
  for (const auto* type : all_types()) {
    asked.push_back(at_once([type, &known, this] { return observe_type(*type, known); }));
  }
  Observation out;
  std::optional<Error> first;
  for (auto& answer : asked) {
    auto seen = answer.get();
    if (seen) {
      std::move(seen->begin(), seen->end(), std::back_inserter(out.objects));
    } else if (!first) {
      first = std::move(seen).error();
    }
  }
  if (first) return *std::move(first);
  std::sort(out.objects.begin(), out.objects.end(), [](const ObservedObject& a, const ObservedObject& b) {
    return std::tie(a.address, a.id) < std::tie(b.address, b.id);
  });
  return out;
}

Result<std::optional<Seen>> AwsProvider::by_token(const Type& type, const std::string& token) {
  if (!type.listed) return std::optional<Seen>();
  auto all = type.list(account_, {});
  if (!all) return std::move(all).error();
  for (auto& one : *all) {
    const auto mark = mark_of(one.tags);
    if (mark && mark->token == token && mark->lineage == account_.owner.lineage) return std::optional(std::move(one));
  }
  return std::optional<Seen>();
}

// Nothing of a create that failed half-way stays.
Result<Ok> AwsProvider::sweep(const Type& type, const Call& call) {
  auto left = by_token(type, call.token());
  if (!left) return std::move(left).error();
  if (!*left) return Ok();
  Call end(account_, call.request(), call.cancel(), call.progress());  // of its own: what is made anew has nothing yet
  end.id = (*left)->id;
  end.recorded_inputs = call.inputs();
  end.recorded_outputs = (*left)->outputs;
  return type.destroy(end);
}

Result<ObjectResult> AwsProvider::ready(const Type& type, const Call& call, const std::string& id) {
  const Known known{.id = id, .inputs = call.inputs(), .outputs = call.outputs};
  std::string said;
  for (auto waited = 0ms;; waited += type.every) {
    auto seen = call.mark.empty() ? type.look(account_, known) : type.watch(account_, known, call.mark);
    if (!seen) return std::move(seen).error();
    if (*seen && (*seen)->state == State::ready) return ObjectResult{.id = id, .outputs = (*seen)->outputs};
    if (*seen && (*seen)->state == State::failed) {
      const auto words = type.last_words ? type.last_words(account_, known) : std::string();
      return Error{.code = "E0626", .message = fmt::format("{} failed: {}{}", last_part(id), (*seen)->detail, words)};
    }
    const auto deadline = call.patience > 0ms ? call.patience : type.deadline;
    if (waited >= (*seen ? deadline : std::chrono::milliseconds(kNotSeenYet))) {
      return Error{.code = "E0626",
                   .message = fmt::format("{} isn't ready after {} s{}", last_part(id), waited.count() / 1000,
                                          *seen ? ": " + (*seen)->detail : "")};
    }
    if (*seen && (*seen)->detail != said) call.say(said = (*seen)->detail);
    if (!client_->clock().sleep(*seen ? type.every : 2s, &call.cancel())) {
      return Error{.code = "E0703", .message = "the wait for " + id + " was cancelled"};
    }
  }
}

Result<ObjectResult> AwsProvider::create(const CreateRequest& request, const Cancel& cancel, const Progress& progress) {
  const auto* type = find_type(request.type);
  if (type == nullptr) std::abort();  // lowering makes no others
  Call call(account_, request, cancel, progress);
  call.makes = true;
  account_.hosts->take(request.inputs);
  for (;; ++call.attempt) {
    auto id = type->create(call);
    Error failure;
    if (id) {
      auto made = ready(*type, call, *id);
      if (made) return made;
      failure = made.error();
    } else {
      failure = id.error();
    }
    if (auto swept = sweep(*type, call); !swept) {
      failure.context.push_back("and what was made of it couldn't be removed: " + swept.error().message);
      return failure;
    }
    if (!unanswered(failure) || call.attempt >= kCreates) return failure;
  }
}

Result<ObjectResult> AwsProvider::update(const ExistingObject& existing, const CreateRequest& request,
                                         const Cancel& cancel, const Progress& progress) {
  const auto* type = find_type(request.type);
  if (type == nullptr) std::abort();
  Call call(account_, request, cancel, progress);
  call.makes = true;
  call.id = existing.id;
  call.recorded_inputs = existing.inputs;
  call.recorded_outputs = existing.outputs;
  call.outputs = existing.outputs;
  call.drifted_inputs = drifted(existing.id);
  if (type->update) {
    if (auto updated = type->update(call); !updated) return std::move(updated).error();
  }
  auto now = ready(*type, call, existing.id);
  if (now && type->settle) {
    if (auto settled = type->settle(call); !settled) return std::move(settled).error();
  }
  if (!now || !type->tag) return now;
  if (auto tagged = retag(*type, call); !tagged) return std::move(tagged).error();
  return now;
}

// The tags come last: they say that the object is what was asked for.
Result<Ok> AwsProvider::retag(const Type& type, const Call& call) {
  auto change = tag_change(call);
  // The console calls EC2's things by it.
  const auto name = std::find(change.removed.begin(), change.removed.end(), Value("Name"));
  if (name != change.removed.end() && parse_arn(call.id).service == "ec2") {
    change.removed.erase(name);
    change.set["Name"] = escaped(call.request().address.owner().text());
  }
  if (auto untagged = untag(account_, call.id, change.removed); !untagged) return untagged;
  return type.tag(account_, call.id, change.set);
}

Result<Ok> AwsProvider::destroy(const ExistingObject& existing, const Cancel& cancel, const Progress& progress) {
  const auto* type = find_type(existing.type);
  if (type == nullptr) {
    return Error{.code = "E0623", .message = "there is no type " + existing.type + " on the platform aws any more"};
  }
  const CreateRequest request{.address = existing.address, .type = existing.type, .inputs = existing.inputs};
  Call call(account_, request, cancel, progress);
  call.id = existing.id;
  call.recorded_inputs = existing.inputs;
  call.recorded_outputs = existing.outputs;
  return type->destroy(call);
}

}  // namespace infra::aws
