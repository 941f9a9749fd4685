// The border to the world. A Platform lowers declarations and opens Providers; a Provider observes and changes real
// objects. Only cli and tests name concrete ones.
//
// The contract of a Provider (tests/contract holds every one to it):
//  - observe changes nothing, and needs one list call for each node and type, not one for each object;
//  - create carries a request token into the object (a label) in the same call that makes it, so that a killed run's
//    object can be found by it;
//  - destroy of something that is gone succeeds;
//  - every call may be repeated after a crash at any point;
//  - calls for different objects may come from several threads at once.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/diagnostics/diagnostic.h"
#include "base/result.h"
#include "base/sources/source.h"
#include "base/values/platform_table.h"
#include "base/values/resource.h"
#include "base/values/schema.h"
#include "base/values/value.h"
#include "providers/health.h"

namespace infra {

// Who an object belongs to: both stand in its labels. The lineage is the random identity of a state; two states that
// happen to have stacks of one name never touch each other's objects.
struct Ownership {
  std::string stack;
  std::string lineage;
  friend bool operator==(const Ownership&, const Ownership&) = default;
};

// A rollout that a platform does by itself (an ECS service, a Deployment of Kubernetes), as far as it is about what
// this run asked for.
struct RolloutSeen {
  enum Verdict { running, done, failed, superseded } verdict = running;
  std::string progress = {};  // "2 of 4 new copies are healthy"
  std::string reason = {};    // of a failure, with the failing copy's exit code and last log lines
  friend bool operator==(const RolloutSeen&, const RolloutSeen&) = default;
};

// A real object that carries this stack's labels, or that observe was asked for by id.
struct ObservedObject {
  Address address;        // from its label
  std::string type;       // "container"
  std::string id;         // the platform's own
  std::string token;      // request token of the create call that made it; "": not shown, of what is recorded
  std::string spec_hash;  // spec_hash of the inputs it was made from; empty if the platform can't hold one
  Health health = {};
  Value outputs;              // Map: as create would have returned them
  std::string platform = {};  // the declaration's name; set by whoever joins the observations of several platforms
  // Attributes in which the object differs from what was recorded, because somebody changed it: it is updated in place.
  std::vector<std::string> changed = {};
  std::string revision = {};  // of a task: hash of what it was made from, without node and number
  Moment created = {};        // zero: the platform doesn't tell
  std::optional<RolloutSeen> rollout = {};
};

// What state knows; for types that the world can't list by label (a repository in a registry). Decoded only by those
// who look: most observations don't.
struct KnownObject {
  Address address;
  std::string type;
  std::string id;
  std::string_view recorded_inputs;  // lossless JSON; a view of the record, which outlives the call
  [[nodiscard]] Result<Value> inputs() const;
};

// A host that tasks can be placed on, as it is: what it has, and what others than this stack's tasks take of it.
struct ObservedHost {
  std::string name;
  std::string platform = {};  // as ObservedObject::platform
  std::map<std::string, std::string> labels = {};
  std::int64_t cpu = 0;                                                // units of 1/1024; 0: not known
  std::int64_t memory = 0;                                             // bytes; 0: not known
  std::vector<std::pair<std::int64_t, std::string>> ports_taken = {};  // by others: {8080, "tcp"}
  bool draining = false;
  bool answers = true;
};

struct Observation {
  std::vector<ObservedObject> objects;  // sorted by address, then id
  // Parts of the world that didn't answer ("node a of nodes laptop"); what lives there is neither present nor absent.
  struct Unreachable {
    std::string where;
    Error error;
    std::vector<Address> hidden;  // known objects that live there
    std::string node = {};        // empty: the whole platform
    std::string platform = {};    // as ObservedObject::platform
  };
  std::vector<Unreachable> unreachable;
  // Of platforms that run tasks on hosts of their own: what there is to place on. Sorted by platform, then name.
  std::vector<ObservedHost> hosts;
};

// An object that anybody may have made, as far as the platform tells.
struct FoundObject {
  ObservedObject object = {};  // without an address
  Value inputs = Map();        // those that can be read; of the others nothing is known
  Ownership owner = {};        // from its labels; empty: no stack's
  List left_out = {};          // names, as the platform calls them, of what it has and `inputs` can't say
};

// One object that an `existing` declaration stands for, as Provider::read takes it.
struct Sought {
  std::string type;
  std::string id;     // or name
  std::string where;  // for messages: "node a"; empty: anywhere
  Value wanted = {};  // what read() is to know of it
};

struct CreateRequest {
  Address address;
  std::string type;
  Value inputs;  // wholly known
  std::string spec_hash;
  std::string token;          // unique for this object; also good as a suffix of a name that must be unique
  std::string revision = {};  // see ObservedObject
  std::vector<std::string> existing = {};  // of a preflight: ids of what it is made from, or what goes for it
};

struct ExistingObject {
  Address address;
  std::string type;
  std::string id;
  Value inputs;   // as recorded; secrets are hashes
  Value outputs;  // as recorded
};

struct ObjectResult {
  std::string id;
  Value outputs;  // Map, by the schema's computed attributes
  // Accepted, and not yet what it should be (`starting`): whoever asked polls until it is. No worker waits for health.
  Health health = {};
};

// Lines for the progress display: "pulling image", "waiting for health (starting)".
using Progress = std::function<void(std::string)>;

class Provider {
 public:
  virtual ~Provider() = default;
  // Where it is, for whoever reads a plan and should notice that it is another account: "account 123456789012, region
  // eu-west-1". Empty: the declaration says it.
  [[nodiscard]] virtual std::string place() const { return {}; }
  virtual Result<Observation> observe(const std::vector<KnownObject>& known) = 0;
  // Returns when the object exists and is asked to start: ObjectResult::health says whether it is what it should be
  // already. On failure the object is removed again, as far as possible: a failed create leaves nothing.
  virtual Result<ObjectResult> create(const CreateRequest& request, const Cancel& cancel, const Progress& progress) = 0;
  // How long the world may go on with a call whose caller was killed, before what it did can be seen. A run that finds
  // intents of a killed one waits so long before it looks.
  [[nodiscard]] virtual std::chrono::milliseconds lingers() const { return std::chrono::milliseconds{0}; }
  // An object by its id or name, for imports and for what is `existing`; nullopt if there is none. `wanted` are the
  // declared inputs, for names that only the declaration gives, or Sought::wanted; of several nodes the one that it
  // names is asked first. From an import on observe finds it by its id, though it carries no labels. E0714 for a type
  // that can't be read.
  virtual Result<std::optional<FoundObject>> read(const std::string& type, const std::string& id, const Value& wanted);
  // Only inputs whose schema says OnChange::update differ.
  virtual Result<ObjectResult> update(const ExistingObject& existing, const CreateRequest& request,
                                      const Cancel& cancel, const Progress& progress) = 0;
  virtual Result<Ok> destroy(const ExistingObject& existing, const Cancel& cancel, const Progress& progress) = 0;

