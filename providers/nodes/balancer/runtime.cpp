#include "providers/nodes/balancer/runtime.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/values/codec.h"
#include "providers/nodes/balancer/control_script.h"
#include "providers/nodes/engine_shapes.h"
#include "providers/nodes/tasks/output_frames.h"

namespace infra::nodes::balancer {

namespace {

constexpr const char* kEnd = "\n\x1e\n";

std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  for (auto& c : text) c = c == '\n' ? ' ' : c;
  return text;
}

Error silent(const Engine& engine, const std::string& why) {
  const bool no_perl = mentions(why, {"perl", "executable file not found"});
  return {.code = "E0616",
          .message = fmt::format("the load balancer on node `{}` doesn't answer: {}", engine.node(), one_line(why)),
          .help = no_perl ? "its image needs perl beside haproxy; every image made from Debian has it"
                          : "see what it wrote with `docker logs`; infra apply makes it anew"};
}

Result<std::vector<std::string>> answers_in(const Engine& engine, std::string text, std::size_t wanted) {
  std::vector<std::string> out;
  for (auto end = text.find(kEnd); end != std::string::npos && out.size() < wanted; end = text.find(kEnd)) {
    out.push_back(text.substr(0, end));
    text.erase(0, end + std::string_view(kEnd).size());
  }
  if (out.size() == wanted) return out;
  return silent(engine, text.empty() ? "no answer" : text);
}

}  // namespace

Result<std::vector<std::string>> ask(Engine& engine, const std::string& container,
                                     const std::vector<std::string>& commands) {
  if (commands.empty()) return std::vector<std::string>();
  List words({"perl", "-e", kControlScript, "--"});
  words.insert(words.end(), commands.begin(), commands.end());
  const Value wanted = Map({{"AttachStdout", true}, {"AttachStderr", true}, {"User", "0"}, {"Cmd", std::move(words)}});
  auto made = engine.post(fmt::format("/containers/{}/exec", container), wanted, shapes::made());
  if (!made) return std::move(made).error();
  if (!made->ok()) return silent(engine, made->message);
  http::Request start{.method = "POST", .path = fmt::format("/exec/{}/start", text_of(made->body["Id"]))};
  start.headers.emplace_back("Content-Type: application/json");
  start.body = R"({"Detach":false,"Tty":false})";
  auto reply = engine.raw(std::move(start), {.timeout = std::chrono::minutes(1)});
  if (!reply) return std::move(reply).error();
  if (!reply->ok()) return silent(engine, reply->message);
  return answers_in(engine, without_frames(reply->text), commands.size());
}

bool has_ended(Engine& engine, const std::string& container, const Error& error) {
  if (error.code != "E0616") return false;
  auto reply = engine.get(fmt::format("/containers/{}/json", container), shapes::container(), {});
  if (!reply) return false;
  return reply->status == 404 || (reply->ok() && !is_true(reply->body["State"]["Running"]));
}

Result<Picture> look_at(Engine& engine, const std::string& container, const std::string& part) {
  auto answers = ask(engine, container, {"@backends", "@slots", "@old", "@part " + part});
  if (!answers) return std::move(answers).error();
  auto out = read_picture(table_of_part((*answers)[0], part), (*answers)[1], (*answers)[2]);
  const auto& its = (*answers)[3];
  const auto end = std::min(its.find('\n'), its.size());
  out.pending = its.substr(0, end) == "pending";
  out.part = its.substr(std::min(end + 1, its.size()));
  return out;
}

}  // namespace infra::nodes::balancer
