// The stack that most of these tests ask about.
#pragma once

namespace infra::test {

inline constexpr const char* kStack = R"(stack "shop"

/// Which environment.
param env: "dev" | "prod" = "dev"
param replicas: Int(1..50) = 2
param password: Secret<String>

type Size = { copies: Int, memory: Bytes }
let size: Size = { copies: replicas * 2, memory: 64MiB }
let zones = ["a", "b"]
/// A name in our domain.
fn host(name: String): String = "${name}.${env}.example.org"

vpc main {
  cidr = 10.0.0.0/16
  for zone, i in zones { subnet private { zone = zone; cidr = main.cidr.slice(24, i) } }
}

cluster core { vpc = main }

task api {
  network = awsvpc
  memory = size.memory
  container web {
    image = "web:1"
    env = { HOST: host("api"), ENV: env }
    port http { container = 8080 }
  }
}

/// Answers the shop's requests.
service api { cluster = core; task = api; desired = size.copies }

output url: Later<String> = service.api.address
)";

}  // namespace infra::test
