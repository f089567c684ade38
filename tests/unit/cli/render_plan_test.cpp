#include "daemon/cli/render_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/job/price.hpp"

namespace reeld::cli {
namespace {

using namespace std::chrono_literals;

/// A queue that has seen some renders.
class Learned final : public store::Estimates {
 public:
  Result<std::optional<JobState>> state_of(const std::string&) override { return std::optional<JobState>(); }
  Result<std::vector<Duration>> render_times(const store::RenderKind&) override { return times; }
  Result<std::optional<store::Price>> price(const std::string& kind) override {
    kinds.push_back(kind);
    return known;
  }
  Result<Amount> spent() override { return Amount{}; }

  std::vector<Duration> times;
  std::optional<store::Price> known;
  std::vector<std::string> kinds;
};

JobSpec job(int duration = 8) {
  JobSpec spec;
  spec.model = "ltxv-2.0-pro";
  spec.duration = duration;
  spec.width = 1920;
  spec.height = 1080;
  return spec;
}

store::Price dollars(std::string_view amount) {
  return {read_amount(amount)->amount, std::string(kDollars)};
}

Expectation known(Duration time, std::string_view price) {
  return {time, true, dollars(price), true};
}

bool says(const RenderPlan& plan, std::string_view words) {
  return std::ranges::any_of(plan.lines(),
                             [&](const std::string& line) { return line.find(words) != std::string::npos; });
}

Catalogue stated() {
  Catalogue catalogue = Catalogue::embedded();
  catalogue
      .overlay(
          "[models.\"ltxv-2.0-pro\"]\nprice_per_second = { 1080 = \"0.06\" }\n"
          "render_time_per_second = { 1080 = \"5s\" }\n",
          "models.toml")
      .value();
  return catalogue;
}

TEST(RenderPlanTest, WhatWasLearnedBeatsWhatIsStated) {
  const Catalogue catalogue = stated();
  const Model& model = *catalogue.find("ltxv-2.0-pro");
  const auto without_queue = expect(nullptr, job(), model).value();
  EXPECT_EQ(without_queue.time, Duration(40s));
  EXPECT_EQ(without_queue.price->amount, dollars("0.48").amount);
  EXPECT_FALSE(without_queue.time_learned || without_queue.price_learned);
  Learned queue;
  EXPECT_EQ(expect(&queue, job(), model).value().time, Duration(40s));
  queue.times = {10s, 20s};
  queue.known = dollars("0.50");
  const auto learned = expect(&queue, job(), model).value();
  EXPECT_EQ(learned.time, Duration(15s));
  EXPECT_EQ(learned.price->amount, dollars("0.50").amount);
  EXPECT_TRUE(learned.time_learned && learned.price_learned);
  EXPECT_EQ(queue.kinds.back(), price_kind(job()));
}

TEST(RenderPlanTest, NothingIsMadeUp) {
  const Catalogue catalogue = Catalogue::embedded();
  const auto expectation = expect(nullptr, job(), *catalogue.find("ltxv-2.0-pro")).value();
  RenderPlan plan({});
  plan.add(job(), std::nullopt, expectation);
  EXPECT_FALSE(plan.time());
  EXPECT_TRUE(plan.json().at("estimated_ms").is_null());
  EXPECT_EQ(plan.json().at("estimated_costs"), Json::object());
  EXPECT_EQ(plan.json().at("without_price"), 1);
  EXPECT_TRUE(says(plan, "time: unknown"));
  EXPECT_TRUE(says(plan, "cost of 1 job: unknown"));
}

TEST(RenderPlanTest, CountsEachJobByWhatARunWouldDoWithIt) {
  RenderPlan plan({});
  for (const auto state :
       {JobState::kSucceeded, JobState::kFailed, JobState::kCancelled, JobState::kGenerating,
        JobState::kUnknown, JobState::kParked, JobState::kHeld, JobState::kQueued})
    plan.add(job(), state, known(10s, "0.48"));
  plan.add(job(), std::nullopt, known(10s, "0.48"));
  const Json told = plan.json();
  EXPECT_EQ(told.at("jobs"), 9);
  EXPECT_EQ(told.at("to_render"), 3);
  EXPECT_EQ(told.at("under_way"), 2);
  EXPECT_EQ(told.at("done"), 1);
  EXPECT_EQ(told.at("failed"), 2);
  EXPECT_EQ(told.at("parked"), 1);
  EXPECT_EQ(told.at("estimated_costs"), (Json{{"DOLLARS", "1.44"}}));
  EXPECT_EQ(told.at("video_seconds"), 24);
}

TEST(RenderPlanTest, WhatFailedIsRenderedWhereThatWasAskedFor) {
  PlanLimits limits;
  limits.retry_failed = true;
  RenderPlan plan(limits);
  plan.add(job(), JobState::kFailed, known(10s, "0.48"));
  EXPECT_EQ(plan.json().at("to_render"), 1);
  EXPECT_EQ(plan.json().at("failed"), 0);
}

TEST(RenderPlanTest, RendersGoSideBySideAsFarAsTheLimitsLetThem) {
  PlanLimits limits;
  limits.max_generations = 4;
  RenderPlan plan(limits);
  for (int i = 0; i < 8; ++i) plan.add(job(), std::nullopt, known(10s, "0.48"));
  EXPECT_EQ(plan.time(), Duration(20s));
  limits.submits_per_minute = 2;
  RenderPlan slow(limits);
  for (int i = 0; i < 8; ++i) slow.add(job(), std::nullopt, known(10s, "0.48"));
  EXPECT_EQ(slow.time(), Duration(4min));
  RenderPlan one(limits);
  one.add(job(), std::nullopt, known(5min, "0.48"));
  EXPECT_EQ(one.time(), Duration(5min)) << "one render is not made shorter by free places";
}

TEST(RenderPlanTest, EachKindHasItsLine) {
  PlanLimits limits;
  limits.max_cost = read_amount("5")->amount;
  limits.spent = read_amount("0.96")->amount;
  RenderPlan plan(limits);
  plan.add(job(6), std::nullopt, known(30s, "0.36"));
  plan.add(job(8), std::nullopt, known(40s, "0.48"));
  plan.add(job(8), std::nullopt, known(40s, "0.48"));
  EXPECT_TRUE(
      says(plan, "2 x ltxv-2.0-pro, 1920x1080, 8 s, 1 film: about 40 s (learned), 0.48 DOLLARS (learned)"));
  EXPECT_TRUE(says(plan, "1 x ltxv-2.0-pro, 1920x1080, 6 s, 1 film"));
  EXPECT_TRUE(says(plan, "cost: about 1.32 DOLLARS"));
  EXPECT_TRUE(says(plan, "limit: 5.00 dollars for all runs together, 0.96 spent so far"));
  EXPECT_EQ(plan.json().at("kinds").size(), 2U);
}

}  // namespace
}  // namespace reeld::cli
