// A reader of bytes that are in memory already, whoever holds them: a text of its own, or what a library unpacked.
#pragma once
#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/sources/source.h"

namespace infra {

// `bytes_of(holder)` is a view of what the holder keeps. It is asked at each read: a holder that was moved may keep its
// bytes elsewhere.
template <class Holder, class BytesOf>
class HeldReader : public FileReader {
 public:
  HeldReader(Holder holder, BytesOf bytes_of) : holder_(std::move(holder)), bytes_of_(std::move(bytes_of)) {}
  Result<std::size_t> read(char* buffer, std::size_t room) override {
    const std::string_view all = bytes_of_(holder_);
    const auto given = std::min(room, all.size() - given_);
    if (given != 0) std::memcpy(buffer, all.data() + given_, given);
    given_ += given;
    return given;
  }

 private:
  Holder holder_;
  BytesOf bytes_of_;
  std::size_t given_ = 0;
};

template <class Holder, class BytesOf>
std::unique_ptr<FileReader> held_reader(Holder holder, BytesOf bytes_of) {
  return std::make_unique<HeldReader<Holder, BytesOf>>(std::move(holder), std::move(bytes_of));
}

}  // namespace infra
