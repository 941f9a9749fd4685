#include "watch/metrics.h"

#include <fmt/format.h>

namespace infra {
namespace {

// A value of a label, as the format quotes it.
std::string label_value(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

double seconds(WallClock::time_point at) {
  return std::chrono::duration<double>(std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch())).count();
}

// Families one after the other, each with what it means.
class Page {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    out_ += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
  }
  void sample(double value, std::string_view labels = {}) {
    out_ += labels.empty() ? fmt::format("{} {}\n", name_, number(value))
                           : fmt::format("{}{{{}}} {}\n", name_, labels, number(value));
  }
  void one(std::string_view name, std::string_view type, std::string_view help, double value) {
    family(name, type, help);
    sample(value);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  // In full: an exponent would cut a time to the second.
  static std::string number(double value) {
    auto text = fmt::format("{:.3f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
  }
  std::string_view name_;
  std::string out_;
};

void add_services(Page& page, const PassFacts& facts) {
  page.family("infra_service_tasks_wanted", "gauge", "Copies that a service is to have.");
  for (const auto& [name, service] : facts.services) {
    if (service.wanted) page.sample(static_cast<double>(*service.wanted), "service=" + label_value(name));
  }
  page.family("infra_service_tasks", "gauge", "Tasks of a service by their health, as the last pass found them.");
  for (const auto& [name, service] : facts.services) {
    for (std::size_t i = 0; i < service.tasks.size(); ++i) {
      const auto health = to_text(static_cast<Health::Now>(i));
      page.sample(static_cast<double>(service.tasks.at(i)),
                  fmt::format("service={},health={}", label_value(name), label_value(health)));
    }
  }
  page.family("infra_service_deployment_failed", "gauge",
              "1: the service's last deployment failed or was rolled back.");
  for (const auto& [name, service] : facts.services)
    page.sample(service.failed ? 1 : 0, "service=" + label_value(name));
}

void add_facts(Page& page, const PassFacts& facts) {
  page.one("infra_resources", "gauge", "Objects that the state records.", static_cast<double>(facts.resources));
  page.one("infra_unreachable", "gauge", "Nodes and platforms that didn't answer in the last pass.",
           static_cast<double>(facts.unreachable));
  add_services(page, facts);
  page.family("infra_certificate_expiry_timestamp_seconds", "gauge",
              "When a certificate ends that the loop renews, in seconds since 1970.");
  for (const auto& one : facts.certificates) {
    page.sample(seconds(one.expires),
                fmt::format("load_balancer={},hosts={}", label_value(one.of), label_value(one.hosts)));
  }
}

}  // namespace

// What an event changes; most change nothing.
struct WatchMetrics::Count {
  Numbers& numbers;
  WallClock::time_point now;

  void passed() const {
    numbers.last_pass = numbers.last_success = now;
    numbers.failing = false;
  }
  void operator()(const WatchStarted& e) const {
    numbers.repo = e.repo;
    numbers.branch = e.branch;
    numbers.folder = e.folder;
  }
  void operator()(const CommitFetched& e) const {
    numbers.commit = e.commit.id;
    numbers.fetch_failing = false;
  }
  void operator()(const FetchFailed&) const {
    ++numbers.failed_fetches;
    numbers.fetch_failing = true;
  }
  void operator()(const Recovered& e) const {
    if (e.what == "fetching") numbers.fetch_failing = false;
  }
  void operator()(const PassLooked& e) const {
    numbers.facts = e.facts;
    numbers.took = e.took;
  }
  void operator()(const PassInStep&) const {
    ++numbers.in_step;
    passed();
  }
  void operator()(const PassApplied& e) const {
    ++numbers.applied;
    numbers.steps += e.steps;
    passed();
  }
  void operator()(const PassFailed&) const {
    ++numbers.failed;
    numbers.last_pass = now;
    numbers.failing = true;
  }
  template <class Other>
  void operator()(const Other&) const {}
};

void WatchMetrics::on(const WatchEvent& event) {
  {
    const std::lock_guard lock(guard_);
    std::visit(Count{numbers_, now_()}, event);
  }
  inner_.on(event);
}

std::string WatchMetrics::text() const {
  const std::lock_guard lock(guard_);
  const auto& n = numbers_;
  Page page;
  page.family("infra_watch_info", "gauge", "What the loop follows.");
  page.sample(1, fmt::format("repo={},branch={},path={},commit={}", label_value(n.repo), label_value(n.branch),
                             label_value(n.folder), label_value(n.commit)));
  page.family("infra_watch_passes_total", "counter", "Passes by how they ended.");
  page.sample(n.applied, R"(result="applied")");
  page.sample(n.in_step, R"(result="up_to_date")");
  page.sample(n.failed, R"(result="failed")");
  page.one("infra_watch_steps_total", "counter", "Steps that passes which succeeded have carried out.",
           static_cast<double>(n.steps));
  page.one("infra_watch_failed_fetches_total", "counter", "Times that the repository couldn't be fetched.",
           n.failed_fetches);
  page.one("infra_watch_failing", "gauge", "1: the last pass failed.", n.failing ? 1 : 0);
  page.one("infra_watch_fetch_failing", "gauge", "1: the repository couldn't be fetched.", n.fetch_failing ? 1 : 0);
  page.one("infra_watch_pass_duration_seconds", "gauge", "How long the last pass took.",
           std::chrono::duration<double>(n.took).count());
  if (n.last_pass) {
    page.one("infra_watch_last_pass_timestamp_seconds", "gauge", "When the last pass ended.", seconds(*n.last_pass));
  }
  if (n.last_success) {
    page.one("infra_watch_last_success_timestamp_seconds", "gauge",
             "When the world was last found or made as the commit says.", seconds(*n.last_success));
  }
  if (n.facts) add_facts(page, *n.facts);
  return page.take();
}

}  // namespace infra
