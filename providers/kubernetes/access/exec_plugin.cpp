#include "providers/kubernetes/access/exec_plugin.h"

#include <fmt/format.h>

#include <cstdio>
#include <mutex>
#include <sstream>

#include "base/net/base64.h"
#include "providers/kubernetes/objects/object_json.h"

namespace infra::kubernetes {

namespace {

using namespace std::chrono_literals;

// "2026-11-29T05:38:44Z"
std::optional<Time> moment(const std::string& when) {
  std::tm tm{};
  if (std::sscanf(when.c_str(), "%d-%d-%dT%d:%d:%d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
                  &tm.tm_sec) != 6) {
    return std::nullopt;
  }
  const std::chrono::year_month_day day(std::chrono::year(tm.tm_year),
                                        std::chrono::month(static_cast<unsigned>(tm.tm_mon)),
                                        std::chrono::day(static_cast<unsigned>(tm.tm_mday)));
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(tm.tm_hour) + std::chrono::minutes(tm.tm_min) +
         std::chrono::seconds(tm.tm_sec);
}

class Plugin {
 public:
  Plugin(ExecPlugin plugin, Surroundings surroundings) : plugin_(std::move(plugin)), here_(std::move(surroundings)) {}

  Result<Credential> give(bool renew) {
    const std::lock_guard lock(mutex_);
    if (kept_ && !renew && (!kept_->expires || here_.now() + 10s < *kept_->expires)) return *kept_;
    auto fresh = ask();
    if (fresh) kept_ = *fresh;
    return fresh;
  }

 private:
  [[nodiscard]] Error failed(const std::string& why) const {
    auto help = plugin_.hint;
    return {.code = "E0632",
            .message = fmt::format("`{}`, by which {} signs in, {}", plugin_.command, plugin_.where, why),
            .help = help.empty() ? "run it by hand" : std::move(help)};
  }

  Result<Credential> ask() {
    if (!plugin_.version.ends_with("/v1") && !plugin_.version.ends_with("/v1beta1")) {
      return failed(fmt::format("speaks {}, and only v1 and v1beta1 are known", plugin_.version));
    }
    Json info{{"apiVersion", plugin_.version}, {"kind", "ExecCredential"}, {"spec", {{"interactive", false}}}};
    if (plugin_.tells_cluster) {
      info["spec"]["cluster"] = {{"server", plugin_.server},
                                 {"certificate-authority-data", net::base64(plugin_.ca_pem)}};
    }
    auto words = plugin_.arguments;
    words.insert(words.begin(), plugin_.command);
    auto variables = plugin_.variables;
    variables.emplace_back("KUBERNETES_EXEC_INFO", info.dump());
    const auto output = here_.run(words, variables);
    if (!output) return failed(output.error().message);
    const auto body = parse(*output);
    if (!body || text(get(*body, "kind")) != "ExecCredential") return failed("printed no ExecCredential");
    const auto& status = get(*body, "status");
    Credential out{.token = text(get(status, "token")),
                   .cert_pem = text(get(status, "clientCertificateData")),
                   .key_pem = text(get(status, "clientKeyData")),
                   .expires = moment(text(get(status, "expirationTimestamp")))};
    if (out.token.empty() && out.cert_pem.empty()) return failed("printed neither a token nor a certificate");
    return out;
  }

  const ExecPlugin plugin_;
  const Surroundings here_;
  std::mutex mutex_;
  std::optional<Credential> kept_;
};

}  // namespace

CredentialSource credentials_by_exec(ExecPlugin plugin, const Surroundings& surroundings) {
  return [made = std::make_shared<Plugin>(std::move(plugin), surroundings)](bool renew) { return made->give(renew); };
}

}  // namespace infra::kubernetes
