#include "providers/nodes/balancer/haproxy_pages.h"

#include <fmt/format.h>

#include <map>

#include "providers/nodes/balancer/haproxy_word.h"
#include "providers/nodes/context.h"

namespace infra::nodes::balancer {

namespace {

constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kNoRoute = "no route leads from here\n";
constexpr const char* kNoCopy =
    "<!doctype html><title>503 Service Unavailable</title><h1>503 Service Unavailable</h1>"
    "<p>No healthy copy of this service is running. Try again in a moment.</p>";
constexpr const char* kMaintenance =
    "<!doctype html><title>Down for maintenance</title><h1>Down for maintenance</h1>"
    "<p>This is being worked on. Try again later.</p>";

// Caches would keep a 404 for a while; HAProxy's own pages say the same.
std::string body(const std::string& type, const std::string& content) {
  return fmt::format("content-type {} string {} hdr Cache-Control no-cache", as_word(type), as_text(content));
}

std::string type_on(const Value& page) {
  const auto stated = text_of(page["content_type"]);
  return stated.empty() ? kHtml : stated;
}

}  // namespace

std::string error_pages(const Value& listener) {
  std::map<std::int64_t, std::string> pages{{404, body("text/plain", kNoRoute)}, {503, body(kHtml, kNoCopy)}};
  for (const auto& page : listener["pages"].list() != nullptr ? *listener["pages"].list() : List())
    pages[number_of(page["status"])] = body(type_on(page), text_of(page["content"]));
  std::string out;
  for (const auto& [status, page] : pages) out += fmt::format("  http-error status {} {}\n", status, page);
  return out;
}

std::string maintenance_rule(const Value& listener) {
  const auto& maintenance = listener["maintenance"];
  if (maintenance.map() == nullptr) return {};
  const auto& stated = maintenance["content"];
  auto out = "  http-request return status 503 " +
             body(type_on(maintenance), stated.string() != nullptr ? *stated.string() : kMaintenance);
  if (const auto after = ms_of(maintenance["retry_after"], 0); after > 0)
    out += fmt::format(" hdr Retry-After {}", (after + 999) / 1'000);
  std::string allowed;
  for (const auto& cidr : maintenance["allow"].list() != nullptr ? *maintenance["allow"].list() : List())
    allowed += " " + text_of(cidr);
  return out + (allowed.empty() ? "\n" : fmt::format(" unless {{ src{} }}\n", allowed));
}

}  // namespace infra::nodes::balancer
