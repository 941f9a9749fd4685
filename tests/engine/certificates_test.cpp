// Keys and certificates, against OpenSSL itself and known answers, and the client of ACME against an authority that
// misbehaves.
#include "providers/certificates/certificate.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <map>

#include "providers/certificates/acme_client.h"
#include "tests/support/http_server.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

using namespace infra;
using Catch::Contains;
using infra::testing::HttpAnswer;
using infra::testing::HttpAsked;
using infra::testing::HttpServer;
using infra::testing::run;
using infra::testing::TempFolder;

namespace {

std::string openssl(std::vector<std::string> words, const std::string& input) {
  words.insert(words.begin(), "openssl");
  return run(words, input).output;
}

// An authority on the loopback address: what it answers by path; what isn't given is a valid order at once.
class Authority {
 public:
  using Answers = std::map<std::string, HttpAnswer>;
  explicit Authority(Answers answers) : answers_(std::move(answers)) {}

  Result<std::string> order() {
    const Cancel cancel;
    const auto account = acme::Key::make();
    acme::Client client({.directory = url("/directory")}, account, cancel, {});
    return client.order(url("/account/1"), {"shop.example"}, acme::Key::make());
  }
  Result<std::string> sign_up() {
    const Cancel cancel;
    const auto account = acme::Key::make();
    acme::Client client({.directory = url("/directory")}, account, cancel, {});
    return client.sign_up("ops@shop.example");
  }
  [[nodiscard]] int asked(const std::string& path) const {
    const auto at = asked_.find(path);
    return at != asked_.end() ? at->second : 0;
  }

 private:
  [[nodiscard]] std::string url(const std::string& path) const { return "http://" + server_.address() + path; }
  [[nodiscard]] std::string order_in(const std::string& status) const {
    return R"({"status":")" + status + R"(","authorizations":[],"finalize":")" + url("/finalize") +
           R"(","certificate":")" + url("/certificate") + R"("})";
  }

  HttpAnswer answer(const HttpAsked& asked) {
    const int times = ++asked_[asked.path];
    const auto given = answers_.find(asked.path + (times > 1 ? " again" : ""));
    auto out = given != answers_.end() ? given->second : usual(asked.path);
    out.headers.push_back("Replay-Nonce: n" + std::to_string(++nonces_));
    return out;
  }
  [[nodiscard]] HttpAnswer usual(const std::string& path) const {
    const std::vector<std::string> json{"Content-Type: application/json"};
    if (path == "/directory") {
      return {.headers = json,
              .body = R"({"newNonce":")" + url("/nonce") + R"(","newAccount":")" + url("/account") +
                      R"(","newOrder":")" + url("/order") + R"("})"};
    }
    if (path == "/account")
      return {.status = 201, .headers = {json[0], "Location: " + url("/account/1")}, .body = "{}"};
    if (path == "/order")
      return {.status = 201, .headers = {json[0], "Location: " + url("/order/1")}, .body = order_in("ready")};
    if (path == "/certificate") return {.headers = {"Content-Type: application/pem-certificate-chain"}, .body = "PEM"};
    return {.headers = json, .body = order_in("valid")};
  }

  Answers answers_;
  std::map<std::string, int> asked_;
  int nonces_ = 0;
  HttpServer server_{[this](const HttpAsked& asked) { return answer(asked); }};
};

HttpAnswer problem(int status, const std::string& type, const std::string& detail) {
  return {.status = status,
          .headers = {"Content-Type: application/problem+json"},
          .body = R"({"type":"urn:ietf:params:acme:error:)" + type + R"(","detail":")" + detail + R"("})"};
}

}  // namespace

TEST_CASE("a key is what it was when it is read again, and nothing else is a key", "[certificates]") {
  const auto key = acme::Key::make();
  const auto again = acme::Key::from_pem("something before\n" + key.pem());
  REQUIRE(again);
  CHECK(again->thumbprint() == key.thumbprint());
  CHECK(acme::Key::make().thumbprint() != key.thumbprint());
  for (const std::string text : {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "\0\1"}) {
    const auto none = acme::Key::from_pem(text);
    REQUIRE_FALSE(none);
    CHECK(none.error().code == "E0618");
  }
  const auto rsa = openssl({"genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"}, "");
  CHECK_FALSE(acme::Key::from_pem(rsa));
}

