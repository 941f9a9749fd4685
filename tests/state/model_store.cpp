#include "tests/state/model_store.h"

#include <algorithm>
#include <tuple>

namespace infra::test {

Result<Snapshot> ModelStore::load() { return now_; }

Result<Serial> ModelStore::commit(const std::vector<Mutation>& batch) {
  for (const auto& mutation : batch) {
    std::visit([this](const auto& m) { apply(m); }, mutation);
  }
  auto place = [](const RecordedResource& r) { return std::tie(r.address, r.deposed, r.id); };
  std::sort(now_.resources.begin(), now_.resources.end(),
            [&](const auto& a, const auto& b) { return place(a) < place(b); });
  auto by_token = [](const auto& a, const auto& b) { return a.token < b.token; };
  std::sort(now_.intents.begin(), now_.intents.end(), by_token);
  auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(now_.outputs.begin(), now_.outputs.end(), by_name);
  std::sort(now_.platforms.begin(), now_.platforms.end(), by_name);
  std::sort(now_.secrets.begin(), now_.secrets.end(), by_name);
  std::sort(now_.deployments.begin(), now_.deployments.end(), by_name);
  std::sort(now_.notes.begin(), now_.notes.end(),
            [](const auto& a, const auto& b) { return std::tie(a.topic, a.name) < std::tie(b.topic, b.name); });
  ++now_.serial.value;
  return now_.serial;
}

void ModelStore::apply(const PutIntent& m) {
  apply(DropIntent{m.intent.token});
  now_.intents.push_back(m.intent);
}

void ModelStore::apply(const DropIntent& m) {
  std::erase_if(now_.intents, [&](const Intent& i) { return i.token == m.token; });
}

void ModelStore::apply(const PutResource& m) {
  const auto& next = m.resource;
  std::erase_if(now_.resources, [&](const RecordedResource& r) {
    return r.address == next.address && r.deposed == next.deposed && (!next.deposed || r.id == next.id);
  });
  now_.resources.push_back(next);
}

void ModelStore::apply(const DeposeResource& m) {
  for (auto& r : now_.resources) {
    if (r.address != m.address || r.deposed) continue;
    auto deposed = r;
    deposed.deposed = true;
    apply(DropResource{r.address, r.id});
    now_.resources.push_back(std::move(deposed));
    return;
  }
}

void ModelStore::apply(const DropResource& m) {
  std::erase_if(now_.resources, [&](const RecordedResource& r) { return r.address == m.address && r.id == m.id; });
}

void ModelStore::apply(const PutOutputs& m) { now_.outputs = m.outputs; }

void ModelStore::apply(const PutPlatform& m) {
  apply(DropPlatform{m.platform.name});
  now_.platforms.push_back(m.platform);
}

void ModelStore::apply(const DropPlatform& m) {
  std::erase_if(now_.platforms, [&](const RecordedPlatform& p) { return p.name == m.name; });
}

void ModelStore::apply(const SetStack& m) { now_.stack = m.name; }

void ModelStore::apply(const SetLineage& m) { now_.lineage = m.lineage; }
void ModelStore::apply(const SetHashKey& m) { now_.hash_key = m.box; }

void ModelStore::apply(const PutSecret& m) {
  apply(DropSecret{m.secret.name});
  now_.secrets.push_back(m.secret);
}

void ModelStore::apply(const DropSecret& m) {
  std::erase_if(now_.secrets, [&](const RecordedSecret& s) { return s.name == m.name; });
}

void ModelStore::apply(const PutDeployment& m) {
  apply(DropDeployment{m.deployment.name});
  now_.deployments.push_back(m.deployment);
}

void ModelStore::apply(const DropDeployment& m) {
  std::erase_if(now_.deployments, [&](const RecordedDeployment& d) { return d.name == m.name; });
}

void ModelStore::apply(const PutNote& m) {
  apply(DropNote{m.note.topic, m.note.name});
  now_.notes.push_back(m.note);
}

void ModelStore::apply(const DropNote& m) {
  std::erase_if(now_.notes, [&](const RecordedNote& n) { return n.topic == m.topic && n.name == m.name; });
}

void ModelStore::apply(const PutRevision& m) { put(m); }

}  // namespace infra::test
