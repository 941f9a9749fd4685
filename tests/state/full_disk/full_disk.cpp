// The disk is full from the nth write on: INFRA_DISK_WRITES says how many below INFRA_DISK_FOLDER still succeed. Loaded
// in front of the C library.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace {

// Of the files in that folder only: the test's own report must get through.
bool is_watched(int file) {
  const char* folder = std::getenv("INFRA_DISK_FOLDER");
  if (folder == nullptr) return false;
  char link[64], path[4096];
  char digits[16];
  int at = 16, number = file;
  do {
    digits[--at] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0 && at > 0);
  std::strcpy(link, "/proc/self/fd/");
  std::strncat(link, digits + at, static_cast<std::size_t>(16 - at));
  const auto size = ::readlink(link, path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  return std::strncmp(path, folder, std::strlen(folder)) == 0;
}

bool full(int file) {
  static long left = std::getenv("INFRA_DISK_WRITES") == nullptr ? -1 : std::atol(std::getenv("INFRA_DISK_WRITES"));
  if (left < 0 || !is_watched(file)) return false;
  if (left > 0) {
    --left;
    return false;
  }
  errno = ENOSPC;
  return true;
}

template <class F>
F real(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t)>("write");
  return full(file) ? -1 : next(file, bytes, size);
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return full(file) ? -1 : next(file, bytes, size, at);
}
ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return full(file) ? -1 : next(file, bytes, size, at);
}
int fsync(int file) {
  static const auto next = real<int (*)(int)>("fsync");
  return full(file) ? -1 : next(file);
}
int fdatasync(int file) {
  static const auto next = real<int (*)(int)>("fdatasync");
  return full(file) ? -1 : next(file);
}
int fallocate(int file, int mode, off_t at, off_t size) {
  static const auto next = real<int (*)(int, int, off_t, off_t)>("fallocate");
  return full(file) ? -1 : next(file, mode, at, size);
}
}
