#include "daemon/metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace reeld::metrics {
namespace {

using namespace std::chrono_literals;
using leonardo::Endpoint;
using leonardo::ErrorClass;
using testing::Contains;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  std::vector<std::string> lines() {
    std::istringstream text(metrics_->exposition());
    std::vector<std::string> all;
    for (std::string line; std::getline(text, line);) all.push_back(line);
    return all;
  }

  std::unique_ptr<Metrics> metrics_ = make_metrics({"1.2.3", "3.40.1"}, Time(1'764'554'400'500ms));
};

TEST_F(MetricsTest, SaysWhatIsRunningSinceWhen) {
  EXPECT_THAT(lines(), Contains(R"(reeld_build_info{sqlite="3.40.1",version="1.2.3"} 1)"));
  EXPECT_THAT(lines(), Contains("reeld_start_time_seconds 1764554400.5"));
}

TEST_F(MetricsTest, CountsAnswersByEndpointAndClass) {
  metrics_->answered(Endpoint::kSubmit, std::nullopt, 200ms);
  metrics_->answered(Endpoint::kSubmit, ErrorClass::kRateLimited, 100ms);
  metrics_->answered(Endpoint::kPoster, ErrorClass::kNotFound, 1ms);
  const auto all = lines();
  EXPECT_THAT(all, Contains(R"(reeld_upstream_responses_total{class="ok",endpoint="submit"} 1)"));
  EXPECT_THAT(all, Contains(R"(reeld_upstream_responses_total{class="rate_limited",endpoint="submit"} 1)"));
  EXPECT_THAT(all, Contains(R"(reeld_upstream_responses_total{class="not_found",endpoint="poster"} 1)"));
  EXPECT_THAT(all, Contains(R"(reeld_upstream_rate_limited_total{endpoint="submit"} 1)"));
  EXPECT_THAT(all, Contains(R"(reeld_upstream_rate_limited_total{endpoint="poster"} 0)"));
}

TEST_F(MetricsTest, TimesSubmitsPollsAndDownloadsApart) {
  metrics_->answered(Endpoint::kSubmit, std::nullopt, 200ms);
  metrics_->answered(Endpoint::kStatus, std::nullopt, 2s);
  metrics_->answered(Endpoint::kFilm, std::nullopt, 40s);
  metrics_->answered(Endpoint::kAccount, std::nullopt, 7s);
  const auto all = lines();
  EXPECT_THAT(all, Contains(R"(reeld_submit_duration_seconds_bucket{le="0.1"} 0)"));
  EXPECT_THAT(all, Contains(R"(reeld_submit_duration_seconds_bucket{le="0.25"} 1)"));
  EXPECT_THAT(all, Contains("reeld_submit_duration_seconds_count 1"));
  EXPECT_THAT(all, Contains("reeld_poll_duration_seconds_sum 2"));
  EXPECT_THAT(all, Contains("reeld_download_duration_seconds_sum 40"));
}

TEST_F(MetricsTest, WhatWasNeverSentIsCountedButNotTimed) {
  metrics_->answered(Endpoint::kSubmit, ErrorClass::kNotSent, 10s);
  const auto all = lines();
  EXPECT_THAT(all, Contains(R"(reeld_upstream_responses_total{class="not_sent",endpoint="submit"} 1)"));
  EXPECT_THAT(all, Contains("reeld_submit_duration_seconds_count 0"));
}

TEST_F(MetricsTest, CountsTransitionsRetriesAndBytes) {
  metrics_->accepted(3);
  metrics_->transition(JobState::kQueued, JobState::kSubmitting);
  metrics_->transition(JobState::kQueued, JobState::kSubmitting);
  metrics_->retried(engine::RetryReason::kRenderFailed);
  metrics_->rendered(100s);
  metrics_->received(1'000'000);
  metrics_->received(24);
  const auto all = lines();
  EXPECT_THAT(all, Contains("reeld_accepted_jobs_total 3"));
  EXPECT_THAT(all, Contains(R"(reeld_job_transitions_total{from="queued",to="submitting"} 2)"));
  EXPECT_THAT(all, Contains(R"(reeld_retries_total{reason="render_failed"} 1)"));
  EXPECT_THAT(all, Contains("reeld_render_duration_seconds_sum 100"));
  EXPECT_THAT(all, Contains("reeld_downloaded_bytes_total 1000024"));
}

TEST_F(MetricsTest, EverySeriesStandsBeforeItsFirstStep) {
  const auto all = lines();
  for (const Transition& step : all_transitions()) {
    const std::string series = "reeld_job_transitions_total{from=\"" + std::string(to_string(step.from)) +
                               "\",to=\"" + std::string(to_string(step.to)) + "\"} 0";
    EXPECT_THAT(all, Contains(series));
  }
  EXPECT_THAT(all, Contains(R"(reeld_upstream_responses_total{class="moderated",endpoint="submit"} 0)"));
  EXPECT_THAT(all, Contains(R"(reeld_retries_total{reason="download"} 0)"));
  EXPECT_THAT(all, Contains("reeld_store_commit_failures_total 0"));
}

TEST_F(MetricsTest, ASnapshotReplacesTheOneBefore) {
  Snapshot first;
  first.jobs[JobState::kQueued] = 7;
  first.oldest_age[JobState::kQueued] = 90s;
  first.window = 2.5;
  first.disk_free_bytes = 5'000'000'000'000;
  first.account_held = true;
  metrics_->set(first);
  const auto before = lines();
  EXPECT_THAT(before, Contains(R"(reeld_jobs{state="queued"} 7)"));
  EXPECT_THAT(before, Contains(R"(reeld_oldest_job_age_seconds{state="queued"} 90)"));
  EXPECT_THAT(before, Contains("reeld_limiter_window 2.5"));
  EXPECT_THAT(before, Contains("reeld_disk_free_bytes 5000000000000"));
  EXPECT_THAT(before, Contains("reeld_account_held 1"));

  Snapshot second;
  second.jobs[JobState::kSucceeded] = 7;
  second.queue_paused = true;
  second.spent_today = 1.5;
  metrics_->set(second);
  const auto after = lines();
  EXPECT_THAT(after, Contains(R"(reeld_jobs{state="queued"} 0)"));
  EXPECT_THAT(after, Contains(R"(reeld_jobs{state="succeeded"} 7)"));
  EXPECT_THAT(after, Contains(R"(reeld_oldest_job_age_seconds{state="queued"} 0)"));
  EXPECT_THAT(after, Contains("reeld_account_held 0"));
  EXPECT_THAT(after, Contains("reeld_queue_paused 1"));
  EXPECT_THAT(after, Contains("reeld_spent_today_dollars 1.5"));
}

TEST_F(MetricsTest, FinalStatesHaveNoAge) {
  EXPECT_THAT(lines(), Not(Contains(R"(reeld_oldest_job_age_seconds{state="succeeded"} 0)")));
}

TEST_F(MetricsTest, TheStoreMayTellFromItsOwnThreadDuringAScrape) {
  std::thread store([this] {
    for (int i = 0; i < 1000; ++i) metrics_->committed(3, 1500us);
    metrics_->commit_failed();
  });
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(lines().empty());
  store.join();
  const auto all = lines();
  EXPECT_THAT(all, Contains("reeld_store_commit_operations_sum 3000"));
  EXPECT_THAT(all, Contains(R"(reeld_store_commit_duration_seconds_bucket{le="0.0025"} 1000)"));
  EXPECT_THAT(all, Contains("reeld_store_commit_failures_total 1"));
}

}  // namespace
}  // namespace reeld::metrics
