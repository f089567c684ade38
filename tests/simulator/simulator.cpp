#include "tests/simulator/simulator.hpp"

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <optional>
#include <stdexcept>
#include <thread>

#include "tests/simulator/certificate.hpp"
#include "tests/simulator/cloud.hpp"
#include "tests/simulator/server.hpp"

namespace reeld::sim {

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

/// The folder for the CA: the given one, or a temporary one that goes away again.
class Folder {
 public:
  explicit Folder(const fs::path& given)
      : path_(given.empty() ? given : fs::absolute(given)), temporary_(given.empty()) {
    if (!temporary_) {
      fs::create_directories(path_);
      return;
    }
    std::string pattern = (fs::temp_directory_path() / "reeld-sim-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    if (temporary_) fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  bool temporary_;
};

}  // namespace

struct Simulator::Impl {
  explicit Impl(const Options& given) : options(given), folder(given.dir), cloud(given), port(given.port) {
    SSL_CTX* ssl = tls.native_handle();
    SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION);
    // The cheapest suite first, and our order counts: throughput is what benchmarks of the client need.
    SSL_CTX_set_ciphersuites(ssl,
                             "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
    SSL_CTX_set_options(ssl, SSL_OP_CIPHER_SERVER_PREFERENCE);
    install_certificate(ssl, folder.path(), {options.wrong_host_cert, options.expired_cert});
  }

  void open() {
    if (server) throw std::invalid_argument("the simulator runs already");
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(options.listen), port);
    context.restart();
    server.emplace(context, tls, cloud, endpoint, static_cast<std::size_t>(options.max_connections));
    port = server->port();
    cloud.with([this](CloudState& state) { state.port = port; });
    server->start();
  }

  const Options options;
  Folder folder;
  asio::ssl::context tls{asio::ssl::context::tls_server};
  mutable Cloud cloud;
  std::atomic<std::uint16_t> port;
  asio::io_context context{1};
  std::optional<Server> server;
  std::thread thread;
};

Simulator::Simulator(Options options) : impl_(std::make_unique<Impl>(options)) {}

Simulator::~Simulator() {
  stop();
}

void Simulator::start() {
  impl_->open();
  impl_->thread = std::thread([this] { impl_->context.run(); });
}

void Simulator::stop() {
  if (!impl_->server) return;
  asio::post(impl_->context, [this] { impl_->server->stop(); });
  // All coroutines end before anything that they refer to goes away.
  if (impl_->thread.joinable()) impl_->thread.join();
  impl_->server.reset();
}

void Simulator::run(const std::function<void()>& ready) {
  impl_->open();
  asio::signal_set signals(impl_->context, SIGTERM, SIGINT);
  signals.async_wait([this](const boost::system::error_code&, int) { impl_->server->stop(); });
  ready();
  impl_->context.run();
  impl_->server.reset();
}

std::string Simulator::base_url() const {
  return "https://localhost:" + std::to_string(port()) + "/api/rest";
}
std::uint16_t Simulator::port() const {
  return impl_->port;
}
std::string Simulator::api_key() const {
  return impl_->options.api_key;
}
std::string Simulator::user_id() const {
  return impl_->options.user_id;
}
std::filesystem::path Simulator::ca_file() const {
  return impl_->folder.path() / "ca.pem";
}

void Simulator::add_fault(Fault fault) {
  impl_->cloud.with([&fault](CloudState& state) { state.faults.add(std::move(fault)); });
}

void Simulator::add_faults(std::string_view json) {
  for (Fault& fault : parse_faults(json)) add_fault(std::move(fault));
}

void Simulator::clear_faults() {
  impl_->cloud.with([](CloudState& state) { state.faults.clear(); });
}

std::vector<std::uint64_t> Simulator::strikes() const {
  return impl_->cloud.with([](CloudState& state) {
    std::vector<std::uint64_t> counts;
    for (const auto& [fault, times] : state.faults.struck()) counts.push_back(times);
    return counts;
  });
}

void Simulator::reset_limits() {
  impl_->cloud.with([](CloudState& state) {
    state.requests.reset();
    state.submits.reset();
  });
}

void Simulator::set_balance(Money balance) {
  impl_->cloud.with([balance](CloudState& state) { state.generations.set_balance(balance); });
}

Money Simulator::balance() const {
  return impl_->cloud.with([](CloudState& state) {
    state.generations.settle(state.now());
    return state.generations.balance();
  });
}

std::vector<LedgerEntry> Simulator::ledger() const {
  return impl_->cloud.with([](CloudState& state) {
    state.generations.settle(state.now());
    std::vector<LedgerEntry> entries;
    for (Generation& generation : state.generations.all())
      entries.push_back(ledger_entry(generation, state.options));
    return entries;
  });
}

std::vector<RequestRecord> Simulator::requests() const {
  return impl_->cloud.with([](CloudState& state) { return state.records.recent(); });
}

std::uint64_t Simulator::request_count(Endpoint endpoint) const {
  return impl_->cloud.with([endpoint](CloudState& state) {
    std::uint64_t sum = 0;
    for (const auto& [status, count] : state.records.counts(endpoint)) sum += count;
    return sum;
  });
}

std::vector<std::string> Simulator::violations() const {
  return impl_->cloud.with([](CloudState& state) { return state.records.violations(); });
}

std::uint64_t Simulator::open_connections() const {
  return impl_->cloud.with([](CloudState& state) { return state.open_connections; });
}

namespace {

std::optional<Content> find_film(Cloud& cloud, std::string_view id, int index) {
  return cloud.with([id, index](CloudState& state) -> std::optional<Content> {
    state.generations.settle(state.now());
    const Generation* generation = state.generations.find(id);
    if (generation == nullptr || index < 0 || index >= generation->films()) return std::nullopt;
    return film_of(*generation, index, state.options.video_bytes);
  });
}

}  // namespace

std::string Simulator::film_bytes(std::string_view generation_id, int index) const {
  const auto film = find_film(impl_->cloud, generation_id, index);
  if (!film) return {};
  std::string bytes(film->size(), '\0');
  film->read(0, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

std::string Simulator::film_sha256(std::string_view generation_id, int index) const {
  const auto film = find_film(impl_->cloud, generation_id, index);
  return film ? film->sha256() : std::string();
}

}  // namespace reeld::sim
