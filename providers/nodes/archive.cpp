#include "providers/nodes/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <memory>

namespace infra::nodes {

namespace {

la_ssize_t append_bytes(archive*, void* text, const void* data, std::size_t size) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

void add_file(archive* tar, const ArchiveFile& file) {
  const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(), archive_entry_free);
  const bool folder = file.path.ends_with('/');
  archive_entry_set_pathname(entry.get(), file.path.c_str());
  archive_entry_set_filetype(entry.get(), !file.link.empty() ? AE_IFLNK : folder ? AE_IFDIR : AE_IFREG);
  if (!file.link.empty()) archive_entry_set_symlink(entry.get(), file.link.c_str());
  archive_entry_set_perm(entry.get(), static_cast<__LA_MODE_T>(file.mode));
  archive_entry_set_uid(entry.get(), file.user);
  archive_entry_set_gid(entry.get(), file.group);
  archive_entry_set_mtime(entry.get(), 0, 0);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
  archive_write_header(tar, entry.get());
  if (!folder && file.link.empty()) archive_write_data(tar, file.content.data(), file.content.size());
}

}  // namespace

std::string tar_of(const std::vector<ArchiveFile>& files) {
  std::string out;
  const std::unique_ptr<archive, int (*)(archive*)> tar(archive_write_new(), archive_write_free);
  archive_write_set_format_gnutar(tar.get());
  archive_write_open(tar.get(), &out, nullptr, append_bytes, nullptr);
  for (const auto& file : files) add_file(tar.get(), file);
  archive_write_close(tar.get());
  return out;
}

Result<Ok> put_archive(const Context& context, const std::string& container, const std::vector<ArchiveFile>& files,
                       const std::string& what) {
  http::Request request{.method = "PUT", .path = fmt::format("/containers/{}/archive?path=/", container)};
  request.headers.emplace_back("Content-Type: application/x-tar");
  request.body = tar_of(files);
  auto reply = context.engine.raw(std::move(request), {.cancel = &context.cancel});
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return context.engine.refused(*reply, what);
  return Ok{};
}

}  // namespace infra::nodes
