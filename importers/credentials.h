// What in a foreign file is a secret: decided by what a value is called, what it is used for and what it looks like.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace infra::importing {

// Does a variable or an option of this name hold a secret: DB_PASS, PGPASSWORD, api-key, --requirepass, AWS_SECRET…?
// TOKEN_TTL, ALLOW_EMPTY_PASSWORD, MAX_TOKENS, PASSWORD_FILE and PUBLIC_KEY don't.
bool names_secret(std::string_view name);
// What a secret isn't, though its name says so: yes and no, nothing, and the path of a file.
bool is_no_secret(std::string_view name, std::string_view value);

// A part of a text.
struct Part {
  std::size_t begin = 0, end = 0;
  friend bool operator==(const Part&, const Part&) = default;
};

// What stands for a variable in a text that is looked at: part of what it stands in, whatever its value will be.
inline constexpr char kVariable = '\x1A';

// The secrets in a text, in order and apart: the password of scheme://user:password@host, password=… and the like of a
// connection string or a query, what follows `Bearer`, known forms of tokens and keys, and hashes of passwords.
std::vector<Part> credentials_in(std::string_view text);
// All of the value, if its name says so.
std::vector<Part> credentials_of(std::string_view name, std::string_view value);
inline bool holds_secret(std::string_view name, std::string_view value) { return !credentials_of(name, value).empty(); }

// The secrets in the words of a command line: as above, and what follows an option such as --requirepass, -p of the
// clients of MySQL or -a of redis-cli.
std::vector<std::vector<Part>> credentials_of_command(const std::vector<std::string>& words);

// The same in a script for a shell; what the shell looks up itself shows nothing.
std::vector<Part> credentials_of_script(std::string_view script);

// The same text with every secret as ***.
std::string without_credentials(std::string_view text);

}  // namespace infra::importing
