#include "base/text/pattern_words.h"

#include <array>
#include <utility>

namespace infra {
namespace {

using Words = std::pair<std::string_view, std::string_view>;
constexpr std::array kWords = {
    Words{"/.*", "a path that begins with `/`, such as \"/srv/app\""},
    Words{"[a-z]{2,3}(-[a-z]+)+-[0-9]", "a region such as \"eu-west-1\" (its zones, as eu-west-1a, belong to subnets)"},
    Words{"https?://.+", "an address that begins with http:// or https://"},
    Words{"(unix|tcp|ssh)://.+",
          "an address such as \"unix:///var/run/docker.sock\", \"tcp://10.0.0.5:2376\" or \"ssh://me@10.0.0.5\""},
    Words{"1\\.[0-9]{2}", "a version of Kubernetes in two parts, such as \"1.33\""},
    Words{"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}",
          "a tag: at most 128 letters, digits, `_`, `.` and `-`, and no `.` or `-` at its beginning"},
    Words{"0?[0-7]{3}", "the permissions of a file as three octal digits, such as \"0640\""},
    Words{"[0-9]{1,9}(:[0-9]{1,9})?", "a UID, or a UID and a GID, such as \"101\" or \"101:102\""},
    Words{"ALL|[A-Z_]{3,40}", "a capability of Linux such as \"NET_ADMIN\", or \"ALL\""},
    Words{"[a-z0-9-]+", "a log driver such as \"json-file\""},
    Words{"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}",
          "a volume's name: 2 to 63 letters, digits, `_`, `.` and `-`, and a letter or digit at its beginning"},
    Words{"fs-[0-9a-f]+", "the id of a file system, such as \"fs-0123456789abcdef0\""},
    Words{R"([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)",
          "a repository's name: small letters and digits, with single `.`, `_`, `-` or `/` between them, such as "
          "\"shop/web\""},
    Words{"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
          "a name of DNS: at most 63 small letters, digits and `-`, with no `-` at its ends, such as \"web-1\""},
    Words{"[A-Za-z0-9/_+=.@-][A-Za-z0-9 _.:/=+@-]{0,511}", "a name: letters, digits, and signs such as `-`"},
    Words{"[a-z]+/[a-zA-Z0-9.+-]+(; ?[a-zA-Z-]+=[a-zA-Z0-9.+-]+)*",
          "a media type such as \"text/html; charset=utf-8\""},
    Words{"[a-z][a-z0-9-]*\\.[a-z0-9-]+", "an instance type such as \"m6i.large\""},
};

}  // namespace

std::string_view words_of_pattern(std::string_view pattern) {
  for (const auto& [known, words] : kWords) {
    if (known == pattern) return words;
  }
  return "";
}

}  // namespace infra
