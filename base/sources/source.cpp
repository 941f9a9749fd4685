#include "base/sources/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/held_reader.h"

namespace infra {

FileId SourceMap::add(std::string path, std::string text) {
  SourceFile file{.path = std::move(path), .text = std::move(text), .line_starts = {0}};
  for (std::size_t i = 0; i < file.text.size(); ++i) {
    if (file.text[i] == '\n') file.line_starts.push_back(static_cast<std::uint32_t>(i + 1));
    if ((static_cast<unsigned char>(file.text[i]) & 0xC0U) == 0x80U) {
      file.continued.push_back(static_cast<std::uint32_t>(i));
    }
  }
  files_.push_back(std::move(file));
  return static_cast<FileId>(files_.size() - 1);
}

LineColumn SourceMap::locate(FileId id, std::uint32_t offset) const {
  const auto& file = files_[id];
  auto after = std::upper_bound(file.line_starts.begin(), file.line_starts.end(), offset);
  auto line = static_cast<std::uint32_t>(after - file.line_starts.begin());
  const auto start = file.line_starts[line - 1];
  const auto stop = std::max(start, static_cast<std::uint32_t>(std::min<std::size_t>(offset, file.text.size())));
  const auto before = [&](std::uint32_t at) {
    return std::lower_bound(file.continued.begin(), file.continued.end(), at) - file.continued.begin();
  };
  return {line, 1 + (stop - start) - static_cast<std::uint32_t>(before(stop) - before(start))};
}

std::string_view SourceMap::line(FileId id, std::uint32_t number) const {
  const auto& file = files_[id];
  if (number == 0 || number > file.line_starts.size()) return {};
  const std::size_t begin = file.line_starts[number - 1];
  const std::size_t end = number < file.line_starts.size() ? file.line_starts[number] : file.text.size();
  std::string_view view(file.text.data() + begin, end - begin);
  while (!view.empty() && (view.back() == '\n' || view.back() == '\r')) view.remove_suffix(1);
  return view;
}

std::string_view SourceMap::text(Span span) const {
  if (!span.somewhere()) return {};
  const auto& all = files_[span.file].text;
  const auto begin = std::min<std::size_t>(span.begin, all.size());
  return std::string_view(all).substr(begin, span.end - span.begin);
}

namespace {

// False: `take` gave up before the end.
template <class Take>
Result<bool> for_each_piece(const SourceTree& tree, const std::string& path, const Take& take) {
  auto file = tree.open(path);
  if (!file) return std::move(file).error();
  std::array<char, std::size_t{1} << 16U> buffer;
  for (;;) {
    auto got = (*file)->read(buffer.data(), buffer.size());
    if (!got) return std::move(got).error();
    if (*got == 0) return true;
    if (!take(std::string_view(buffer.data(), *got))) return false;
  }
}

}  // namespace

bool names_private(std::string_view path) {
  const auto is = [](std::string_view part, std::string_view name) {
    return std::equal(part.begin(), part.end(), name.begin(), name.end(),
                      [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a + ('a' - 'A') == b); });
  };
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, slash);
    if (is(part, ".infra") || is(part, ".git")) return true;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return false;
}

Error too_large(std::string_view path, std::size_t most) {
  return {.code = "E0006",
          .message = fmt::format("the file \"{}\" has more than the {} MiB that are read of one", path, most >> 20U),
          .help = "keep large data out of the stack: in an image, a volume, or a store of objects"};
}

std::unique_ptr<FileReader> reader_of(std::string text) {
  return held_reader(std::move(text), [](const std::string& held) { return std::string_view(held); });
}

Error private_path(std::string_view path) {
  return {.code = "E0005",
          .message = fmt::format("\"{}\" is private: no stack reads its own state, keys or git repository", path),
          .help = "keep what the stack needs outside of `.infra` and `.git`"};
}

Result<std::vector<TreeEntry>> SourceTree::list(const std::string& folder) const {
  if (names_private(folder)) return private_path(folder);
  auto entries = do_list(folder);
  if (entries) std::erase_if(*entries, [](const TreeEntry& entry) { return names_private(entry.path); });
  return entries;
}

Result<std::string> SourceTree::read(const std::string& path) const {
  return names_private(path) ? Result<std::string>(private_path(path)) : do_read(path);
}

Result<std::unique_ptr<FileReader>> SourceTree::open(const std::string& path) const {
  return names_private(path) ? Result<std::unique_ptr<FileReader>>(private_path(path)) : do_open(path);
}

Result<std::string> SourceTree::digest(const std::string& path) const {
  return names_private(path) ? Result<std::string>(private_path(path)) : do_digest(path);
}

Result<std::string> SourceTree::do_read(const std::string& path) const {
  std::string out;
  const auto add = [&](std::string_view piece) {
    out += piece;
    return out.size() <= kMostRead;
  };
  auto whole = for_each_piece(*this, path, add);
  if (!whole) return std::move(whole).error();
  return *whole ? Result<std::string>(std::move(out)) : too_large(path, kMostRead);
}

Result<std::string> SourceTree::do_digest(const std::string& path) const {
  Sha256 hash;
  const auto add = [&](std::string_view piece) { return hash.add(piece), true; };
  if (auto whole = for_each_piece(*this, path, add); !whole) return std::move(whole).error();
  return hash.hex();
}

Result<std::vector<std::string>> SourceTree::root_files(std::string_view suffix) const {
  auto files = do_root_files(suffix);
  if (files) std::erase_if(*files, [](const std::string& name) { return names_private(name); });
  return files;
}

Result<std::string> normal_path(std::string_view path) {
  const Error outside{.code = "E0005",
                      .message = fmt::format("the path \"{}\" leads out of the stack's folder", path),
                      .help = "use a path inside the stack's folder"};
  if (path.starts_with('/') || path.find('\0') != std::string_view::npos) return outside;
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (parts.empty()) return outside;
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  std::string out;
  for (const auto part : parts) {
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

}  // namespace infra