TEST_CASE("the thumbprint of a key is RFC 7638's", "[certificates]") {
  // Its members in their order, without blanks, hashed: RFC 7638 section 3 says so of any key.
  const auto key = acme::Key::make();
  CHECK_THAT(key.jwk(),
             Catch::Matches(R"(\{"crv":"P-256","kty":"EC","x":"[-_A-Za-z0-9]{43}","y":"[-_A-Za-z0-9]{43}"\})"));
  CHECK(key.thumbprint() == acme::digest_of(key.jwk()));
  CHECK(acme::digest_of("abc") == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");  // FIPS 180-2's example
  CHECK(key.sign("text").size() == 64);
}

TEST_CASE("a request for a certificate is signed and names its hosts", "[certificates]") {
  const TempFolder folder;
  const auto request =
      folder.write("request", acme::signing_request(acme::Key::make(), {"shop.example", "www.shop.example"}));
  const auto shown = run({"openssl", "req", "-inform", "DER", "-in", request, "-noout", "-text", "-verify"});
  CHECK_THAT(shown.output, Contains("DNS:shop.example, DNS:www.shop.example"));
  CHECK_THAT(shown.output, Contains("verify OK"));
}

TEST_CASE("a certificate counts with its own key only", "[certificates]") {
  const auto pem = acme::placeholder({"shop.example"});
  const auto key = acme::Key::from_pem(pem);
  REQUIRE(key);
  const auto read = acme::read_certificate(pem, *key);
  REQUIRE(read);
  CHECK(read->fingerprint.size() == 40);
  CHECK(read->expires - read->begins == std::chrono::hours(24 * 365));
  CHECK_FALSE(acme::read_certificate(pem, acme::Key::make()));
  CHECK_FALSE(acme::read_certificate("no certificate", *key));
}

TEST_CASE("a certificate that signs itself is for a host or an address", "[certificates]") {
  const auto text_of = [](const std::string& host) {
    return openssl({"x509", "-noout", "-ext", "subjectAltName"}, acme::self_signed(host).certificate);
  };
  CHECK_THAT(text_of("node.example"), Contains("DNS:node.example"));
  CHECK_THAT(text_of("10.0.0.5"), Contains("IP Address:10.0.0.5"));
  CHECK_THAT(text_of("[fd00::5]"), Contains("IP Address:FD00:0:0:0:0:0:0:5"));
}

TEST_CASE("an order goes from the directory to the certificate", "[certificates]") {
  Authority authority({});
  const auto pem = authority.order();
  REQUIRE(pem);
  CHECK(*pem == "PEM");
  CHECK(authority.asked("/nonce") == 0);  // each answer brings the next one
}

TEST_CASE("a nonce that is too old is replaced once", "[certificates]") {
  Authority once({{"/account", problem(400, "badNonce", "old")}});
  const auto url = once.sign_up();
  REQUIRE(url);
  CHECK_THAT(*url, Contains("/account/1"));
  CHECK(once.asked("/account") == 2);
}

TEST_CASE("what an authority refuses is told in its words", "[certificates]") {
  const auto said = [](Authority::Answers answers) {
    const auto got = Authority(std::move(answers)).order();
    REQUIRE_FALSE(got);
    return got.error().line();
  };
  CHECK_THAT(said({{"/order", problem(429, "rateLimited", "too many")}}),
             Contains("refuses to order a certificate: too many"));
  CHECK_THAT(said({{"/finalize", problem(403, "unauthorized", "no")}}),
             Contains("refuses to sign the certificate: no"));
  CHECK_THAT(said({{"/order", {.status = 500, .body = "<html>"}}}), Contains("E0615"));
  CHECK_THAT(said({{"/directory", {.headers = {"Content-Type: application/json"}, .body = "[]"}}}), Contains("E0615"));
  CHECK_THAT(
      said(
          {{"/directory",
            {.headers = {"Content-Type: application/json"},
             .body =
                 R"({"newNonce":"http://192.0.2.1/n","newAccount":"http://192.0.2.1/a","newOrder":"http://192.0.2.1/o"})"}}}),
      Contains("no address over https"));
}
