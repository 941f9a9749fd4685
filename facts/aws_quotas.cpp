#include "facts/aws_quotas.h"

#include <array>

namespace infra::facts {

std::span<const std::string_view> log_drivers() {
  static constexpr std::array<std::string_view, 8> kDrivers = {"awsfirelens", "awslogs",   "fluentd", "gelf",
                                                               "journald",    "json-file", "splunk",  "syslog"};
  return kDrivers;
}

const std::vector<std::string>& capabilities() {
  static const std::vector<std::string> kAll = {
      "ALL",        "AUDIT_CONTROL",   "AUDIT_WRITE",      "BLOCK_SUSPEND",
      "CHOWN",      "DAC_OVERRIDE",    "DAC_READ_SEARCH",  "FOWNER",
      "FSETID",     "IPC_LOCK",        "IPC_OWNER",        "KILL",
      "LEASE",      "LINUX_IMMUTABLE", "MAC_ADMIN",        "MAC_OVERRIDE",
      "MKNOD",      "NET_ADMIN",       "NET_BIND_SERVICE", "NET_BROADCAST",
      "NET_RAW",    "SETFCAP",         "SETGID",           "SETPCAP",
      "SETUID",     "SYS_ADMIN",       "SYS_BOOT",         "SYS_CHROOT",
      "SYS_MODULE", "SYS_NICE",        "SYS_PACCT",        "SYS_PTRACE",
      "SYS_RAWIO",  "SYS_RESOURCE",    "SYS_TIME",         "SYS_TTY_CONFIG",
      "SYSLOG",     "WAKE_ALARM",
  };
  return kAll;
}

}  // namespace infra::facts
