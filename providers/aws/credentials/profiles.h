// ~/.aws/config and ~/.aws/credentials: INI files as the AWS command line reads them. Pure.
// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "providers/aws/credentials/credential_surroundings.h"

namespace infra::aws {

using IniSection = std::map<std::string, std::string>;  // keys in lower case; a nested one is "s3.max_concurrent"
using Ini = std::map<std::string, IniSection>;          // by head: "profile dev"

Ini parse_ini(std::string_view text);

class Profiles {
 public:
  // The files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name, or the usual ones; one that isn't there is
  // empty.
  static Profiles read(const Surroundings& surroundings);
  Profiles(Ini config, Ini credentials) : config_(std::move(config)), credentials_(std::move(credentials)) {}

  [[nodiscard]] bool has(const std::string& name) const;
  // "role_arn" of profile "dev"; credentials count more than config. Empty: not set.
  [[nodiscard]] std::string get(const std::string& profile, const std::string& key) const;
  // The same from one file alone.
  [[nodiscard]] std::string from_config(const std::string& profile, const std::string& key) const;
  [[nodiscard]] std::string from_credentials(const std::string& profile, const std::string& key) const;
  [[nodiscard]] const IniSection* sso_session(const std::string& name) const;
  // "endpoint_url" of [services NAME] for a service id ("ecs"), or of the profile itself.
  [[nodiscard]] std::string endpoint(const std::string& profile, const std::string& service_key) const;

 private:
  [[nodiscard]] const IniSection* config_of(const std::string& profile) const;
  Ini config_, credentials_;
};

}  // namespace infra::aws
