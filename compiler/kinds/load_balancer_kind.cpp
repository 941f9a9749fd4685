#include "compiler/kinds/kinds_of.h"

namespace infra::kinds {

using namespace types;

static Schema acme() {
  return {
      .name = "acme",
      .doc =
          "A certificate from an authority that speaks ACME, which asks for each host at port 80 (http-01). It is "
          "renewed by `infra apply` and `infra watch` when a third of its life is left.",
      .attributes =
          {
              {.name = "directory",
               .type = string().matching("https?://.+"),
               .doc =
                   "The authority's ACME directory; default: that of Let's Encrypt, whose terms of service you agree "
                   "to.",
               .fallback = "https://acme-v02.api.letsencrypt.org/directory"},
              {.name = "email", .type = string().opt(), .doc = "Whom the authority may write to."},
              {.name = "hosts",
               .type = list(string()).opt(),
               .doc = "Whom the certificate is for; default: the hosts of the routes through this listener."},
              {.name = "ca",
               .type = string().opt(),
               .doc = "File with who signed the directory's own certificate, if this machine doesn't know it."},
          },
  };
}

static Attribute content_type() {
  return {.name = "content_type",
          .type = string().matching("[a-z]+/[a-zA-Z0-9.+-]+(; ?[a-zA-Z-]+=[a-zA-Z0-9.+-]+)*"),
          .doc = "What the content is.",
          .fallback = "text/html; charset=utf-8"};
}

static Schema error_page() {
  return {
      .name = "error_page",
      .doc =
          "What the load balancer answers where no copy of a service does. What a copy answers is passed on, whatever "
          "its status. Another content is a reload, and no rollout.",
      .attributes =
          {
              {.name = "status",
               .type = list(integer()).between(1, 7),
               .doc = "For which answers: 404 where no route leads; 502, 503 and 504 for a copy that answered wrongly, "
                      "that isn't there, or that took too long; 400, 408 and 500.",
               .fallback = Value(List({502, 503, 504}))},
              {.name = "content",
               .type = string(),
               .doc = "The page: a text, or read(\"sorry.html\") of the stack's folder; up to 12 KiB.",
               .required = true},
              content_type(),
          },
  };
}

static Schema maintenance() {
  return {
      .name = "maintenance",
      .doc =
          "While this block is there, the listener answers every request with 503 and a page. To switch it: write it "
          "under `if`, with a param. It is a reload, and no rollout; services go on running and being replaced.",
      .attributes =
          {
              {.name = "content",
               .type = string().opt(),
               .doc = "The page: a text, or read(\"back_soon.html\") of the stack's folder; up to 12 KiB."},
              content_type(),
              {.name = "allow",
               .type = list(cidr()),
               .doc = "Whose requests go to the services all the same, by the address that connects.",
               .fallback = Value(List())},
              {.name = "retry_after",
               .type = duration().opt(),
               .doc = "When clients and search engines are told to come back (Retry-After)."},
          },
  };
}

Kind listener() {
  return {.schema = make({
              .name = "listener",
              .doc = "A port on which a load balancer takes requests; services are put behind it with `route`.",
              .attributes =
                  {
                      {.name = "port", .type = port(), .doc = "The port that clients connect to.", .required = true},
                      {.name = "protocol",
                       .type = one_of({"http", "https", "tcp", "udp", "tls"}),
                       .doc = "What is spoken: http and https know paths and hosts, the others pass bytes on.",
                       .fallback = "http"},
                      {.name = "certificate",
                       .type = any_of({string(), string().as_secret(), ref("secret")}).opt(),
                       .doc = "For https and tls: on nodes the certificate, those that signed it, and its key as one "
                              "PEM text, from a `secret` or a param of type Secret<String>; on AWS the same, which is "
                              "kept in ACM, or the ARN of one that is there."},
                  },
              .blocks = {{.name = "acme",
                          .doc = "Instead of `certificate`: one that an authority gives, and that is kept fresh.",
                          .schema = make(acme()),
                          .platforms = {"nodes", "simulator"}},
                         {.name = "error_page",
                          .doc = "A page of one's own for what the load balancer answers by itself.",
                          .schema = make(error_page()),
                          .times = Times::many,
                          .platforms = {"nodes", "simulator"}},
                         {.name = "maintenance",
                          .doc = "While it is there, every request gets a page that says so.",
                          .schema = make(maintenance()),
                          .platforms = {"nodes", "simulator"}}},
          }),
          .parent = "load_balancer"};
}

static Schema on_nodes() {
  return {
      .name = "nodes",
      .doc = "What only container engines have for a load balancer.",
      .attributes = {{.name = "image",
                      .type = string(),
                      .doc = "An image with HAProxy 2.6 or newer, and perl; any made from Debian's package has both.",
                      .fallback = "haproxy:2.8"}},
  };
}

static Schema on_kubernetes() {
  return {
      .name = "kubernetes",
      .doc = "What only Kubernetes has for a load balancer.",
      .attributes =
          {{.name = "class",
            .type = name_type().opt(),
            .doc = "The IngressClass or GatewayClass whose controller serves it; default: the platform's `ingress` "
                   "or `gateway`."},
           {.name = "annotations",
            .type = map(string()),
            .doc = "What its controller or cloud wants to know, on the Ingress or Service.",
            .fallback = Value(Map())}},
  };
}

Kind load_balancer() {
  return {
      .schema = make({
          .name = "load_balancer",
          .doc = "One address in front of services: HAProxy on nodes, an ALB or NLB on AWS, a Service or Ingress on "
                 "Kubernetes.",
          .attributes =
              {
                  {.name = "subnets",
                   .type = list(ref("subnet")).between(1, 16).opt(),
                   .doc = "Where it is placed; AWS wants two zones."},
                  {.name = "internal",
                   .type = boolean(),
                   .doc = "Reachable only from inside its vpc.",
                   .fallback = false,
                   .change = OnChange::replace},
                  {.name = "address",
                   .type = string(),
                   .doc = "Its name or address, without a port.",
                   .computed = true},
              },
          .blocks = {{.name = "listener",
                      .doc = "A port on which it takes requests.",
                      .schema = listener().schema,
                      .labelled = true,
                      .times = Times::many,
                      .resource = true},
                     {.name = "nodes",
                      .doc = "What only container engines have for a load balancer.",
                      .schema = make(on_nodes()),
                      .platforms = {"nodes", "simulator"}},
                     {.name = "kubernetes",
                      .doc = "What only Kubernetes has for a load balancer.",
                      .schema = make(on_kubernetes()),
                      .platforms = {"kubernetes"}}},
      })};
}

}  // namespace infra::kinds
