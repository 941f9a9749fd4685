// What a provider type is made of: one row, in a file of its name in types/. The provider (provider.cpp) works with the
// rows alone and knows no type.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/values/schema.h"
#include "providers/aws/api/aws_client.h"
#include "providers/aws/api/xml.h"
#include "providers/aws/arn.h"
#include "providers/aws/aws_roles.h"
#include "providers/aws/drift.h"
#include "providers/aws/resource_tags.h"
#include "providers/image_builder.h"
#include "providers/provider.h"

namespace infra::aws {

enum class State {
  gone,      // not there, or about to go by itself
  starting,  // accepted, not yet what it should be
  ready,
  failed,
};

// An object as the API shows it.
struct Seen {
  std::string id;  // an ARN
  Tags tags = {};
  State state = State::ready;
  std::string detail = {};
  Map outputs = {};
  // Inputs as they are now, in the form of what is recorded, as far as the API shows them and an update can put them
  // right. The provider compares.
  Map live = {};
  Map fixed = {};                    // inputs that an update can't change: for what is imported
  std::set<std::string> whole = {};  // of `live`: must be empty where nothing was stated
  std::vector<Drift> drift = {};     // what `live` can't say
};

// Where objects of this stack are that aren't found by its tags or its name: in clusters and on listeners of others, in
// families of task definitions with a name of their own. They are looked for by what is recorded or asked for.
class Hosts {
 public:
  void take(const Value& inputs);  // of an object: its `cluster`, `listener` and `family`
  void take_cluster_of(const Identity& identity, std::string_view id);  // of a recorded service or task
  [[nodiscard]] std::set<std::string> clusters() const;
  [[nodiscard]] std::set<std::string> listeners() const;
  [[nodiscard]] std::set<std::string> families() const;

 private:
  mutable std::mutex guard_;
  std::set<std::string> clusters_, listeners_;  // ARNs
  std::set<std::string> families_;              // names
};

// When this run last made something. What is new isn't known everywhere at once: for a while AWS may say that there is
// no such thing, or that a role can't be used.
struct Fresh {
  std::atomic<SysTime> anything{};
  NewRoles roles;
};

// An account and region, and calls to it.
struct Account {
  Client& client;
  Identity identity;
  Ownership owner;
  const SourceTree* sources = nullptr;  // build contexts; may be null
  ImageBuilder build = {};
  std::string builder = {};  // the engine that does it: "unix:///var/run/docker.sock"
  std::shared_ptr<Fresh> fresh = std::make_shared<Fresh>();
  std::shared_ptr<Hosts> hosts = std::make_shared<Hosts>();
};

// One piece of work on one object.
class Call {
 public:
  Call(Account& account, const CreateRequest& request, const Cancel& cancel, const Progress& progress)
      : account_(account), request_(request), cancel_(cancel), progress_(progress) {}

  // An input, or null. Secrets are in clear only for the API.
  [[nodiscard]] const Value& operator[](std::string_view name) const { return request_.inputs[name]; }
  [[nodiscard]] std::string text(std::string_view name) const { return text_of(request_.inputs[name]); }
  [[nodiscard]] const Value& inputs() const { return request_.inputs; }
  [[nodiscard]] const std::string& token() const { return request_.token; }
  // What makes a call idempotent (ClientToken): a call that is repeated has the same one and gets the same object; an
  // object that is made anew has another, or AWS would answer with the one that was removed.
  [[nodiscard]] std::string client_token() const;
  [[nodiscard]] const CreateRequest& request() const { return request_; }
  [[nodiscard]] const Progress& progress() const { return progress_; }
  [[nodiscard]] Account& account() const { return account_; }
  [[nodiscard]] const Cancel& cancel() const { return cancel_; }
  void say(std::string line) const { progress_(std::move(line)); }
  // Of an update: is this input another than it was, or did somebody else change it?
  [[nodiscard]] bool differs(const char* input) const;
  [[nodiscard]] bool drifted(const char* input) const { return drifted_inputs.contains(input); }

  // Tags: ours and the user's (input `labels`).
  [[nodiscard]] Tags tags() const;
  // As EC2's creates want them.
  [[nodiscard]] List tag_specification(const char* resource_type) const;
  // Input `name`, which is stable, or with the token behind.
  [[nodiscard]] std::string unique(std::size_t longest) const;

  // While something is made, what isn't known yet is asked for again: see Fresh.
  Reply call(std::string_view service, std::string_view operation, const Value& parameters) const;
  Reply ec2(std::string_view operation, const Value& parameters) const { return call("ec2", operation, parameters); }
  // Again while `again` says so, each `every`, until `deadline`; then the last answer.
  Reply insist(const std::function<Reply()>& ask, const std::function<bool(const Fault&)>& again,
               std::chrono::milliseconds every, std::chrono::milliseconds deadline) const;

