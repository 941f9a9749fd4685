#include <algorithm>

#include "tests/contract/suite/garbage.h"

namespace infra::test {
namespace {

constexpr const char* kPage =
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Your session ended</body></html>";
constexpr const char* kJson = "Content-Type: application/json";

using Spoilt = std::optional<HttpAnswer>;

bool has_json(const HttpAnswer& good) { return good.body.starts_with('{') || good.body.starts_with('['); }

HttpAnswer page(int status) {
  return {.status = status, .headers = {"Content-Type: text/html; charset=utf-8"}, .body = kPage};
}

// The headers of the good answer stay: a cache or a broken service gives those too.
Spoilt with_body(const HttpAnswer& good, std::string body) {
  auto out = good;
  if (out.status == 204) out.status = 200;
  if (out.headers.empty()) out.headers = {kJson};
  out.body = std::move(body);
  return out;
}

Spoilt if_json(const HttpAnswer& good, const std::function<std::string(const std::string&)>& change) {
  if (!has_json(good)) return {};
  auto body = change(good.body);
  if (body == good.body) return {};
  return with_body(good, std::move(body));
}

Spoilt if_xml(const HttpAnswer& good, const std::function<std::string(const std::string&)>& change) {
  if (!good.body.starts_with('<')) return {};
  auto body = change(good.body);
  if (body == good.body) return {};
  return with_body(good, std::move(body));
}

// "<DescribeVpcsResponse": the root without its attributes.
std::string root_of(const std::string& xml) { return xml.substr(1, xml.find_first_of(" />") - 1); }

std::string renamed_root(const std::string& xml) {
  const auto root = root_of(xml);
  return "<Other" + xml.substr(1 + root.size(), xml.rfind("</") - 1 - root.size()) + "</Other>";
}

// What stands between the tags is left out.
std::string without_texts(const std::string& xml) {
  std::string out;
  bool inside = false;
  for (const char c : xml) {
    if (c == '<') inside = true;
    if (inside) out += c;
    if (c == '>') inside = false;
  }
  return out;
}

// Every text becomes a number.
std::string numbers_for_texts(const std::string& json) {
  std::string out;
  bool inside = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] != '"') {
      if (!inside) out += json[i];
      continue;
    }
    inside = !inside;
    if (!inside) continue;
    auto end = json.find('"', i + 1);
    const bool name = json.substr(end + 1, 1) == ":";
    if (name) {
      out += json.substr(i, end - i + 1);
      i = end;
      inside = false;
    } else {
      out += "7";
    }
  }
  return out;
}

std::vector<Garbage> all_garbage() {
  return {
      {"a page", [](const HttpAnswer&) -> Spoilt { return page(200); }},
      {"a page that calls itself JSON", [](const HttpAnswer& good) { return with_body(good, kPage); }},
      {"a page with 404", [](const HttpAnswer&) -> Spoilt { return page(404); }},
      {"a page with 502", [](const HttpAnswer&) -> Spoilt { return page(502); }},
      {"a redirect to a sign-in",
       [](const HttpAnswer&) -> Spoilt {
         return HttpAnswer{.status = 302, .headers = {"Location: /login", "Content-Type: text/html"}, .body = kPage};
       }},
      {"JSON of another service with 404",
       [](const HttpAnswer&) -> Spoilt {
         return HttpAnswer{.status = 404, .headers = {kJson}, .body = R"({"status":"fail"})"};
       }},
      {"JSON of another service",
       [](const HttpAnswer& good) { return with_body(good, R"({"status":"ok","data":[]})"); }},
      {"half of the JSON",
       [](const HttpAnswer& good) { return if_json(good, [](const auto& b) { return b.substr(0, b.size() / 2); }); }},
      {"half of the XML",
       [](const HttpAnswer& good) { return if_xml(good, [](const auto& b) { return b.substr(0, b.size() / 2); }); }},
      {"XML of another operation", [](const HttpAnswer& good) { return if_xml(good, renamed_root); }},
      {"XML with nothing in it",
       [](const HttpAnswer& good) { return if_xml(good, [](const auto& b) { return "<" + root_of(b) + "/>"; }); }},
      {"XML without its texts", [](const HttpAnswer& good) { return if_xml(good, without_texts); }},
      {"a connection that ends in the middle",
       [](const HttpAnswer& good) -> Spoilt {
         if (good.body.size() < 2) return {};
         auto out = good;
         out.cut = true;
         return out;
       }},
      {"another content type",
       [](const HttpAnswer& good) -> Spoilt {
         // What has another type, or none, is known by its digest or its protocol's header.
         if (good.headers != std::vector<std::string>{kJson}) return {};
         auto out = good;
         out.headers = {"Content-Type: text/plain"};
         return out;
       }},
      {"null", [](const HttpAnswer& good) { return with_body(good, "null"); }},
      {"nothing", [](const HttpAnswer& good) { return good.body.empty() ? Spoilt() : with_body(good, ""); }},
      {"an object for a list, a list for an object",
       [](const HttpAnswer& good) {
         return if_json(good, [](const auto& b) { return b.starts_with('{') ? "[" + b + "]" : std::string("{}"); });
       }},
      {"a list of null, an object of nothing",
       [](const HttpAnswer& good) {
         return if_json(good,
                        [](const auto& b) { return std::string(b.starts_with('{') ? "{\"x\":null}" : "[null]"); });
       }},
      {"members of another kind", [](const HttpAnswer& good) { return if_json(good, numbers_for_texts); }},
      {"noise", [](const HttpAnswer& good) { return with_body(good, std::string("\x1b[2J\0\xff\xfe\x9b", 8)); }},
      {"no body at all, and 204",
       [](const HttpAnswer& good) -> Spoilt { return good.status == 204 ? Spoilt() : HttpAnswer{.status = 204}; }},
  };
}

}  // namespace

const std::vector<Garbage>& garbage() {
  static const auto all = all_garbage();
  return all;
}

}  // namespace infra::test
