#include "keys/shared_keys.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/databases/sqlite.h"
#include "base/secrets/box.h"
#include "state/places/sqlite_store.h"

namespace infra {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "SQLite format 3";

bool is_sqlite(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(kMagic.size(), '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head == kMagic;
}

// A simulated world lies there too, and is none.
void add(const fs::path& path, SharedKeys& out) {
  auto store = open_sqlite(path.string(), "");
  auto state = store ? (*store)->load() : Result<Snapshot>(store.error());
  if (!state) {
    if (path.extension() == ".world") return;
    out.unreadable = true;
    out.states.push_back(path.filename().string());
    return;
  }
  std::vector<std::string> boxes;
  for (const auto& secret : state->secrets) boxes.push_back(secret.box);
  if (!state->hash_key.empty()) boxes.push_back(state->hash_key);
  if (boxes.empty()) return;
  out.states.push_back(path.filename().string());
  for (const auto& box : boxes) {
    const auto id = key_id_of(box);
    if (id) out.ids.insert(*id);
    out.unreadable = out.unreadable || !id;
  }
}

}  // namespace

SharedKeys keys_of_neighbours(const std::string& state) {
  SharedKeys out;
  if (state.empty()) return out;
  std::error_code problem;
  const auto folder = fs::path(state).parent_path();
  for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, problem)) {
    std::error_code ignored;  // what can't be compared is another file
    const bool itself = fs::equivalent(entry.path(), state, ignored);
    if (!itself && entry.is_regular_file(ignored) && is_sqlite(entry.path())) add(entry.path(), out);
  }
  out.unreadable = out.unreadable || static_cast<bool>(problem);
  std::sort(out.states.begin(), out.states.end());
  return out;
}

}  // namespace infra
