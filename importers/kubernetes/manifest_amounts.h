// Quantities of Kubernetes as the stack has them. Nothing if they can't be read.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace infra::importing {

std::optional<std::int64_t> kube_bytes(std::string_view text);       // "512Mi", "1G", "1000"
std::optional<std::int64_t> kube_millicores(std::string_view text);  // "250m", "0.5", "2"
std::string kube_cpu(std::int64_t millicores);                       // "0.25vcpu"

// Of an IntOrString, such as maxSurge: "25%" of 4, or 2. Rounded up or down.
std::optional<std::int64_t> kube_share(std::string_view text, std::int64_t of, bool up);

}  // namespace infra::importing
