#include "watch/metrics_server.h"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <charconv>
#include <chrono>
#include <list>
#include <thread>

namespace infra {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

constexpr auto kPatience = std::chrono::seconds(10);  // for a request, and for taking the answer
constexpr std::uint32_t kLongestHeader = 8192;
constexpr std::size_t kMostConnections = 32;  // at once; for one more the oldest is closed

using Text = std::function<std::string()>;
using Reply = http::response<http::string_body>;

Reply reply_to(const http::request<http::empty_body>& request, const Text& text) {
  Reply reply{http::status::ok, request.version()};
  reply.keep_alive(false);
  reply.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
  const bool reads = request.method() == http::verb::get || request.method() == http::verb::head;
  const auto path = request.target().substr(0, request.target().find('?'));
  if (!reads) {
    reply.result(http::status::method_not_allowed);
    reply.set(http::field::allow, "GET, HEAD");
    reply.body() = "only GET and HEAD\n";
  } else if (path != "/metrics") {
    reply.result(http::status::not_found);
    reply.body() = "the metrics are at /metrics\n";
  } else {
    reply.body() = text();
  }
  reply.prepare_payload();
  if (request.method() == http::verb::head) reply.body().clear();
  return reply;
}

// How to end each open connection, the oldest first; only the context's thread changes it.
using Connections = std::list<std::function<void()>>;

// One request and its answer. It lives as long as something is under way.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, const Text& text, Connections& open)
      : stream_(std::move(socket)), text_(text), open_(open), place_(open.insert(open.end(), [this] { give_way(); })) {
    parser_.header_limit(kLongestHeader);
    parser_.body_limit(0);
  }
  ~Connection() { leave(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void serve() {
    stream_.expires_after(kPatience);
    http::async_read(stream_, buffer_, parser_, [self = shared_from_this()](error_code failed, std::size_t) {
      if (!failed) self->answer();
    });
  }

 private:
  // Whatever it waits for: who takes so long mustn't keep others out.
  void give_way() {
    stream_.close();
    leave();
  }
  void leave() {
    if (place_ != open_.end()) open_.erase(place_);
    place_ = open_.end();
  }
  void answer() {
    reply_ = reply_to(parser_.get(), text_);
    stream_.expires_after(kPatience);
    http::async_write(stream_, reply_, [self = shared_from_this()](error_code, std::size_t) {
      error_code ignored;  // whoever asked may be gone
      self->stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
    });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{kLongestHeader};
  http::request_parser<http::empty_body> parser_;
  Reply reply_;
  const Text& text_;
  Connections& open_;
  Connections::iterator place_;  // the end: it has left
};

// "HOST:PORT", as it was written.
std::optional<Tcp::endpoint> endpoint_of(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  auto host = address.substr(0, colon);
  const auto port_text = std::string_view(address).substr(colon + 1);
  std::uint16_t port = 0;
  const auto* end = port_text.data() + port_text.size();
  if (const auto [at, failed] = std::from_chars(port_text.data(), end, port); failed != std::errc() || at != end) {
    return std::nullopt;
  }
  if (host.empty()) return Tcp::endpoint(Tcp::v6(), port);
  if (host == "localhost") host = "127.0.0.1";
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  error_code failed;
  const auto ip = asio::ip::make_address(host, failed);
  if (failed || ip.is_v6() != bracketed) return std::nullopt;
  return Tcp::endpoint(ip, port);
}

}  // namespace

class MetricsServer::Listener {
 public:
  explicit Listener(Text text) : text_(std::move(text)) {}
  ~Listener() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  error_code listen(const Tcp::endpoint& at) {
    error_code failed;
    acceptor_.open(at.protocol(), failed);
    if (failed && at == Tcp::endpoint(Tcp::v6(), at.port())) return listen({Tcp::v4(), at.port()});  // no IPv6 here
    if (!failed) acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) acceptor_.bind(at, failed);
    if (!failed) acceptor_.listen(static_cast<int>(kMostConnections), failed);
    if (!failed) accept();
    return failed;
  }
  void start() {
    thread_ = std::thread([this] { context_.run(); });
  }
  [[nodiscard]] std::string address() const {
    const auto at = acceptor_.local_endpoint();
    const auto host = at.address().to_string();
    return fmt::format(fmt::runtime(at.address().is_v6() ? "[{}]:{}" : "{}:{}"), host, at.port());
  }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code failed, Tcp::socket socket) {
      if (failed == asio::error::operation_aborted) return;
      if (!failed) take(std::move(socket));
      failed ? pause() : accept();
    });
  }
  void take(Tcp::socket socket) {
    if (open_.size() >= kMostConnections) {
      const auto end_oldest = open_.front();  // a copy: it takes itself out of the list
      end_oldest();
    }
    std::make_shared<Connection>(std::move(socket), text_, open_)->serve();
  }
  // Out of descriptors, say: to accept at once again would spin.
  void pause() {
    retry_.expires_after(std::chrono::seconds(1));
    retry_.async_wait([this](error_code cancelled) {
      if (!cancelled) accept();
    });
  }

  Text text_;
  Connections open_;
  asio::io_context context_{1};
  Tcp::acceptor acceptor_{context_};
  asio::steady_timer retry_{context_};
  std::thread thread_;
};

MetricsServer::MetricsServer(std::unique_ptr<Listener> listener) : listener_(std::move(listener)) {}
MetricsServer::MetricsServer(MetricsServer&&) noexcept = default;
MetricsServer& MetricsServer::operator=(MetricsServer&&) noexcept = default;
MetricsServer::~MetricsServer() = default;
std::string MetricsServer::address() const { return listener_->address(); }

Result<MetricsServer> MetricsServer::open(const std::string& address, std::function<std::string()> text) {
  const auto at = endpoint_of(address);
  if (!at) {
    return Error{.code = "E0902",
                 .message = fmt::format("--metrics {} is not an address with a port", address),
                 .help = "write 127.0.0.1:9464, [::1]:9464, or :9464 for all addresses of this machine",
                 .context = {}};
  }
  auto listener = std::make_unique<Listener>(std::move(text));
  if (const auto failed = listener->listen(*at); failed) {
    return Error{.code = "E0818",
                 .message = fmt::format("the metrics can't be served at {}: {}", address, failed.message()),
                 .help = "give --metrics a port that no other program has, on an address of this machine",
                 .context = {}};
  }
  try {
    listener->start();
  } catch (const std::system_error& failed) {
    return Error{.code = "E0818",
                 .message = fmt::format("the metrics can't be served: no thread can be made ({})", failed.what()),
                 .help = "raise the limit on threads, or leave --metrics out",
                 .context = {}};
  }
  return MetricsServer(std::move(listener));
}

}  // namespace infra
