#include "apply/execute/ledger.h"

#include <algorithm>
#include <tuple>

#include "base/values/codec.h"
#include "planner/decide/orphan.h"
#include "state/notes.h"

namespace infra {
namespace {

template <class T>
void put_by_name(std::vector<T>& all, const T& item) {
  auto at = std::lower_bound(all.begin(), all.end(), item.name, [](const T& a, const auto& n) { return a.name < n; });
  if (at != all.end() && at->name == item.name) {
    *at = item;
  } else {
    all.insert(at, item);
  }
}

}  // namespace

Ledger::Ledger(Snapshot snapshot, std::string hash_secret)
    : hash_key_(snapshot.lineage, std::move(hash_secret)), base_(std::move(snapshot)) {
  index_rows();
}

void Ledger::take_over(Snapshot snapshot) {
  // What this run's providers returned stays known, for the rows that are as it left them.
  auto before = std::move(rows_);
  base_ = std::move(snapshot);
  rows_.clear();
  parts_.clear();
  intents_.clear();
  users_.clear();
  index_rows();
  std::erase_if(outputs_, [&](const auto& known) {
    const auto old = before.find(known.first);
    const auto now = rows_.find(known.first);
    return old == before.end() || now == rows_.end() || old->second != now->second;
  });
}

void Ledger::index_rows() {
  rows_.reserve(base_.resources.size());
  for (auto& row : base_.resources) {
    ++users_[row.platform];
    parts_[row.address.owner()].insert(row.address);
    rows_[row.address].push_back(std::move(row));
  }
  for (auto& intent : base_.intents) intents_.emplace(intent.token, std::move(intent));
  base_.resources.clear();
  base_.intents.clear();
}

void Ledger::apply(const Mutation& mutation) {
  struct Visitor {
    Ledger& ledger;
    void operator()(const PutIntent& m) { ledger.intents_.insert_or_assign(m.intent.token, m.intent); }
    void operator()(const DropIntent& m) { ledger.intents_.erase(m.token); }
    void operator()(const PutResource& m) { ledger.put(m.resource); }
    void operator()(const DeposeResource& m) { ledger.depose(m.address); }
    void operator()(const DropResource& m) { ledger.drop(m.address, m.id); }
    void operator()(const PutOutputs& m) { ledger.base_.outputs = m.outputs; }
    void operator()(const PutPlatform& m) { put_by_name(ledger.base_.platforms, m.platform); }
    void operator()(const DropPlatform& m) {
      std::erase_if(ledger.base_.platforms, [&](const auto& p) { return p.name == m.name; });
    }
    void operator()(const SetStack& m) { ledger.base_.stack = m.name; }
    void operator()(const SetLineage& m) { ledger.base_.lineage = m.lineage; }
    void operator()(const SetHashKey& m) { ledger.base_.hash_key = m.box; }
    void operator()(const PutSecret& m) { put_by_name(ledger.base_.secrets, m.secret); }
    void operator()(const DropSecret& m) {
      std::erase_if(ledger.base_.secrets, [&](const auto& s) { return s.name == m.name; });
    }
    void operator()(const PutDeployment& m) { put_by_name(ledger.base_.deployments, m.deployment); }
    void operator()(const DropDeployment& m) {
      std::erase_if(ledger.base_.deployments, [&](const auto& d) { return d.name == m.name; });
    }
    void operator()(const PutNote& m) { put_note(ledger.base_.notes, m.note); }
    void operator()(const DropNote& m) { drop_note(ledger.base_.notes, m.topic, m.name); }
    void operator()(const PutRevision&) {}  // history is no part of what a run changes
  };
  std::visit(Visitor{*this}, mutation);
}

void Ledger::apply(const std::vector<Mutation>& batch) {
  for (const auto& mutation : batch) apply(mutation);
}

void Ledger::put(const RecordedResource& row) {
  parts_[row.address.owner()].insert(row.address);
  auto& rows = rows_[row.address];
  const auto at = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.deposed == row.deposed; });
  ++users_[row.platform];
  if (at == rows.end() || row.deposed) {
    rows.push_back(row);
  } else {
    --users_[at->platform];
    *at = row;
  }
  outputs_.erase(row.address);
}

