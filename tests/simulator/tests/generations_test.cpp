#include "tests/simulator/generations.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include "tests/simulator/tests/temp_dir.hpp"

namespace reeld::sim {
namespace {

const std::string kUser = Options().user_id;

constexpr Time at(int ms) {
  return Time{Duration{1'800'000'000'000 + ms}};
}

Order order_of(const std::string& prompt, int quantity = 1) {
  Order order;
  order.model = "ltxv-2.0-pro";
  order.prompt = prompt;
  order.width = 1920;
  order.height = 1080;
  order.duration = 8;
  order.quantity = quantity;
  return order;
}

class GenerationsTest : public testing::Test {
 protected:
  Generations make() {
    log_ = StateLog(options_.state);
    return Generations(options_, log_);
  }
  void open(Generations& generations) {
    log_.open([&generations](const Json& line) { generations.restore(line); });
  }

  TempDir dir_;
  Options options_;
  StateLog log_{{}};
};

TEST_F(GenerationsTest, DebitsAtAcceptanceAndKeepsItOnSuccess) {
  Generations generations = make();
  generations.accept(order_of("rain", 2), kUser, at(0));
  EXPECT_EQ(format_money(generations.balance()), "999.04");
  generations.settle(at(10'000));
  EXPECT_EQ(generations.all()[0].status(), "COMPLETE");
  EXPECT_EQ(format_money(generations.balance()), "999.04");
}

TEST_F(GenerationsTest, RefundsWhatFailed) {
  Generations generations = make();
  generations.accept(order_of("render-fails"), kUser, at(0));
  generations.accept(order_of("late-moderation"), kUser, at(0));
  EXPECT_EQ(format_money(generations.balance()), "999.04");
  generations.settle(at(1'999));
  EXPECT_EQ(generations.all()[0].status(), "PENDING");
  generations.settle(at(2'000));
  EXPECT_EQ(generations.all()[0].status(), "FAILED");
  EXPECT_EQ(format_money(generations.balance()), "1000.00");
}

TEST_F(GenerationsTest, RendersOnlyAsManyAtATimeAsThereAreSlots) {
  options_.concurrency = 2;
  options_.max_pending = 1;
  Generations generations = make();
  generations.accept(order_of("1"), kUser, at(0));
  generations.accept(order_of("2"), kUser, at(500));
  EXPECT_TRUE(generations.has_room());
  EXPECT_EQ(generations.accept(order_of("3"), kUser, at(600)).finishes, at(4'000));
  EXPECT_FALSE(generations.has_room());
  generations.settle(at(2'000));
  EXPECT_TRUE(generations.has_room());
}

TEST_F(GenerationsTest, FilmsFollowTheOutcome) {
  Generations generations = make();
  EXPECT_EQ(generations.accept(order_of("empty-result", 2), kUser, at(0)).films(), 0);
  generations.accept(order_of("one-film-short", 2), kUser, at(0));
  generations.accept(order_of("rain", 2), kUser, at(0));
  generations.settle(at(10'000));
  EXPECT_EQ(generations.all()[0].films(), 0);
  EXPECT_EQ(generations.all()[1].films(), 1);
  EXPECT_EQ(generations.all()[2].films(), 2);
  EXPECT_TRUE(generations.has_image(image_id(generations.all()[2], 1)));
  EXPECT_FALSE(generations.has_image(generations.all()[2].id));
}

TEST_F(GenerationsTest, ListsTheNewestFirst) {
  Generations generations = make();
  for (int i = 0; i < 5; ++i) generations.accept(order_of(std::to_string(i)), kUser, at(i));
  generations.remove(*generations.find(generations.all()[3].id));
  const auto page = generations.page(kUser, 1, 2, at(10));
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0]->order.prompt, "2");
  EXPECT_EQ(page[1]->order.prompt, "1");
  EXPECT_EQ(generations.page(kUser, 0, 10, at(1)).size(), 2U);
}

TEST_F(GenerationsTest, AForcedEndIsBookedOnce) {
  Generations generations = make();
  Generation& generation = generations.accept(order_of("rain"), kUser, at(0));
  generations.force(generation, Outcome::kFailed);
  generations.settle(at(10'000));
  EXPECT_EQ(generation.status(), "FAILED");
  EXPECT_EQ(format_money(generations.balance()), "1000.00");
}

TEST_F(GenerationsTest, ARestartFindsEverythingAgain) {
  options_.state = dir_ / "state.jsonl";
  std::string first;
  {
    Generations before = make();
    open(before);
    Order rain = order_of("rain");
    rain.seed = 5;
    first = before.accept(rain, kUser, at(0)).id;
    before.accept(order_of("render-fails"), kUser, at(1));
    before.remove(before.accept(order_of("gone"), kUser, at(2)));
    before.force(before.accept(order_of("forced"), kUser, at(3)), Outcome::kFailed);
    before.replace_films(*before.find(first));
  }
  std::ofstream(options_.state, std::ios::app) << R"({"event":"accepted","id":"torn)";
  Generations after = make();
  open(after);
  after.settle(at(100'000));
  ASSERT_EQ(after.all().size(), 4U);
  EXPECT_EQ(after.find(first)->order.prompt, "rain");
  EXPECT_EQ(after.find(first)->variant, 1);
  EXPECT_EQ(after.find(first)->order.seed, 5);
  EXPECT_FALSE(after.all()[1].order.seed);
  EXPECT_EQ(after.all()[1].status(), "FAILED");
  EXPECT_TRUE(after.all()[2].deleted);
  EXPECT_EQ(after.all()[3].status(), "FAILED");
  EXPECT_EQ(format_money(after.balance()), "999.04");
  after.accept(order_of("new"), kUser, at(5));
  Generations third = make();
  open(third);
  EXPECT_EQ(third.all().size(), 5U);
}

TEST_F(GenerationsTest, AForeignStateFileIsRefused) {
  options_.state = dir_ / "state.jsonl";
  std::ofstream(options_.state) << "hello\n";
  Generations generations = make();
  EXPECT_THROW(open(generations), std::runtime_error);
}

}  // namespace
}  // namespace reeld::sim
