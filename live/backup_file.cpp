#include "live/backup_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

namespace infra {
namespace {

constexpr unsigned kBuffer = 128U << 10U;
constexpr const char* kEnding = ".tar.gz";
constexpr const char* kPart = ".part";

struct CloseGz {
  void operator()(gzFile file) const { static_cast<void>(gzclose(file)); }
};
using Gz = std::unique_ptr<gzFile_s, CloseGz>;

Error cannot_write(const std::string& path) {
  return {.code = "E0907", .message = fmt::format("{} can't be written: {}", path, std::strerror(errno)), .help = {}};
}

Error not_whole(const std::string& path, const std::string& why) {
  return {.code = "E0617",
          .message = fmt::format("{} is no whole backup: {}", path, why),
          .help = "nothing was changed; take another one (`infra volume backup` writes them)"};
}

Result<Ok> fill_gz(Gz gz, const std::string& path, const std::function<Result<Ok>(const Volumes::Take&)>& fill) {
  gzbuffer(gz.get(), kBuffer);
  const auto take = [&](std::string_view piece) {
    return piece.empty() || gzwrite(gz.get(), piece.data(), static_cast<unsigned>(piece.size())) > 0;
  };
  if (auto filled = fill(take); !filled) return filled;
  if (gzclose(gz.release()) != Z_OK) return cannot_write(path);
  return Ok{};
}

// "shop-db-20261129T101500Z.tar.gz" is of "shop-db", and not of "shop".
bool is_of_volume(std::string_view name, const std::string& volume, std::string_view ending) {
  if (!name.starts_with(volume + "-") || !name.ends_with(ending)) return false;
  const auto when = name.substr(volume.size() + 1, name.size() - volume.size() - 1 - ending.size());
  return when.size() == 16 && when[8] == 'T' && when[15] == 'Z' &&
         std::all_of(when.begin(), when.end(), [](char c) { return (c >= '0' && c <= '9') || c == 'T' || c == 'Z'; });
}

}  // namespace

std::string backup_name(const std::string& volume, std::chrono::system_clock::time_point now) {
  const auto utc = fmt::gmtime(std::chrono::system_clock::to_time_t(now));
  return fmt::format("{}-{:%Y%m%dT%H%M%SZ}{}", volume, utc, kEnding);
}

Result<Ok> write_backup_to(int descriptor, const std::function<Result<Ok>(const Volumes::Take& take)>& fill) {
  const int own = ::dup(descriptor);
  Gz gz(own < 0 ? nullptr : gzdopen(own, "wb"));
  if (gz == nullptr) return cannot_write("the standard output");
  return fill_gz(std::move(gz), "the standard output", fill);
}

Result<Ok> write_backup(const std::string& path, const std::function<Result<Ok>(const Volumes::Take& take)>& fill) {
  const auto part = path + kPart;
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return cannot_write(part);
  const int synced = ::dup(file);
  const auto close_both = [&](Result<Ok> outcome) {
    ::close(synced);
    if (!outcome) ::unlink(part.c_str());
    return outcome;
  };
  Gz gz(gzdopen(file, "wb"));
  if (gz == nullptr) {
    ::close(file);
    return close_both(cannot_write(part));
  }
  if (auto filled = fill_gz(std::move(gz), part, fill); !filled) return close_both(filled);
  if (::fsync(synced) != 0 || ::rename(part.c_str(), path.c_str()) != 0) return close_both(cannot_write(path));
  return close_both(Ok{});
}

Result<Ok> read_backup(const std::string& path, const std::function<Result<Ok>(const Volumes::Give& give)>& take_from) {
  const Gz gz(gzopen(path.c_str(), "rb"));
  if (gz == nullptr) return not_whole(path, std::strerror(errno));
  gzbuffer(gz.get(), kBuffer);
  std::string trouble;
  const auto give = [&](char* buffer, std::size_t size) -> std::optional<std::size_t> {
    const int got = gzread(gz.get(), buffer, static_cast<unsigned>(std::min<std::size_t>(size, kBuffer)));
    int code = Z_OK;
    const char* said = gzerror(gz.get(), &code);
    if (got < 0 || code == Z_BUF_ERROR) {
      trouble = code == Z_BUF_ERROR ? "it ends too early" : said;
      return std::nullopt;
    }
    return static_cast<std::size_t>(got);
  };
  auto taken = take_from(give);
  if (!trouble.empty()) return not_whole(path, trouble);
  return taken;
}

namespace {

struct Reading {
  const Volumes::Give& give;
  std::vector<char> buffer = std::vector<char>(kBuffer);
};

la_ssize_t read_more(archive*, void* data, const void** bytes) {
  auto& reading = *static_cast<Reading*>(data);
  const auto got = reading.give(reading.buffer.data(), reading.buffer.size());
  *bytes = reading.buffer.data();
  return got ? static_cast<la_ssize_t>(*got) : -1;
}

Result<Ok> check_tar(const std::string& path, const Volumes::Give& give) {
  Reading reading{give};
  const std::unique_ptr<archive, int (*)(archive*)> tar(archive_read_new(), archive_read_free);
  archive_read_support_format_tar(tar.get());
  if (archive_read_open(tar.get(), &reading, nullptr, read_more, nullptr) != ARCHIVE_OK) {
    return not_whole(path, "it is no tar in gzip");
  }
  archive_entry* entry = nullptr;
  bool any = false;
  for (;;) {
    const int got = archive_read_next_header(tar.get(), &entry);
    if (got == ARCHIVE_EOF) break;
    if (got < ARCHIVE_WARN) return not_whole(path, archive_error_string(tar.get()));
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr || (std::strcmp(name, "volume") != 0 && std::strncmp(name, "volume/", 7) != 0)) {
      return not_whole(path, "it has other files than those of a volume");
    }
    if (std::strstr(name, "/../") != nullptr) return not_whole(path, "a name in it leads out of the volume");
    any = true;
  }
  // The checksum stands behind the tar's end.
  for (;;) {
    const auto got = give(reading.buffer.data(), reading.buffer.size());
    if (!got) return not_whole(path, "it ends too early");
    if (*got == 0) break;
  }
  return any ? Result<Ok>(Ok{}) : not_whole(path, "it is empty");
}

}  // namespace