void Ledger::depose(const Address& address) {
  const auto rows = rows_.find(address);
  if (rows == rows_.end()) return;
  for (auto& row : rows->second) row.deposed = true;
  outputs_.erase(address);
}

void Ledger::drop(const Address& address, std::string_view id) {
  const auto rows = rows_.find(address);
  if (rows == rows_.end()) return;
  const auto at = std::find_if(rows->second.begin(), rows->second.end(), [&](const auto& r) { return r.id == id; });
  if (at == rows->second.end()) return;
  --users_[at->platform];
  if (!at->deposed) outputs_.erase(address);
  rows->second.erase(at);
  if (rows->second.empty()) rows_.erase(rows);
}

void Ledger::remember_outputs(const Address& address, Value outputs) {
  outputs_.insert_or_assign(address, std::move(outputs));
}

std::vector<RecordedResource> Ledger::rows_of(const Address& owner) const {
  std::vector<RecordedResource> out;
  const auto parts = parts_.find(owner);
  if (parts == parts_.end()) return out;
  for (const auto& address : parts->second) {
    const auto rows = rows_.find(address);
    if (rows != rows_.end()) out.insert(out.end(), rows->second.begin(), rows->second.end());
  }
  return out;
}

const RecordedDeployment* Ledger::deployment(std::string_view service) const {
  const auto at = std::find_if(base_.deployments.begin(), base_.deployments.end(),
                               [&](const auto& d) { return d.name == service; });
  return at != base_.deployments.end() ? &*at : nullptr;
}

const RecordedResource* Ledger::current(const Address& address) const {
  const auto rows = rows_.find(address);
  if (rows == rows_.end()) return nullptr;
  const auto at = std::find_if(rows->second.begin(), rows->second.end(), [](const auto& r) { return !r.deposed; });
  return at == rows->second.end() ? nullptr : &*at;
}

const RecordedResource* Ledger::object(const Address& address, std::string_view id) const {
  const auto rows = rows_.find(address);
  if (rows == rows_.end()) return nullptr;
  const auto at = std::find_if(rows->second.begin(), rows->second.end(), [&](const auto& r) { return r.id == id; });
  return at == rows->second.end() ? nullptr : &*at;
}

const Value* Ledger::outputs(const Address& address) {
  if (const auto known = outputs_.find(address); known != outputs_.end()) return &known->second;
  const auto* row = current(address);
  if (row == nullptr) return nullptr;
  auto decoded = from_json(row->outputs);
  if (!decoded) return nullptr;  // a damaged row: what needs it stays unknown, and its step says so
  return &outputs_.emplace(address, *std::move(decoded)).first->second;
}

bool Ledger::has_resources() const {
  return std::any_of(rows_.begin(), rows_.end(), [](const auto& entry) {
    return std::any_of(entry.second.begin(), entry.second.end(), [](const auto& row) { return !is_orphan(row); });
  });
}

bool Ledger::uses(std::string_view platform) const {
  const auto users = users_.find(platform);
  if (users != users_.end() && users->second > 0) return true;
  return std::any_of(intents_.begin(), intents_.end(), [&](const auto& i) { return i.second.platform == platform; });
}

Snapshot Ledger::snapshot() const {
  Snapshot out = base_;
  for (const auto& [address, rows] : rows_) out.resources.insert(out.resources.end(), rows.begin(), rows.end());
  std::sort(out.resources.begin(), out.resources.end(), [](const auto& a, const auto& b) {
    return std::tie(a.address, a.deposed, a.id) < std::tie(b.address, b.deposed, b.id);
  });
  for (const auto& [token, intent] : intents_) out.intents.push_back(intent);
  return out;
}

}  // namespace infra