  // What the platform goes on with by itself after this call, and is to be watched until it is done: the id of an ECS
  // deployment. Empty: nothing.
  std::string mark;
  // How long it may take to be ready, if the type's own deadline isn't meant.
  std::chrono::milliseconds patience{0};
  bool makes = false;  // a create or an update, which may meet things that are new
  int attempt = 1;     // of a create: what the earlier ones left was removed
  // What there is already, for updates and destroys.
  std::string id;
  Value recorded_inputs;
  Value recorded_outputs;
  std::set<std::string> drifted_inputs;
  // Outputs that the call itself gave, for whoever looks at what it made; null: looking is enough.
  Value outputs;

 private:
  // After a no to a role: nullopt if it is too new to be known, else the no, with what is wrong.
  [[nodiscard]] std::optional<Fault> refused_role(std::string_view service, const Value& parameters,
                                                  const Fault& fault) const;

  Account& account_;
  const CreateRequest& request_;
  const Cancel& cancel_;
  const Progress& progress_;
};

using Objects = Result<std::vector<Seen>>;

struct Known {
  std::string id;
  Value inputs;
  Value outputs = {};  // as recorded, or as the call gave them that made it; null: not known
};

class KnownById {
 public:
  explicit KnownById(const std::vector<Known>& known) {
    for (const auto& one : known) by_id_.emplace(one.id, &one);
  }
  // The one with this id, or nullptr.
  [[nodiscard]] const Known* find(std::string_view id) const {
    const auto at = by_id_.find(id);
    return at != by_id_.end() ? at->second : nullptr;
  }

 private:
  std::unordered_map<std::string_view, const Known*> by_id_;
};

// What `look(account, one)` says of each of these; what isn't there is left out.
template <class Items, class Look>
Objects look_at_each(Account& account, const Items& items, const Look& look) {
  std::vector<Seen> out;
  for (const auto& one : items) {
    auto seen = look(account, one);
    if (!seen) return std::move(seen).error();
    if (*seen) out.push_back(**std::move(seen));
  }
  return out;
}

Health health_of(const Seen& seen);

// Does this stack own what has these tags?
bool is_own(const Account& account, const Tags& tags);
// E0628: somebody else has made one of this name.
Error taken(std::string_view what, const std::string& name);

struct Type {
  Schema schema;
  // All of this stack's, by tag; for types without (`listed` false) those that are known.
  std::function<Objects(Account&, const std::vector<Known>& known)> list;
  bool listed = true;
  // Not even listed for a stack that has recorded none and is making none: whoever has no use for it needs no
  // permission.
  bool only_if_known = false;
  // Of IAM: what whoever makes, changes and removes such objects must be allowed.
  std::vector<std::string> actions = {};
  // What an object is called that is billed by the hour, used or not; empty: none is.
  std::string billed = {};
  // Gives the id (an ARN). Outputs and readiness come from `list` or `look`.
  std::function<Result<std::string>(Call&)> create;
  // nullptr: nothing is updated in place.
  std::function<Result<Ok>(Call&)> update = nullptr;
  std::function<Result<Ok>(Call&)> destroy;
  // One object, or nullopt if it isn't there (yet, or any more).
  std::function<Result<std::optional<Seen>>(Account&, const Known&)> look;
  // The same object as long as what Call::mark names goes on; nullptr: there is nothing of the kind.
  std::function<Result<std::optional<Seen>>(Account&, const Known&, const std::string& mark)> watch = nullptr;
  // What there is to say of one that has failed, behind its detail; nullptr: nothing more.
  std::function<std::string(Account&, const Known&)> last_words = nullptr;
  // What is left to do once an update is ready.
  std::function<Result<Ok>(Call&)> settle = nullptr;
  // The id of what somebody names by an id or name as AWS shows it, to import it or to refer to it; empty: there is
  // none. Not asked for ARNs. nullptr: it can't be had.
  std::function<Result<std::string>(Account&, const std::string& name)> find = nullptr;
  // One that is somebody else's and that a stack refers to, by its name; nullptr: it is found by `find`.
  std::function<Result<std::optional<Seen>>(Account&, const std::string& name)> existing = nullptr;
  // More of one that is somebody else's and that a stack refers to (`existing`), into its outputs: what lowering wants
  // to know. nullptr: its outputs are enough.
  std::function<Result<Ok>(Account&, Seen&)> surroundings = nullptr;
  std::chrono::milliseconds every{5'000};       // how often to look while it is starting or going
  std::chrono::milliseconds deadline{600'000};  // until it must be ready, or gone
  // Puts tags on it: infra.spec after an update.
  std::function<Result<Ok>(Account&, const std::string& id, const Tags&)> tag = nullptr;
};

const std::vector<const Type*>& all_types();
const Type* find_type(std::string_view name);

// Sorted schemas of all_types().
const std::vector<Schema>& type_schemas();

}  // namespace infra::aws
