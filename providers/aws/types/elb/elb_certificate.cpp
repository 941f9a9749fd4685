// Certificates that come from elsewhere, kept in ACM for load balancers.
#include "base/net/base64.h"
#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/network/ec2.h"
#include "providers/certificates/pem.h"

namespace infra::aws {

namespace {

using namespace std::chrono_literals;

// Without them a list has certificates with keys of RSA up to 2048 bits alone.
const List& all_keys() {
  static const List all{"RSA_1024",      "RSA_2048",     "RSA_3072",    "RSA_4096",
                        "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"};
  return all;
}

// Binary members of JSON are base64.
Value blob(std::string_view text) { return Value::secret(net::base64(text)); }

Result<Map> import_request(const Call& call) {
  const auto* secret = call["pem"].get<Secret>();
  const auto parts = pem::split(secret != nullptr ? text_of(*secret->inner) : call.text("pem"));
  if (!parts.whole()) {
    return Error{.code = "E0623",
                 .message = "the certificate isn't PEM with certificate and key",
                 .help = "give both in one text: infra secret set NAME --from file:site.pem"};
  }
  auto out = params({{"Certificate", blob(parts.certificates.front())}, {"PrivateKey", blob(parts.key)}});
  if (parts.certificates.size() > 1) out.set("CertificateChain", blob(parts.chain(1)));
  return out;
}

Result<std::string> create_certificate(Call& call) {
  auto request = import_request(call);
  if (!request) return std::move(request).error();
  request->set("Tags", tag_list(call.tags()));
  const auto made = call.call("acm", "ImportCertificate", Value(*std::move(request)));
  if (!made) return made.error();
  return text_of(made["CertificateArn"]);
}

// Under the same ARN: listeners go on with the new one by themselves.
Result<Ok> update_certificate(Call& call) {
  if (!call.differs("pem")) return Ok();
  auto request = import_request(call);
  if (!request) return std::move(request).error();
  request->set("CertificateArn", call.id);
  return done(call.call("acm", "ImportCertificate", Value(*std::move(request))));
}

// A listener that has just gone may still count as using it.
Result<Ok> destroy_certificate(Call& call) {
  return gone(call.insist(
      [&] {
        return call.call("acm", "DeleteCertificate", params({{"CertificateArn", call.id}}));
      },
      [](const Fault& fault) { return fault.is({"ResourceInUseException"}); }, 5s, 5min));
}

// Somebody imported another one under its ARN: it has another serial number.
Result<std::optional<Seen>> look_at_certificate(Account& account, const Known& known) {
  const auto found = account.client.call("acm", "DescribeCertificate", params({{"CertificateArn", known.id}}));
  if (!found) {
    if (found.fault().not_found()) return std::optional<Seen>();
    return found.error();
  }
  const auto serial = text_of(found["Certificate"]["Serial"]);
  Seen seen{.id = known.id};
  seen.outputs = params({{"arn", known.id}, {"serial", serial}});
  const auto recorded = text_of(known.outputs["serial"]);
  if (!recorded.empty() && recorded != serial) seen.drift.push_back({"pem", "another one was imported in its place"});
  return std::optional(std::move(seen));
}

Result<Tags> tags_of_certificate(Account& account, const std::string& arn) {
  const auto tags = account.client.call("acm", "ListTagsForCertificate", params({{"CertificateArn", arn}}));
  if (tags) return read_tags(tags["Tags"]);
  return tags.fault().not_found() ? Result<Tags>(Tags()) : Result<Tags>(tags.error());
}

// Whose it is its tags say; of what is recorded that is known.
Objects list_certificates(Account& account, const std::vector<Known>& known) {
  const auto all =
      account.client.list("acm", "ListCertificates", params({{"Includes", params({{"keyTypes", all_keys()}})}}),
                          {"NextToken", "NextToken", "CertificateSummaryList"});
  if (!all) return all.error();
  const KnownById by_id(known);
  return look_at_each(account, items_of(all.value()),
                      [&](Account& of, const Value& item) -> Result<std::optional<Seen>> {
                        const auto arn = text_of(item["CertificateArn"]);
                        if (const auto* recorded = by_id.find(arn)) return look_at_certificate(of, *recorded);
                        const auto tags = tags_of_certificate(of, arn);
                        if (!tags) return tags.error();
                        if (!is_own(of, *tags)) return std::optional<Seen>();
                        auto seen = look_at_certificate(of, {.id = arn, .inputs = {}});
                        if (seen && *seen) (*seen)->tags = *tags;
                        return seen;
                      });
}

}  // namespace

const Type& certificate_type() {
  static const Type type{
      .schema = {.name = "certificate",
                 .doc = "A certificate of ACM that comes from elsewhere. A new one takes its place under the same ARN.",
                 .attributes = {{.name = "pem",
                                 .type = types::string().as_secret(),
                                 .doc = "The certificate, those that signed it, and its key.",
                                 .required = true},
                                labels_attribute(),
                                output("arn", "Its ARN."),
                                output("serial", "Its serial number.")}},
      .list = list_certificates,
      .only_if_known = true,
      .actions = {"acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:DescribeCertificate",
                  "acm:ImportCertificate", "acm:ListCertificates", "acm:ListTagsForCertificate",
                  "acm:RemoveTagsFromCertificate"},
      .create = create_certificate,
      .update = update_certificate,
      .destroy = destroy_certificate,
      .look = look_at_certificate,
      .find = [](Account&, const std::string&) -> Result<std::string> { return std::string(); },  // by ARN only
      .tag =
          [](Account& account, const std::string& id, const Tags& tags) {
            return done(account.client.call("acm", "AddTagsToCertificate",
                                            params({{"CertificateArn", id}, {"Tags", tag_list(tags)}})));
          }};
  return type;
}

}  // namespace infra::aws
