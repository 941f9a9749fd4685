#include "providers/nodes/balancer/balancer_certificates.h"

#include <fmt/format.h>

#include "providers/certificates/acme_client.h"
#include "providers/certificates/certificate.h"
#include "providers/engine/acme.h"
#include "providers/nodes/archive.h"
#include "providers/nodes/balancer/haproxy_config.h"

namespace infra::nodes::balancer {
namespace {

acme::Authority authority_of(const Value& inputs) {
  return {.directory = text_of(inputs["directory"]), .ca = text_of(inputs["ca"])};
}

std::vector<std::string> hosts_in(const Value& inputs) {
  std::vector<std::string> out;
  if (const auto* hosts = inputs["hosts"].list()) {
    for (const auto& host : *hosts) out.push_back(text_of(host));
  }
  return out;
}

Result<acme::Key> account_key(const Address& part, const Kept& kept) {
  return acme::Key::from_pem(kept.of(part.with_part(engine::kAcmeAccount)));
}

ObjectResult account_result(const std::string& url, const acme::Key& key) {
  return {
      .id = url,
      .outputs = Map({{"id", url}, {"thumbprint", key.thumbprint()}, {std::string(kKept), Value::secret(key.pem())}})};
}

// Of PEM with its key; nullopt: it isn't one.
std::optional<acme::Certificate> certificate_in(const std::string& pem) {
  const auto key = acme::Key::from_pem(pem);
  return key ? acme::read_certificate(pem, *key) : std::nullopt;
}

Result<std::string> order(const Value& inputs, const acme::Key& account, const Cancel& cancel,
                          const Progress& progress) {
  const auto key = acme::Key::make();
  acme::Client client(authority_of(inputs), account, cancel, progress);
  auto chain = client.order(text_of(inputs["account"]), hosts_in(inputs), key);
  if (!chain) return chain;
  if (!acme::read_certificate(*chain, key)) {
    return Error{.code = "E0618",
                 .message = fmt::format("{} handed out something else than the certificate that was asked for",
                                        text_of(inputs["directory"])),
                 .help = "see whether it is an ACME directory, then run the command again"};
  }
  return *chain + (chain->ends_with('\n') ? "" : "\n") + key.pem();
}

std::vector<Balancer> haproxies_of(const Address& part, std::vector<Balancer> all) {
  std::erase_if(all,
                [&](const Balancer& one) { return !one.running || !one.ours() || one.name != part.owner().text(); });
  return all;
}

// Of one that doesn't answer nothing follows.
bool another_is_shown(const Address& part, const Value& inputs, const acme::Certificate& certificate,
                      const std::vector<Balancer>& all) {
  const auto question = "@shown " + certificate_path(text_of(inputs["listener"]));
  for (const auto& balancer : haproxies_of(part, all)) {
    const auto answer = ask(*balancer.engine, balancer.container, {question});
    if (answer && answer->front() != certificate.fingerprint) return true;
  }
  return false;
}

Result<Ok> show_at(const Balancer& balancer, const Ownership& owner, const std::string& path, const std::string& pem,
                   const Cancel& cancel, const Progress& progress) {
  const Context context{
      .engine = *balancer.engine, .owner = owner, .sources = nullptr, .cancel = cancel, .progress = progress};
  const ArchiveFile file{.path = path.substr(1), .content = pem, .mode = 0600};
  if (auto put = put_archive(context, balancer.container, {file}, "put a certificate into a load balancer"); !put)
    return put;
  auto answer = ask(*balancer.engine, balancer.container, {"@certificate " + path});
  if (!answer) return std::move(answer).error();
  if (answer->front() == "ok") return Ok{};
  return Error{.code = "E0616",
               .message = fmt::format("HAProxy doesn't take the certificate on node `{}`: {}", balancer.engine->node(),
                                      answer->front()),
               .help = "see whether its image has haproxy 2.6 or newer"};
}

// One that doesn't answer now gets it by the next apply, which sees that it shows another.
Result<Ok> show(const Address& part, const Value& inputs, const std::string& pem, const Cancel& cancel,
                const Progress& progress, const Fleet& fleet) {
  const auto path = certificate_path(text_of(inputs["listener"]));
  for (const auto& balancer : haproxies_of(part, fleet.balancers())) {
    auto shown = show_at(balancer, fleet.owner(), path, pem, cancel, progress);
    if (!shown && shown.error().code == "E0616" && mentions(shown.error().message, {"doesn't take"})) return shown;
    if (!shown && progress) progress(shown.error().message);
  }
  return Ok{};
}

Result<ObjectResult> certificate_result(const std::string& id, const std::string& pem) {
  const auto certificate = certificate_in(pem);
  if (!certificate) return Error{.code = "E0618", .message = "a certificate that is kept can't be read"};
  return ObjectResult{.id = id,
                      .outputs = Map({{"id", id},
                                      {"begins", rfc3339(certificate->begins)},
                                      {"expires", rfc3339(certificate->expires)},
                                      {std::string(kKept), Value::secret(pem)}})};
}

Result<ObjectResult> renew(const std::string& id, const CreateRequest& request, const Cancel& cancel,
                           const Progress& progress, const Fleet& fleet, Kept& kept) {
  auto account = account_key(request.address, kept);
  if (!account) return std::move(account).error();
  auto pem = order(request.inputs, *account, cancel, progress);
  if (!pem) return std::move(pem).error();
  if (auto shown = show(request.address, request.inputs, *pem, cancel, progress, fleet); !shown)
    return std::move(shown).error();
  kept.put(request.address, *pem);
  return certificate_result(id, *pem);
}

bool same_order(const Value& before, const Value& after) {
  return before["hosts"] == after["hosts"] && before["renews"] == after["renews"] &&
         before["account"] == after["account"] && before["directory"] == after["directory"];
}

}  // namespace

Result<ObjectResult> create_account(const CreateRequest& request, const Cancel& cancel, const Progress& progress,
                                    Kept& kept) {
  const auto key = acme::Key::make();
  acme::Client client(authority_of(request.inputs), key, cancel, progress);
  auto url = client.sign_up(text_of(request.inputs["email"]));
  if (!url) return std::move(url).error();
  kept.put(request.address, key.pem());
  return account_result(*url, key);
}

Result<ObjectResult> update_account(const ExistingObject& existing, const CreateRequest& request, const Cancel& cancel,
                                    const Progress& progress, const Kept& kept) {
  const auto key = account_key(request.address, kept);
  if (!key) return key.error();
  acme::Client client(authority_of(request.inputs), *key, cancel, progress);
  if (auto done = client.write_to(existing.id, text_of(request.inputs["email"])); !done) return std::move(done).error();
  return account_result(existing.id, *key);
}

Result<ObjectResult> create_certificate(const CreateRequest& request, const Cancel& cancel, const Progress& progress,
                                        const Fleet& fleet, Kept& kept) {
  return renew(request.token, request, cancel, progress, fleet, kept);
}

Result<ObjectResult> update_certificate(const ExistingObject& existing, const CreateRequest& request,
                                        const Cancel& cancel, const Progress& progress, const Fleet& fleet,
                                        Kept& kept) {
  const auto pem = kept.of(request.address);
  if (pem.empty() || !certificate_in(pem) || !same_order(existing.inputs, request.inputs))
    return renew(existing.id, request, cancel, progress, fleet, kept);
  if (auto shown = show(request.address, request.inputs, pem, cancel, progress, fleet); !shown)
    return std::move(shown).error();
  return certificate_result(existing.id, pem);
}

Result<Ok> observe_certificates(const std::vector<KnownObject>& known, const Fleet& fleet, const Kept& kept,
                                std::vector<ObservedObject>& out) {
  std::optional<std::vector<Balancer>> all;
  for (const auto& object : known) {
    if (!keeps_secret(object.type) || object.id.empty()) continue;
    ObservedObject seen{.address = object.address, .type = object.type, .id = object.id};
    seen.health.now = Health::healthy;
    const auto certificate = object.type == "acme_certificate" ? certificate_in(kept.of(object.address)) : std::nullopt;
    if (certificate) {
      const auto inputs = object.inputs();
      if (!inputs) return inputs.error();
      if (!all) all = fleet.balancers();
      if (another_is_shown(object.address, *inputs, *certificate, *all)) seen.changed = {"shown"};
    }
    out.push_back(std::move(seen));
  }
  return Ok{};
}

std::string first_certificate(const Address& balancer, const Value& listener, const Kept& kept) {
  auto pem = kept.of(balancer.with_part(engine::certificate_part(text_of(listener["name"]))));
  return pem.empty() ? acme::placeholder(hosts_in(listener)) : pem;
}

}  // namespace infra::nodes::balancer
