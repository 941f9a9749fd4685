// What is a secret, by its name, its use and its look.
#include "importers/credentials.h"

#include <catch2/catch.hpp>

#include "importers/values.h"

using namespace infra::importing;

namespace {

// The text with [ ] around what is secret.
std::string marked(std::string_view text, const std::vector<Part>& parts) {
  std::string out;
  std::size_t at = 0;
  for (const auto& [begin, end] : parts) {
    out.append(text.substr(at, begin - at)).append("[").append(text.substr(begin, end - begin)).append("]");
    at = end;
  }
  return out.append(text.substr(at));
}

std::string look(std::string_view text) { return marked(text, credentials_in(text)); }
std::string of(std::string_view name, std::string_view value) { return marked(value, credentials_of(name, value)); }

std::string command(const std::vector<std::string>& words) {
  std::string out;
  const auto parts = credentials_of_command(words);
  for (std::size_t i = 0; i < words.size(); ++i) out += (i == 0 ? "" : " ") + marked(words[i], parts[i]);
  return out;
}

}  // namespace

TEST_CASE("names of secrets") {
  for (const auto* name : {"DB_PASSWORD",
                           "DB_PASS",
                           "DB_PW",
                           "MYSQL_PWD",
                           "PGPASSWORD",
                           "API_TOKEN",
                           "GITHUB_TOKEN",
                           "SECRET_KEY_BASE",
                           "AWS_SECRET_ACCESS_KEY",
                           "AWS_ACCESS_KEY_ID",
                           "API_KEY",
                           "APP_KEY",
                           "STRIPE_KEY",
                           "GOOGLE_CREDENTIALS",
                           "DB_CREDENTIAL",
                           "CLIENT_SECRET",
                           "NEXTAUTH_SECRET",
                           "DJANGO_SECRET",
                           "RABBITMQ_DEFAULT_PASS",
                           "MINIO_ROOT_PASSWORD",
                           "dbPassword",
                           "spring.datasource.password",
                           "GF_SECURITY_ADMIN_PASSWORD",
                           "ENCRYPTION_KEY",
                           "AUTH_SALT",
                           "GITLAB_PAT",
                           "KEYSTORE_PASSPHRASE",
                           "PASSWORD_HASH",

                           "password",
                           "REDISCLI_AUTHTOKEN",
                           "--requirepass"}) {
    INFO(name);
    CHECK(names_secret(name));
  }
  for (const auto* name : {"TOKEN_TTL",
                           "ALLOW_EMPTY_PASSWORD",
                           "MYSQL_RANDOM_ROOT_PASSWORD",
                           "MAX_TOKENS",
                           "POSTGRES_PASSWORD_FILE",
                           "PUBLIC_KEY",
                           "PRIMARY_KEY",
                           "SSH_AUTH_SOCK",
                           "COMPASS",
                           "BYPASS",
                           "PWD",
                           "KEYCLOAK_USER",
                           "TOKENIZER",
                           "PASSWORD_MIN_LENGTH",
                           "TOKEN_URL",
                           "JWT_ISSUER",
                           "SECRET_NAME",
                           "ACCESS_TOKEN_EXPIRE_MINUTES",
                           "HOST",
                           "",
                           "MONKEY",
                           "POSTGRES_HOST_AUTH_METHOD",
                           "VAPID_PUBLIC_KEY",
                           "KEY",
                           "ENABLE_TOKEN_AUTH",
                           "PASSWORD_RESET_URL"}) {
    INFO(name);
    CHECK_FALSE(names_secret(name));
  }
}

TEST_CASE("a name alone doesn't make a secret of an answer or a path") {
  CHECK(of("DB_PASSWORD", "12345") == "[12345]");
  CHECK(of("DB_PASSWORD", "pa$word") == "[pa$word]");
  CHECK(of("SECRET", "yes") == "yes");
  CHECK(of("TOKEN", "") == "");
  CHECK(of("SSL_KEY", "/etc/ssl/private/site.key") == "/etc/ssl/private/site.key");
  CHECK(of("DB_PASSWORD", "/run/secrets/db") == "/run/secrets/db");
  CHECK(of("NEO4J_AUTH", "none") == "none");
  CHECK(of("NEO4J_AUTH", "neo4j/s3cret") == "[neo4j/s3cret]");
  CHECK(of("HTTP_AUTH", "ldap") == "ldap");
}

