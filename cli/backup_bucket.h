// Backups of volumes in a bucket of a store that speaks S3's API: s3://BUCKET or s3://BUCKET/PREFIX.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "providers/aws/storage/s3.h"

namespace infra::cli {

bool is_bucket(std::string_view place);

// A folder for what is on its way; it goes with all that is in it.
class PassingFolder {
 public:
  static Result<PassingFolder> make();
  PassingFolder(PassingFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PassingFolder& operator=(PassingFolder&&) = delete;
  ~PassingFolder();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit PassingFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

class BackupBucket {
 public:
  // E0902 if it is no such place.
  static Result<BackupBucket> open(const std::string& place);

  // "s3://BUCKET/PREFIX/NAME"
  [[nodiscard]] std::string place_of(const std::string& name) const;
  Result<Ok> put(const std::string& file, const std::string& name, const Cancel& cancel);
  // The object that `place` itself names.
  Result<Ok> get(const std::string& file, const Cancel& cancel);
  // All but the newest `keep` of this volume; their names.
  Result<std::vector<std::string>> remove_old(const std::string& volume, std::size_t keep, const Cancel& cancel);

 private:
  BackupBucket(std::string bucket, std::string key, aws::S3 store)
      : bucket_(std::move(bucket)), key_(std::move(key)), store_(std::move(store)) {}
  [[nodiscard]] std::string key_of(const std::string& name) const;
  std::string bucket_, key_;
  aws::S3 store_;
};

}  // namespace infra::cli