Result<Ok> check_backup(const std::string& path, const std::string& place) {
  auto whole = read_backup(path, [&](const Volumes::Give& give) { return check_tar(path, give); });
  if (whole || place.empty()) return whole;
  auto error = std::move(whole).error();
  if (error.message.starts_with(path)) error.message.replace(0, path.size(), place);
  return error;
}

std::vector<std::string> old_backups(std::vector<std::string> names, const std::string& volume, std::size_t keep) {
  std::erase_if(names, [&](const std::string& name) { return !is_of_volume(name, volume, kEnding); });
  std::sort(names.begin(), names.end());
  names.resize(names.size() > keep ? names.size() - keep : 0);
  return names;
}

Result<std::vector<std::string>> remove_old_backups(const std::string& folder, const std::string& volume,
                                                    std::size_t keep) {
  std::vector<std::string> all, gone;
  std::error_code trouble;
  for (const auto& entry : std::filesystem::directory_iterator(folder, trouble)) {
    const auto name = entry.path().filename().string();
    all.push_back(name);
    if (is_of_volume(name, volume, std::string(kEnding) + kPart)) gone.push_back(name);
  }
  if (trouble) return Error{.code = "E0907", .message = fmt::format("{}: {}", folder, trouble.message()), .help = {}};
  for (auto& name : old_backups(std::move(all), volume, keep)) gone.push_back(std::move(name));
  for (const auto& name : gone) {
    const auto path = fmt::format("{}/{}", folder, name);
    if (::unlink(path.c_str()) != 0) return cannot_write(path);
  }
  return gone;
}

}  // namespace infra
