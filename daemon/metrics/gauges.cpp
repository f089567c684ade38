#include "daemon/metrics/gauges.hpp"

#include <string>

namespace reeld::metrics {
namespace {

prometheus::Family<prometheus::Gauge>& family(prometheus::Registry& registry, const char* name,
                                              const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return family(registry, name, help).Add({});
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

double flag(bool value) {
  return value ? 1 : 0;
}

}  // namespace

Gauges::Gauges(prometheus::Registry& registry)
    : window_(gauge(registry, "reeld_limiter_window",
                    "Renders in flight that the service takes now, as learned from its answers.")),
      in_flight_(gauge(registry, "reeld_generations_in_flight", "Renders, and submits about to be sent.")),
      max_generations_(gauge(registry, "reeld_generations_limit",
                             "Renders in flight that the configuration allows; 0: no limit.")),
      submit_wait_(gauge(registry, "reeld_submit_wait_seconds",
                         "How long until the limits let the next submit through.")),
      downloads_(gauge(registry, "reeld_downloads", "Downloads under way or waiting for a slot.")),
      http_connections_(gauge(registry, "reeld_http_connections", "Open connections of the control API.")),
      disk_free_bytes_(gauge(registry, "reeld_disk_free_bytes", "Free bytes on the disk of the results.")),
      disk_low_(
          gauge(registry, "reeld_disk_low", "1 while nothing is claimed because the disk is nearly full.")),
      store_failing_(gauge(registry, "reeld_store_failing",
                           "1 while nothing is claimed because the queue's database cannot be written.")),
      wal_bytes_(gauge(registry, "reeld_store_wal_bytes", "Bytes in the write-ahead log of the queue.")),
      account_held_(gauge(registry, "reeld_account_held",
                          "1 while submits wait for the API key, the balance or the connection.")),
      queue_paused_(gauge(registry, "reeld_queue_paused", "1 while a person has stopped submits.")),
      spent_today_(gauge(registry, "reeld_spent_today_dollars",
                         "Charged and not refunded for the submits of the day (UTC).")),
      reserved_today_(gauge(registry, "reeld_reserved_today_dollars",
                            "Reserved for submits of the day (UTC) whose outcome is open.")),
      budget_per_day_(gauge(registry, "reeld_budget_per_day_dollars",
                            "What the configuration allows a day; 0: no cap.")) {
  auto& jobs = family(registry, "reeld_jobs", "Jobs in each state.");
  auto& oldest_age = family(registry, "reeld_oldest_job_age_seconds",
                            "Time since the oldest job of a state was accepted; 0 where there is none.");
  for (const JobState state : kAllJobStates) {
    const prometheus::Labels labels{{"state", std::string(to_string(state))}};
    jobs_[state] = &jobs.Add(labels);
    if (!is_final(state)) oldest_age_[state] = &oldest_age.Add(labels);
  }
}

void Gauges::set(const Snapshot& snapshot) {
  for (const auto& [state, figure] : jobs_) {
    const auto found = snapshot.jobs.find(state);
    figure->Set(found == snapshot.jobs.end() ? 0 : static_cast<double>(found->second));
  }
  for (const auto& [state, figure] : oldest_age_) {
    const auto found = snapshot.oldest_age.find(state);
    figure->Set(found == snapshot.oldest_age.end() ? 0 : seconds(found->second));
  }
  window_.Set(snapshot.window);
  in_flight_.Set(snapshot.in_flight);
  max_generations_.Set(snapshot.max_generations);
  submit_wait_.Set(seconds(snapshot.submit_wait));
  downloads_.Set(snapshot.downloads);
  http_connections_.Set(static_cast<double>(snapshot.http_connections));
  disk_free_bytes_.Set(static_cast<double>(snapshot.disk_free_bytes));
  disk_low_.Set(flag(snapshot.disk_low));
  store_failing_.Set(flag(snapshot.store_failing));
  wal_bytes_.Set(static_cast<double>(snapshot.wal_bytes));
  account_held_.Set(flag(snapshot.account_held));
  queue_paused_.Set(flag(snapshot.queue_paused));
  spent_today_.Set(snapshot.spent_today);
  reserved_today_.Set(snapshot.reserved_today);
  budget_per_day_.Set(snapshot.budget_per_day);
}

}  // namespace reeld::metrics
