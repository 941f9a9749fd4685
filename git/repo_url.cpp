#include "git/repo_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/text/one_line.h"

namespace infra {
namespace {

constexpr std::array<std::string_view, 4> kSchemes = {"https", "ssh", "http", "file"};

Error not_understood(std::string_view shown, std::string_view why) {
  return {.code = "E0801",
          .message = fmt::format("\"{}\" can't be followed as a repository: {}", one_line(shown, 120), why),
          .help = "give an https:// or ssh:// address, git@host:path, or the path of a folder of this machine"};
}

struct Authority {
  std::size_t begin = 0;  // of user:password
  std::size_t at = std::string_view::npos;
};

Authority authority_of(std::string_view url, std::size_t scheme_end) {
  const std::size_t begin = scheme_end + 3;
  const std::size_t slash = std::min(url.find('/', begin), url.size());
  const std::size_t at = url.substr(0, slash).rfind('@');  // a password may hold an unescaped '@'
  return {begin, at != std::string_view::npos && at >= begin ? at : std::string_view::npos};
}

// A user name is harmless for ssh ("git@"), while over http a token often stands where the user does.
std::string hide_credentials(std::string_view url, std::string_view scheme) {
  std::string out(url.substr(0, std::min(url.find('?'), url.size())));
  if (out.size() < url.size()) out += "?***";
  const Authority where = authority_of(out, scheme.size());
  if (where.at == std::string_view::npos) return out;
  const std::size_t colon = out.find(':', where.begin);
  if (scheme == "ssh") {
    if (colon < where.at) out.replace(colon + 1, where.at - colon - 1, "***");
  } else {
    out.replace(where.begin, where.at - where.begin, "***");
  }
  return out;
}

std::string base_name(std::string_view url) {
  url = url.substr(0, std::min(url.find('?'), url.size()));
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);
  if (url.ends_with(".git")) url.remove_suffix(4);
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);  // "/srv/shop/.git"
  const auto cut = url.find_last_of("/:");
  return std::string(cut == std::string_view::npos ? url : url.substr(cut + 1));
}

// "git@host:path", as git reads it: a colon before the first slash.
bool is_scp_form(std::string_view text) {
  const auto colon = text.find(':');
  return colon != std::string_view::npos && colon != 0 && text.find('/') > colon && text.find("::") != colon;
}

Result<RepoUrl> folder_url(std::string_view text) {
  std::error_code failed;
  const auto absolute = std::filesystem::absolute(std::filesystem::path(text), failed).lexically_normal();
  if (failed) return not_understood(text, failed.message());
  return RepoUrl{.fetch = absolute.string(), .shown = std::string(text), .name = base_name(absolute.string())};
}

void erase_all(std::string& text, std::string_view what, std::string_view with) {
  if (what.empty()) return;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

Result<RepoUrl> parse_repo_url(std::string_view text) {
  if (text.empty()) return not_understood(text, "it is empty");
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) {
    return not_understood("…", "it holds control characters");
  }
  if (text.front() == '-') return not_understood(text, "it looks like an option");
  const auto scheme_end = text.find("://");
  if (scheme_end != std::string_view::npos && text.find('/') == scheme_end + 1) {
    const auto scheme = text.substr(0, scheme_end);
    if (std::find(kSchemes.begin(), kSchemes.end(), scheme) == kSchemes.end()) {
      return not_understood(hide_credentials(text, scheme), fmt::format("\"{}\" isn't supported", one_line(scheme)));
    }
    if (scheme != "file" && !net::parse_url(text)) {
      return not_understood(hide_credentials(text, scheme),
                            "its host can't be told for certain; write %40 for an @ and %2F for a / in a password");
    }
    return RepoUrl{.fetch = std::string(text), .shown = hide_credentials(text, scheme), .name = base_name(text)};
  }
  if (text.find("::") < text.find('/')) return not_understood(text, "programs as transports aren't supported");
  if (is_scp_form(text)) {
    return RepoUrl{.fetch = std::string(text), .shown = std::string(text), .name = base_name(text)};
  }
  return folder_url(text);
}

std::optional<net::Origin> origin_of(const RepoUrl& url) {
  const auto parsed = net::parse_url(url.fetch);
  const bool http = parsed && (parsed->origin.scheme == "https" || parsed->origin.scheme == "http");
  return http ? std::optional(parsed->origin) : std::nullopt;
}

std::string redact(std::string text, const RepoUrl& url) {
  if (url.fetch == url.shown) return text;
  erase_all(text, url.fetch, url.shown);
  const auto scheme_end = url.fetch.find("://");
  if (scheme_end == std::string::npos) return text;
  const Authority where = authority_of(url.fetch, scheme_end);
  if (where.at != std::string_view::npos) {
    const std::string user_info = url.fetch.substr(where.begin, where.at - where.begin);
    const auto colon = user_info.find(':');
    erase_all(text, user_info, "***");
    if (colon != std::string::npos) erase_all(text, user_info.substr(colon + 1), "***");
  }
  if (const auto query = url.fetch.find('?'); query != std::string::npos) {
    erase_all(text, std::string_view(url.fetch).substr(query + 1), "***");
  }
  return text;
}

}  // namespace infra
