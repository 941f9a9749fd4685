#include "apply/recorded_certificates.h"

#include <algorithm>

#include "base/values/codec.h"

namespace infra {

std::vector<RecordedCertificate> recorded_certificates(const Snapshot& state) {
  std::vector<RecordedCertificate> out;
  for (const auto& row : state.resources) {
    if (row.type != "acme_certificate" || row.deposed) continue;
    const auto inputs = from_json(row.inputs);
    const auto outputs = from_json(row.outputs);
    if (!inputs || !outputs) continue;
    const auto* text = (*outputs)["expires"].string();
    const auto until = text != nullptr ? parse_rfc3339(*text) : std::nullopt;
    if (!until) continue;
    RecordedCertificate one{
        .part = row.address, .hosts = {}, .expires = std::chrono::time_point_cast<std::chrono::milliseconds>(*until)};
    const auto* hosts = (*inputs)["hosts"].list();
    for (const auto& host : hosts != nullptr ? *hosts : List()) {
      if (host.string() != nullptr) one.hosts.push_back(*host.string());
    }
    out.push_back(std::move(one));
  }
  std::ranges::sort(out, {}, &RecordedCertificate::part);
  return out;
}

}  // namespace infra
