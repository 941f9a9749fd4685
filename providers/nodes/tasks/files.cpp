#include "providers/nodes/tasks/files.h"

#include <fmt/format.h>

#include <charconv>

#include "providers/nodes/archive.h"

namespace infra::nodes {

namespace {

const List& files_of(const Value& container) {
  static const List none;
  const auto* files = container["files"].list();
  return files != nullptr ? *files : none;
}

bool is_secret(const Value& file) { return file["content"].secret() != nullptr; }

// "0640"
unsigned mode_of(const Value& file, unsigned usual) {
  const auto text = text_of(file["mode"]);
  unsigned out = usual;
  std::from_chars(text.data(), text.data() + text.size(), out, 8);
  return out;
}

struct Owner {
  std::int64_t user = 0, group = 0;
};
// "101" or "101:102"; one number is both, as a user's own group mostly has it.
Owner owner_of_file(const Value& file) {
  const auto text = text_of(file["owner"]);
  Owner out;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.user);
  out.group = out.user;
  if (error == std::errc() && end != text.data() + text.size()) {
    std::from_chars(end + 1, text.data() + text.size(), out.group);
  }
  return out;
}

}  // namespace

bool has_secret_files(const Value& container) {
  for (const auto& file : files_of(container)) {
    if (is_secret(file)) return true;
  }
  return false;
}

std::vector<SecretFile> secret_files_of(const std::string& label, const Value& container) {
  std::vector<SecretFile> out;
  for (const auto& file : files_of(container)) {
    if (!is_secret(file)) continue;
    const auto owner = owner_of_file(file);
    out.push_back({.container = label,
                   .path = text_of(file["path"]),
                   .content = text_of(file["content"]),
                   .mode = mode_of(file, 0444),
                   .user = owner.user,
                   .group = owner.group});
  }
  return out;
}

namespace {

std::vector<ArchiveFile> plain_files_of(const Value& container) {
  std::vector<ArchiveFile> out;
  for (const auto& file : files_of(container)) {
    if (is_secret(file)) continue;
    const auto owner = owner_of_file(file);
    out.push_back({.path = text_of(file["path"]).substr(1),
                   .content = text_of(file["content"]),
                   .mode = mode_of(file, 0644),
                   .user = owner.user,
                   .group = owner.group});
  }
  return out;
}

}  // namespace

Result<Ok> put_own_files(const Context& context, const std::string& id, const std::string& label,
                         const Value& container) {
  auto files = plain_files_of(container);
  for (const auto& secret : secret_files_of(label, container)) {
    if (secret.path.starts_with(std::string(kSecretFolder) + "/")) continue;
    files.push_back({.path = secret.path.substr(1), .link = fmt::format("{}/{}", kSecretFolder, secret.name())});
  }
  if (files.empty()) return Ok{};
  return put_archive(context, id, files, fmt::format("put the files of container `{}` in place", label));
}

}  // namespace infra::nodes