TEST_CASE("credentials inside of URLs and connection strings") {
  CHECK(look("postgres://app:s3cret@db:5432/app") == "postgres://app:[s3cret]@db:5432/app");
  CHECK(look("redis://:s3cret@cache/0") == "redis://:[s3cret]@cache/0");
  CHECK(look("amqp://guest:guest@mq:5672//") == "amqp://guest:[guest]@mq:5672//");
  CHECK(look("a=1 http://u:p@h x://v:q@i") == "a=1 http://u:[p]@h x://v:[q]@i");
  CHECK(look("https://example.org:8080/@x") == "https://example.org:8080/@x");
  CHECK(look("http://user@example.org") == "http://user@example.org");
  CHECK(look("mongodb+srv://u:p%40ss@h/?w=1") == "mongodb+srv://u:[p%40ss]@h/?w=1");
  CHECK(look("app:s3cret@tcp(db:3306)/app") == "app:[s3cret]@tcp(db:3306)/app");
  CHECK(look("Server=db;User Id=sa;Password=Pass@w rd1;Encrypt=no") ==
        "Server=db;User Id=sa;Password=[Pass@w rd1];Encrypt=no");
  CHECK(look("host=db user=x password=pw dbname=z") == "host=db user=x password=[pw] dbname=z");
  CHECK(look("jdbc:postgresql://db/app?user=x&password=pw&ssl=on") ==
        "jdbc:postgresql://db/app?user=x&password=[pw]&ssl=on");
  CHECK(look("DefaultEndpointsProtocol=https;AccountKey=abc==;Suffix=x") ==
        "DefaultEndpointsProtocol=https;AccountKey=[abc==];Suffix=x");
  CHECK(look("postgres://\x1A:\x1A@\x1A/x") == "postgres://\x1A:[\x1A]@\x1A/x");
}

TEST_CASE("what a secret looks like") {
  CHECK(look("ghp_0123456789abcdefghij0123") == "[ghp_0123456789abcdefghij0123]");
  CHECK(look("AKIAIOSFODNN7EXAMPLE") == "[AKIAIOSFODNN7EXAMPLE]");
  CHECK(look("Authorization: Bearer abcdefgh123") == "Authorization: Bearer [abcdefgh123]");
  CHECK(look("admin:$2y$05$abcdefghijklmnopqrstuvwxyz") == "admin:[$2y$05$abcdefghijklmnopqrstuvwxyz]");
  CHECK(look("-----BEGIN RSA PRIVATE KEY-----\nx") == "[-----BEGIN RSA PRIVATE KEY-----\nx]");
  CHECK(look("eyJhbGciOi") == "eyJhbGciOi");
  CHECK(look("the quick brown fox") == "the quick brown fox");
}

TEST_CASE("secrets on command lines") {
  CHECK(command({"redis-server", "--requirepass", "s3cret", "--appendonly", "yes"}) ==
        "redis-server --requirepass [s3cret] --appendonly yes");
  CHECK(command({"app", "--db-password=x", "--token-ttl=5"}) == "app --db-password=[x] --token-ttl=5");
  CHECK(command({"mysqladmin", "ping", "-h", "localhost", "-prootpw"}) == "mysqladmin ping -h localhost -p[rootpw]");
  CHECK(command({"redis-cli", "-a", "pw", "ping"}) == "redis-cli -a [pw] ping");
  CHECK(command({"curl", "-u", "me:pw", "http://h"}) == "curl -u me:[pw] http://h");
  CHECK(command({"app", "-p", "8080"}) == "app -p 8080");
  CHECK(command({"app", "--password", "--verbose"}) == "app --password --verbose");
  CHECK(command({"java", "-Ddb.password=x", "-jar", "a.jar"}) == "java -Ddb.password=[x] -jar a.jar");
  CHECK(without_credentials("x postgres://a:b@c") == "x postgres://a:***@c");
}
