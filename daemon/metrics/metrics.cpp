#include "daemon/metrics/metrics.hpp"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "daemon/metrics/counters.hpp"
#include "daemon/metrics/gauges.hpp"
#include "daemon/metrics/labels.hpp"
#include "daemon/metrics/process_metrics.hpp"

namespace reeld::metrics {
namespace {

using leonardo::Endpoint;
using leonardo::ErrorClass;

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

class PrometheusMetrics final : public Metrics {
 public:
  PrometheusMetrics(const BuildInfo& build, Time started_at) {
    prometheus::BuildGauge()
        .Name("reeld_build_info")
        .Help("Always 1; the labels say what is running.")
        .Register(registry_)
        .Add({{"version", build.version}, {"sqlite", build.sqlite}})
        .Set(1);
    prometheus::BuildGauge()
        .Name("reeld_start_time_seconds")
        .Help("When the daemon took up its work, in seconds since 1970.")
        .Register(registry_)
        .Add({})
        .Set(seconds(started_at.time_since_epoch()));
  }

  void answered(Endpoint endpoint, std::optional<ErrorClass> error, Duration took) override {
    counters_.upstream_responses.Add({{"endpoint", label(endpoint)}, {"class", label(error)}}).Increment();
    if (error == ErrorClass::kRateLimited) {
      counters_.rate_limited.Add({{"endpoint", label(endpoint)}}).Increment();
    }
    // What never left this machine says nothing about how fast the service is.
    if (error == ErrorClass::kNotSent) return;
    if (endpoint == Endpoint::kSubmit) counters_.submit_seconds.Observe(seconds(took));
    if (endpoint == Endpoint::kStatus) counters_.poll_seconds.Observe(seconds(took));
    if (endpoint == Endpoint::kFilm) counters_.download_seconds.Observe(seconds(took));
  }

  void received(std::uint64_t bytes) override {
    counters_.downloaded_bytes.Increment(static_cast<double>(bytes));
  }

  void committed(std::size_t operations, std::chrono::nanoseconds took) override {
    counters_.commit_operations.Observe(static_cast<double>(operations));
    counters_.commit_seconds.Observe(seconds(took));
  }

  void commit_failed() override { counters_.commit_failures.Increment(); }

  void retried(engine::RetryReason reason) override {
    counters_.retries.Add({{"reason", label(reason)}}).Increment();
  }

  void rendered(Duration took) override { counters_.render_seconds.Observe(seconds(took)); }

  void accepted(std::int64_t jobs) override { counters_.accepted_jobs.Increment(static_cast<double>(jobs)); }

  void transition(JobState from, JobState to) override {
    counters_.transitions.Add({{"from", label(from)}, {"to", label(to)}}).Increment();
  }

  void set(const Snapshot& snapshot) override { gauges_.set(snapshot); }

  std::string exposition() override {
    process_.refresh();
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

 private:
  prometheus::Registry registry_;
  Counters counters_{registry_};
  Gauges gauges_{registry_};
  ProcessMetrics process_{registry_};
};

}  // namespace

std::unique_ptr<Metrics> make_metrics(const BuildInfo& build, Time started_at) {
  return std::make_unique<PrometheusMetrics>(build, started_at);
}

}  // namespace reeld::metrics
