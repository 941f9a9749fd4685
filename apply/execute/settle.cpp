#include "apply/execute/settle.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "apply/execute/journal.h"
#include "apply/execute/ledger.h"

namespace infra {
namespace {

class Settling {
 public:
  Settling(Ledger& ledger, const Observation& observed, Settled& out) : ledger_(ledger), out_(out) {
    for (const auto& object : observed.objects) {
      if (!object.token.empty()) by_token_.emplace(object.token, &object);
      by_id_.emplace(object.type + '\0' + object.id, &object);
    }
    for (const auto& unreachable : observed.unreachable) {
      for (const auto& address : unreachable.hidden) hidden_.emplace(address, unreachable.where);
    }
  }

  void settle(const Intent& intent) {
    if (const auto* object = find(intent)) return found(intent, *object);
    if (const auto silent = hidden_.find(intent.address); silent != hidden_.end()) return wait(intent, silent->second);
    absent(intent);
  }

 private:
  // A create's object is known only by its token; the others have an id.
  const ObservedObject* find(const Intent& intent) const {
    const auto& index = intent.operation == Operation::create ? by_token_ : by_id_;
    const auto key = intent.operation == Operation::create ? intent.token : intent.type + '\0' + intent.id;
    const auto at = index.find(key);
    return at == index.end() ? nullptr : at->second;
  }

  void found(const Intent& intent, const ObservedObject& object) {
    const auto name = intent.address.text();
    switch (intent.operation) {
      case Operation::create:
        say("adopted {}, which a killed run had created", name);
        return commit(record_success(intent, {.id = object.id, .outputs = object.outputs}, ledger_));
      case Operation::update:
        say("a killed run was updating {}: it is updated again", name);
        return commit(record_failure(intent, ledger_));
      case Operation::destroy:
        say("a killed run was destroying {}, which is still there", name);
        return commit(record_failure(intent, ledger_));
    }
  }

  void absent(const Intent& intent) {
    const auto name = intent.address.text();
    switch (intent.operation) {
      case Operation::create:
        say("a killed run had not yet created {}", name);
        return commit({DropIntent{intent.token}});
      case Operation::update:
        say("a killed run was updating {}, which is gone", name);
        return commit({DropIntent{intent.token}});
      case Operation::destroy:
        say("a killed run had destroyed {}", name);
        return commit(record_success(intent, {}, ledger_));
    }
  }

  void wait(const Intent& intent, const std::string& where) {
    say("{}: a killed run's {} can't be settled while {} doesn't answer", intent.address.text(),
        to_text(intent.operation), where);
    out_.blocked.push_back(intent.address);
  }

  template <class... Args>
  void say(fmt::format_string<Args...> format, Args&&... args) {
    out_.messages.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  void commit(const std::vector<Mutation>& mutations) {
    ledger_.apply(mutations);
    out_.mutations.insert(out_.mutations.end(), mutations.begin(), mutations.end());
  }

  Ledger& ledger_;
  Settled& out_;
  std::unordered_map<std::string, const ObservedObject*> by_token_, by_id_;
  std::unordered_map<Address, std::string, AddressHash> hidden_;
};

}  // namespace

Settled settle(Snapshot state, const Observation& observed, const std::vector<std::string>& not_looked_at) {
  Settled out;
  if (state.intents.empty()) {  // the usual case costs nothing
    out.state = std::move(state);
    return out;
  }
  const auto intents = state.intents;
  const auto under_way = [leases = state.leases](const Intent& intent) {
    return std::any_of(leases.begin(), leases.end(), [&](const Lease& l) { return l.fence == intent.fence; });
  };
  Ledger ledger(std::move(state));
  Settling settling(ledger, observed, out);
  for (const auto& intent : intents) {
    const bool in_sight = std::find(not_looked_at.begin(), not_looked_at.end(), intent.platform) == not_looked_at.end();
    if (in_sight && !under_way(intent)) settling.settle(intent);
  }
  std::sort(out.messages.begin(), out.messages.end());
  std::sort(out.blocked.begin(), out.blocked.end());
  out.state = ledger.snapshot();
  return out;
}

}  // namespace infra