  // How objects are now that a change waits for, in few calls; what is gone is missing. The platform may do what is
  // next for them and takes no time: a task that has become healthy is put behind its load balancers.
  virtual Result<Observation> poll(const std::vector<KnownObject>& objects) { return observe(objects); }
  // True: each place is asked by itself, so that one that answers slowly holds up no other.
  [[nodiscard]] virtual bool polls_by_place() const { return false; }
  // Where such an object is: the node of a task. Empty: on all of the platform.
  [[nodiscard]] virtual std::string place_of(const KnownObject& object) const {
    static_cast<void>(object);
    return {};
  }
  // How often it is good to ask.
  [[nodiscard]] virtual std::chrono::milliseconds pace() const { return std::chrono::milliseconds{250}; }
  // Why an object isn't what it should be, for people: exit codes, the last check's answer, the last log lines. Empty
  // if the platform can't tell. Secrets that were given to it are hidden.
  virtual std::string diagnose(const ExistingObject& existing) {
    static_cast<void>(existing);
    return {};
  }
  // What the platform would refuse of this plan, before anything is touched: images that don't exist or are for
  // another architecture, names. Who doesn't answer now refuses nothing: it may do so when it is asked to create. Of
  // `wanted` what isn't known yet is a Ref.
  struct Refusal {
    Address address;
    Error error;
    bool certain = true;  // else it may go well: a warning
  };
  virtual std::vector<Refusal> preflight(const std::vector<CreateRequest>& wanted) {
    static_cast<void>(wanted);
    return {};
  }
};

// Everything that lowering may look at. Pure but for `sources` (a build context's hash).
struct LowerContext {
  const std::string& stack;
  const PlatformDecl& platform;
  const SourceTree& sources;
  // Any declared resource, or nullptr. Those it depends on have been lowered before it. Also what is `existing`.
  std::function<const Resource*(const Address&)> resource;
  // Every declared resource of a kind, sorted by address: the subnets of a VPC, the services that want one host port.
  std::function<const std::vector<const Resource*>&(std::string_view kind)> of_kind;
  // The outputs (by attribute name) that lowering an already lowered owner gave; the attributes of what is `existing`,
  // or nullptr while it hasn't been read.
  std::function<const Value*(const Address& owner)> outputs;
};

struct Lowered {
  std::vector<LoweredResource> resources;
  // What the declaration's computed attributes are, by name: values over Refs to lowered outputs. Attribute "" is what
  // a reference to the declaration itself stands for where a text is wanted (an image's pullable name), if anything.
  Value outputs;
};

// Where a provider lives.
struct ConnectContext {
  Ownership owner;
  PlatformDecl platform;
  std::string home;                       // the stack's private folder (".infra"), for a simulator's world
  const SourceTree* sources;              // build contexts; may be null if nothing is going to be created
  std::vector<std::string> drained = {};  // nodes that nothing is to be placed on; sorted
  bool pretend = false;                   // a simulated world for tests, in which everything that is read exists
};

// What is recorded of one part of a declaration.
struct RecordedPart {
  std::string part;    // Address::part
  std::string inputs;  // lossless JSON
};

class Platform {  // one for each platform kind, without state
 public:
  virtual ~Platform() = default;
  virtual std::string kind() const = 0;  // "nodes"
  // Can a declaration of this kind ("service"), or an attribute or block of it ("service.route"), be had here? If not,
  // the compiler says so and names the platforms that can.
  virtual bool serves(std::string_view kind) const = 0;
  // Schemas of the provider types ("container"), sorted by name.
  virtual const std::vector<Schema>& types() const = 0;
  virtual Lowered lower(const Resource& resource, const LowerContext& context, Diagnostics& diagnostics) const = 0;
  // What an attribute of a declaration was when these parts were made of it, if their record tells it: the number of
  // copies of a service. For `ignore`, where the record has the last word.
  virtual std::optional<Value> recorded_attribute(std::string_view kind, std::string_view attribute,
                                                  const std::vector<RecordedPart>& parts) const;
  // A declaration of `kind` for an object that was read, as source to go on with; empty for a kind that this can't be
  // done for. `type_of` says which type it would be.
  virtual std::string type_of(std::string_view kind) const;
  virtual std::string declaration_of(const Address& address, const FoundObject& found) const;
  // What objects of a type are called if they are billed by the hour, used or not: "NAT gateway"; else empty.
  virtual std::string billed(std::string_view type) const;
  // The least that whoever applies these resources must be allowed, as the platform writes it down: a policy of IAM, a
  // role of Kubernetes. Empty: it has no such thing.
  virtual std::string permissions(const std::string& stack, const PlatformDecl& platform,
                                  const std::vector<const LoweredResource*>& resources) const;
  // `existing`: which kinds can be looked up, what has to be read for one, and what its attributes are by that (Map;
  // "" as in Lowered::outputs; `found` is in the order of `sought`). lower() finds these with LowerContext::outputs.
  virtual bool reads(std::string_view kind) const;
  virtual std::vector<Sought> sought(const Resource& existing, const LowerContext& context) const;
  virtual Value attributes_of(const Resource& existing, const PlatformDecl& platform,
                              const std::vector<FoundObject>& found) const;
  virtual Result<std::unique_ptr<Provider>> connect(ConnectContext context) const = 0;
};

// All platform kinds that this program has. A plain value, made by cli or a test.
class Platforms : public PlatformTable {
 public:
  bool serves(std::string_view platform_kind, std::string_view resource_kind) const override;
  bool reads(std::string_view platform_kind, std::string_view resource_kind) const override;
  std::vector<std::string> platform_kinds() const override;
  explicit Platforms(std::vector<std::shared_ptr<const Platform>> all) : all_(std::move(all)) {}
  [[nodiscard]] const Platform* find(std::string_view kind) const {
    for (const auto& p : all_) {
      if (p->kind() == kind) return p.get();
    }
    return nullptr;
  }
  [[nodiscard]] const std::vector<std::shared_ptr<const Platform>>& all() const { return all_; }

 private:
  std::vector<std::shared_ptr<const Platform>> all_;
};

}  // namespace infra
