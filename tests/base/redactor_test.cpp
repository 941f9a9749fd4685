#include "base/secrets/redactor.h"

#include <fmt/format.h>
#include <sodium.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

#include "base/values/codec.h"

using namespace infra;

namespace {

Redactor hiding(std::initializer_list<std::string> secrets) {
  Redactor out;
  for (const auto& secret : secrets) out.hide(secret);
  return out;
}

std::string base64(const std::string& text, int variant) {
  std::string out(sodium_base64_encoded_len(text.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), variant);
  out.pop_back();
  return out;
}

// `kept`: characters that this way of writing leaves as they are.
std::string url(const std::string& text, std::string_view kept, bool upper, bool plus) {
  std::string out;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || kept.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else if (plus && c == ' ') {
      out += '+';
    } else {
      out += upper ? fmt::format("%{:02X}", static_cast<unsigned char>(c))
                   : fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string inner_json(const std::string& text, bool ascii) {
  const auto out = nlohmann::json(text).dump(-1, ' ', ascii, nlohmann::json::error_handler_t::replace);
  return out.substr(1, out.size() - 2);
}

std::vector<std::string> all_forms(const std::string& secret) {
  std::vector<std::string> out{secret, inner_json(secret, true), inner_json(secret, false),
                               inner_json(inner_json(secret, true), true), to_source(Value(secret))};
  for (const int variant : {sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_URLSAFE_NO_PADDING}) {
    for (const auto* before : {"", "u", "us", "user:"}) {
      for (const auto* after : {"", "\n", "@host"}) out.push_back(base64(before + secret + after, variant));
    }
  }
  for (const auto* kept : {"-_.~", "", "-_.!~*'()", "-_.!~*'();/?:@&=+$,#", "$&+,/:;=@-_.~"}) {
    for (const bool upper : {true, false}) out.push_back(url(secret, kept, upper, false));
  }
  out.push_back(url(secret, "-_.~", true, true));
  out.push_back(inner_json(url(secret, "-_.~", true, false), true));
  return out;
}

// Is a piece of the secret left that says something? In base64 the ends may share a character with their neighbours.
bool leaks(const std::string& text, const std::string& form) {
  const auto core = form.size() > 12 ? form.substr(4, form.size() - 8) : form;
  return text.find(core) != std::string::npos;
}

}  // namespace

TEST_CASE("a secret is covered in every form in which it may come back") {
  const auto secret =
      GENERATE(std::string("hunter2hunter2"), std::string("pa ss\"w\\or'd/+=&?#%{}<>|`$(id)\tü€😀"),
               std::string("100%25+1 %2F~!@"), std::string("\\n\\u0041\\\\x"), std::string("a\r\nb\rc\nlonger line"));
  const auto redactor = hiding({secret});
  for (const auto& form : all_forms(secret)) {
    INFO(form);
    const auto clean = redactor.clean(fmt::format("refused: <{}> is wrong", form));
    INFO(clean);
    CHECK(clean.find("***") != std::string::npos);
    CHECK_FALSE(leaks(clean, form));
    CHECK(clean.starts_with("refused: <"));
    CHECK(clean.ends_with("> is wrong"));
  }
}

TEST_CASE("random secrets are covered too") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string secret;
    const auto size = 8 + random() % 40;
    while (secret.size() < size) {
      const auto c = static_cast<char>(32 + random() % 95);
      if (c != ' ' || (!secret.empty() && secret.size() + 1 < size)) secret += c;
    }
    const auto redactor = hiding({secret});
    for (const auto& form : all_forms(secret)) {
      const auto clean = redactor.clean("[" + form + "]");
      INFO(secret << "\n" << form << "\n" << clean);
      CHECK_FALSE(leaks(clean, form));
      CHECK(clean.find("***") != std::string::npos);
    }
  }
}

TEST_CASE("what isn't secret stays as it is, byte for byte") {
  const auto redactor = hiding({"hunter2hunter2", "test"});
  for (const std::string text : {"the latest test_1 contest", "100% of \\u00e9 %zz \\", "", "hunter2", "a+b %20"}) {
    CHECK(redactor.clean(text) == text);
    CHECK(redactor.clean_foreign(text) == text);
  }
  CHECK(redactor.clean("password test, refused") == "password ***, refused");
  CHECK(Redactor().clean("hunter2hunter2") == "hunter2hunter2");
}

TEST_CASE("very short secrets would blank out everything, and are left to their type") {
  CHECK(hiding({"a", "42", "", " \n"}).clean("a 42") == "a 42");
}

TEST_CASE("several secrets that overlap or stand side by side are one gap") {
  const auto redactor = hiding({"abcdefgh", "efghijkl"});
  CHECK(redactor.clean("x abcdefghijkl y") == "x *** y");
  CHECK(redactor.clean("abcdefghabcdefgh") == "***");
}

TEST_CASE("each line of a key is covered, and the newline at a file's end is no part of it") {
  const auto redactor = hiding({"-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n"});
  CHECK(redactor.clean("line 2: MIIEvQIBADANBgkq") == "line 2: ***");
  CHECK(redactor.clean("line 3: hkiG9w0BAQEFAASC!") == "line 3: ***!");
}

TEST_CASE("a foreign message's URLs lose their passwords") {
  const Redactor redactor;
  CHECK(redactor.clean_foreign("GET https://bob:s3cr3t@host:80/x?y failed") ==
        "GET https://bob:***@host:80/x?y failed");
  CHECK(redactor.clean_foreign("https://ghp_token@host/x") == "https://***@host/x");
  CHECK(redactor.clean_foreign("\"postgres://u:p@ss@db:5432/x\"") == "\"postgres://u:***@db:5432/x\"");
  CHECK(redactor.clean_foreign("https://u:p/w@host/x") == "https://u:***@host/x");
  for (const std::string text : {"ssh://deploy@10.0.0.5/x", "https://host/@scope/x", "https://host:80/a@b",
                                 "mail bob@host", "tcp://[::1]:2375"}) {
    CHECK(redactor.clean_foreign(text) == text);
  }
  CHECK(redactor.clean("https://bob:s3cr3t@host") == "https://bob:s3cr3t@host");  // the user's own text
}

TEST_CASE("a secret that was cut off is covered as far as it goes") {
  const auto redactor = hiding({"correct horse battery"});
  CHECK(redactor.clean_foreign("bad: correct hor… (cut)") == "bad: ***… (cut)");
  CHECK(redactor.clean_foreign("bad: correct%20hor...") == "bad: ***...");
  CHECK(redactor.clean_foreign("incorr… and so on…") == "incorr… and so on…");
}

TEST_CASE("an error is covered in all of its parts") {
  auto error = hiding({"hunter2hunter2"})
                   .clean(Error{.code = "E0605",
                                .message = "m hunter2hunter2",
                                .help = "h hunter2hunter2",
                                .context = {"c hunter2hunter2"}});
  CHECK(error.text() == "error[E0605]: m ***\n  while c ***\nhelp: h ***");
}

TEST_CASE("every text inside of a secret value is hidden, and nothing beside it") {
  Redactor redactor;
  Map inner;
  inner.set("k", "second-one");
  Map all;
  all.set("a", Value::secret(List{Value("first-one"), Value(std::move(inner))}));
  all.set("b", "public-one");
  redactor.hide_secrets_of(Value(std::move(all)));
  CHECK(redactor.clean("first-one second-one public-one") == "*** *** public-one");
}
