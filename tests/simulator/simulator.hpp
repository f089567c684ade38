#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/fault.hpp"
#include "tests/simulator/ledger.hpp"
#include "tests/simulator/options.hpp"
#include "tests/simulator/records.hpp"

namespace reeld::sim {

/// A simulated Leonardo cloud on a local HTTPS port: the API, the upload host and the CDN in one.
///
/// Threads   start() runs it on a thread of its own, run() on the caller's; every other function may be
/// called
///           from any thread at any time.
/// Errors    std::runtime_error for what the machine refuses (port, files), std::invalid_argument for
/// nonsense.
class Simulator {
 public:
  explicit Simulator(Options options);
  ~Simulator();
  Simulator(const Simulator&) = delete;
  Simulator& operator=(const Simulator&) = delete;

  /// Listens when it returns.
  void start();
  /// Breaks all connections and stops listening. What was accepted stays; start() goes on from there, on the
  /// same port.
  void stop();
  /// Listens, calls `ready`, and serves on this thread until SIGTERM or SIGINT.
  void run(const std::function<void()>& ready);

  /// "https://localhost:PORT/api/rest"
  std::string base_url() const;
  std::uint16_t port() const;
  std::string api_key() const;
  std::string user_id() const;
  /// The CA that clients have to trust.
  std::filesystem::path ca_file() const;

  void add_fault(Fault fault);
  /// Adds what a script says: a JSON array of faults, or one.
  void add_faults(std::string_view json);
  void clear_faults();
  /// How often each fault has struck, in the order they were added.
  std::vector<std::uint64_t> strikes() const;
  void reset_limits();
  void set_balance(Money balance);
  Money balance() const;

  /// All accepted generations in order.
  std::vector<LedgerEntry> ledger() const;
  /// The last 20,000 requests in the order in which they were answered.
  std::vector<RequestRecord> requests() const;
  /// How many requests of an endpoint were answered, with any status, since the beginning.
  std::uint64_t request_count(Endpoint endpoint) const;
  /// What a client must never do: credentials sent to the CDN or to the upload host.
  std::vector<std::string> violations() const;
  std::uint64_t open_connections() const;

  /// The exact bytes that the CDN serves as film `index` of a generation. Empty where there is no such film.
  std::string film_bytes(std::string_view generation_id, int index) const;
  std::string film_sha256(std::string_view generation_id, int index) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace reeld::sim
