#include "daemon/engine/result_file.hpp"

#include <gtest/gtest.h>

namespace reeld::engine {
namespace {

store::ClaimedJob finished_job() {
  store::ClaimedJob job;
  job.lease.job = JobId("019ac1f0-7c3e-7a41-9b2d-5f0c6e1d2a3b");
  job.name = "rain";
  job.kind = {"ltxv-2.0-pro", 1920, 1080, 8};
  job.generation = GenerationId("1f1a06db-37cd-6c60-9cac-182717e03f42");
  job.sent_seed = 453560;
  job.request_body = R"({"model":"ltxv-2.0-pro"})";
  job.accepted = 1;
  store::Film film;
  film.number = 1;
  film.path = "2026-12-01/rain/rain.mp4";
  film.size = 1234;
  film.sha256 = "abc";
  film.url = "https://cdn.leonardo.ai/x.mp4";
  job.films.push_back(film);
  return job;
}

TEST(ResultFileTest, TellsRequestSeedGenerationAndFilms) {
  const Json result = result_file(finished_job(), {"rain.jpg"}, {}, Time{});
  EXPECT_EQ(result.at("request").at("model"), "ltxv-2.0-pro");
  EXPECT_EQ(result.at("seed"), 453560);
  EXPECT_EQ(result.at("films").at(0).at("file"), "rain.mp4");
  EXPECT_EQ(result.at("films").at(0).at("poster"), "rain.jpg");
}

TEST(ResultFileTest, WhatIsNotKnownIsNull) {
  const Json result = result_file(finished_job(), {""}, {"no poster"}, Time{});
  EXPECT_TRUE(result.at("cost").is_null());
  EXPECT_TRUE(result.at("films").at(0).at("poster").is_null());
  EXPECT_TRUE(result.at("submitted_at").is_null());
  EXPECT_EQ(result.at("warnings").at(0), "no poster");
}

TEST(ResultFileTest, CostStaysTheTextThatTheServiceSent) {
  store::ClaimedJob job = finished_job();
  job.cost_amount = "0.0147";
  job.cost_unit = "DOLLARS";
  EXPECT_EQ(result_file(job, {""}, {}, Time{}).at("cost").at("amount"), "0.0147");
}

}  // namespace
}  // namespace reeld::engine
