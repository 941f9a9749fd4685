// Where a repository is: https://, ssh://, git@host:path, file://, or a folder of this machine.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/net/url.h"
#include "base/result.h"

namespace infra {

struct RepoUrl {
  std::string fetch;  // what libgit2 is given; may hold a password
  std::string shown;  // the same without password, token and query: the only form that may reach a message
  std::string name;   // "shop" of https://host/team/shop.git
};

// E0801 for anything else, such as an option ("--upload-pack=…"), a helper ("ext::…") or an unauthenticated protocol.
Result<RepoUrl> parse_repo_url(std::string_view text);

// Of an http or https address; nullopt for all others.
std::optional<net::Origin> origin_of(const RepoUrl& url);

// `text` with every trace of what `url.shown` leaves out removed; for messages of others.
std::string redact(std::string text, const RepoUrl& url);

}  // namespace infra
