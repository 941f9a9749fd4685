#include "providers/nodes/images/tar_stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace infra::nodes {

namespace {

using ArchiveEntry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

la_ssize_t keep(archive*, void* pending, const void* bytes, std::size_t size) {
  static_cast<std::string*>(pending)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

Error changed(const std::string& path) {
  return {.code = "E0607",
          .message = fmt::format("the file \"{}\" changed while it was sent", path),
          .help = "run infra apply again"};
}

}  // namespace

TarStream::TarStream(const SourceTree& sources, std::vector<engine::ContextFile> files)
    : sources_(sources), files_(std::move(files)), tar_(archive_write_new(), archive_write_free) {
  archive_write_set_format_gnutar(tar_.get());
  archive_write_set_bytes_per_block(tar_.get(), 0);  // each piece is given out as it is written
  archive_write_open(tar_.get(), &pending_, nullptr, keep, nullptr);
}

TarStream::~TarStream() {
  archive_write_fail(tar_.get());  // one that is given up is not brought to its end
}

Result<Ok> TarStream::written(long done) const {
  if (done >= 0) return Ok{};
  const char* why = archive_error_string(tar_.get());
  return Error{.code = "E0607",
               .message = fmt::format("the build context can't be packed: {}", why != nullptr ? why : "out of memory")};
}

Result<Ok> TarStream::write_header() {
  if (at_ == files_.size()) {
    next_ = Next::nothing;
    return written(archive_write_close(tar_.get()));
  }
  const auto& [name, file] = files_[at_];
  const ArchiveEntry entry(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_mtime(entry.get(), 0, 0);
  archive_entry_set_perm(entry.get(), file.symlink ? 0777 : file.executable ? 0755 : 0644);
  if (file.symlink) {
    auto target = sources_.read(file.path);  // a link's content is where it points to
    if (!target) return std::move(target).error();
    archive_entry_set_filetype(entry.get(), AE_IFLNK);
    archive_entry_set_symlink(entry.get(), target->c_str());
    ++at_;
    return written(archive_write_header(tar_.get(), entry.get()));
  }
  auto open = sources_.open(file.path);
  if (!open) return std::move(open).error();
  open_ = *std::move(open);
  left_ = file.size;
  next_ = Next::content;
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.size));
  return written(archive_write_header(tar_.get(), entry.get()));
}

Result<Ok> TarStream::write_content() {
  std::array<char, std::size_t{1} << 16U> buffer;
  auto got = open_->read(buffer.data(), buffer.size());
  if (!got) return std::move(got).error();
  if (*got > left_ || (*got == 0 && left_ != 0)) return changed(files_[at_].entry.path);
  left_ -= *got;
  if (*got != 0) return written(archive_write_data(tar_.get(), buffer.data(), *got));
  open_.reset();
  ++at_;
  next_ = Next::header;
  return written(archive_write_finish_entry(tar_.get()));
}

Result<Ok> TarStream::write_more() { return next_ == Next::header ? write_header() : write_content(); }

std::optional<std::size_t> TarStream::read(char* buffer, std::size_t size) {
  while (taken_ == pending_.size() && next_ != Next::nothing && !error_) {
    pending_.clear();
    taken_ = 0;
    if (auto more = write_more(); !more) error_ = std::move(more).error();
  }
  if (error_) return std::nullopt;
  const auto given = std::min(size, pending_.size() - taken_);
  std::memcpy(buffer, pending_.data() + taken_, given);
  taken_ += given;
  return given;
}

}  // namespace infra::nodes
