// Measures the control API of the real daemon over its socket, while it works. Reports; asserts nothing.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "tests/e2e/api_client.hpp"
#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

double percentile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values.at(static_cast<std::size_t>(share * static_cast<double>(values.size() - 1)));
}

/// How long each of `calls` GETs took, in milliseconds.
std::vector<double> time_calls(ApiClient& client, const std::string& target, int calls) {
  std::vector<double> took;
  for (int i = 0; i < calls; ++i) {
    const auto begin = Clock::now();
    client.get_json(target);
    took.push_back(Milliseconds(Clock::now() - begin).count());
  }
  return took;
}

void report(const std::string& what, const std::vector<double>& took) {
  fmt::print("{:<58} p50 {:7.2f} ms   p99 {:7.2f} ms\n", what, percentile(took, 0.5), percentile(took, 0.99));
}

/// A cloud that money never stops.
sim::Options rich_cloud() {
  sim::Options cloud = Daemon::fast_cloud();
  cloud.balance = {1'000'000'000'000};
  return cloud;
}

void submit(ApiClient& client, int jobs, const std::string& batch) {
  const std::string line = guide_job("one of many, rain on a quiet street").dump() + "\n";
  int sent = 0;
  client.post_pieces("/v1/jobs?batch=" + batch, [&]() -> std::string {
    std::string piece;
    for (int i = 0; i < 100 && sent < jobs; ++i, ++sent) piece += line;
    return piece;
  });
}

std::int64_t succeeded(ApiClient& client) {
  return client.get_json("/v1/stats").at("counts").at("succeeded").get<std::int64_t>();
}

/// Asks for lists while 100,000 jobs drain.
void measure_lists() {
  Daemon daemon(rich_cloud());
  daemon.set("limits.max_generations", "64");
  daemon.set("log.level", "warn");
  daemon.start();
  ApiClient client(daemon);
  submit(client, 100'000, "big");
  for (const char* target :
       {"/v1/jobs?limit=50", "/v1/jobs?limit=50&state=queued", "/v1/jobs?limit=50&batch=big",
        "/v1/jobs?limit=50&state=succeeded,failed", "/v1/stats"}) {
    const auto before = succeeded(client);
    report(fmt::format("{}, 100,000 jobs, draining", target), time_calls(client, target, 1000));
    if (succeeded(client) == before)
      fmt::print("  (nothing was drained meanwhile: the figure is not worth much)\n");
  }
}

/// The same question of a short queue and of a long one.
void measure_stats() {
  for (const int jobs : {1'000, 1'000'000}) {
    Daemon daemon(rich_cloud());
    daemon.set("log.level", "warn");
    daemon.start();
    ApiClient client(daemon);
    client.post_json("/v1/queue/pause", {{"reason", "only counting"}});
    for (int sent = 0; sent < jobs; sent += 100'000) submit(client, std::min(jobs, 100'000), "some");
    time_calls(client, "/v1/stats", 100);
    report(fmt::format("/v1/stats, {} jobs, resting", jobs), time_calls(client, "/v1/stats", 1000));
    report(fmt::format("/v1/jobs?limit=50, {} jobs, resting", jobs),
           time_calls(client, "/v1/jobs?limit=50", 1000));
  }
}

/// Many who follow the live events and do nothing with them, on a thread of their own.
class Followers {
 public:
  Followers(const std::filesystem::path& socket, int count) {
    static const std::string kRequest = "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (int i = 0; i < count; ++i) {
      auto& follower = *followers_.emplace_back(std::make_unique<Follower>(io_));
      follower.socket.connect(asio::local::stream_protocol::endpoint(socket.string()));
      asio::write(follower.socket, asio::buffer(kRequest));
      read(follower);
    }
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Followers() {
    io_.stop();
    thread_.join();
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  struct Follower {
    explicit Follower(asio::io_context& io) : socket(io) {}
    asio::local::stream_protocol::socket socket;
    std::array<char, 65536> buffer{};
  };

  void read(Follower& follower) {
    follower.socket.async_read_some(asio::buffer(follower.buffer),
                                    [this, &follower](const auto& error, std::size_t size) {
                                      bytes_ += size;
                                      if (!error) read(follower);
                                    });
  }

  asio::io_context io_;
  std::vector<std::unique_ptr<Follower>> followers_;
  std::thread thread_;
  std::atomic<std::uint64_t> bytes_ = 0;
};

/// Seconds to drain `jobs` jobs with so many followers.
double drain(int jobs, int followers, std::uint64_t& bytes) {
  // Nothing is waited for, so that the engine is what takes the time.
  sim::Options cloud = rich_cloud();
  cloud.render_time = Duration(0);
  Daemon daemon(cloud);
  daemon.set("limits.max_generations", "256");
  daemon.set("limits.max_downloads", "64");
  daemon.set("poll.first", "0s");
  daemon.set("poll.min_interval", "10ms");
  daemon.set("log.level", "warn");
  daemon.start();
  ApiClient client(daemon);
  const auto watching = std::make_unique<Followers>(daemon.data() / "reeld.sock", followers);
  const auto begin = Clock::now();
  submit(client, jobs, "drained");
  while (succeeded(client) < jobs) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  bytes = watching->bytes();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// What 200 followers cost the engine: rounds with and without them take turns.
void measure_followers() {
  constexpr int kJobs = 3'000;
  constexpr int kFollowers = 200;
  std::vector<double> without;
  std::vector<double> with;
  std::uint64_t bytes = 0;
  for (int round = 0; round < 3; ++round) {
    std::uint64_t none = 0;
    without.push_back(drain(kJobs, 0, none));
    with.push_back(drain(kJobs, kFollowers, bytes));
  }
  const double ratio = percentile(with, 0.5) / percentile(without, 0.5);
  fmt::print("draining {} jobs: {:.2f} s alone, {:.2f} s with {} followers ({:.1f} MiB sent): x {:.3f}\n",
             kJobs, percentile(without, 0.5), percentile(with, 0.5), kFollowers,
             static_cast<double>(bytes) / 1048576.0, ratio);
}

}  // namespace
}  // namespace reeld::test

int main() {
  // Each line as soon as it is known, also into a file.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  reeld::test::measure_lists();
  reeld::test::measure_followers();
  reeld::test::measure_stats();
}
