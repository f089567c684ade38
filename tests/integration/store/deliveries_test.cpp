#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using namespace std::chrono_literals;

class StoreDeliveriesTest : public StoreTest {
 protected:
  int collect() { return wait(store_->collect_deliveries({"command"})).value(); }
  std::vector<Delivery> due() { return wait(store_->due_deliveries("command", 100)).value(); }
  JobId cancelled() {
    const NewJob job = new_job(1);
    accept({job});
    wait(store_->act(Action::kCancel, {job.id}, "")).value();
    return job.id;
  }
};

TEST_F(StoreDeliveriesTest, ANewHookHearsOnlyWhatComesFromNowOn) {
  cancelled();
  collect();
  EXPECT_TRUE(due().empty());
  const JobId job = cancelled();
  EXPECT_GT(collect(), 0);
  const auto deliveries = due();
  ASSERT_EQ(deliveries.size(), 2U) << "the job's end and the batch's";
  EXPECT_EQ(std::ranges::count(deliveries, job.str(), &Delivery::order), 1);
  EXPECT_EQ(collect(), 0);
}

TEST_F(StoreDeliveriesTest, MessagesOutliveARestart) {
  collect();
  cancelled();
  reopen();
  collect();
  reopen();
  EXPECT_EQ(due().size(), 2U);
}

TEST_F(StoreDeliveriesTest, WithinAnOrderTheOldestGoesFirst) {
  collect();
  const JobId job = cancelled();
  wait(store_->act(Action::kRetry, {job}, "")).value();
  wait(store_->act(Action::kCancel, {job}, "")).value();
  collect();
  const auto of_job = [&] {
    std::vector<Delivery> list;
    for (Delivery& delivery : due())
      if (delivery.order == job.str()) list.push_back(std::move(delivery));
    return list;
  };
  ASSERT_EQ(of_job().size(), 1U);
  const Delivery first = of_job()[0];
  ASSERT_TRUE(wait(store_->put_off_delivery(first.id, clock_.now() + 1min, "no answer")));
  EXPECT_TRUE(of_job().empty()) << "the second waits for the first";
  EXPECT_EQ(wait(store_->next_delivery()).value(), clock_.now()) << "the batch's are due";
  clock_.advance(io_, 1min);
  ASSERT_EQ(of_job().size(), 1U);
  EXPECT_EQ(of_job()[0].id, first.id);
  EXPECT_EQ(of_job()[0].tries, 1);
  ASSERT_TRUE(wait(store_->finish_delivery(first.id, "")));
  ASSERT_EQ(of_job().size(), 1U);
  EXPECT_GT(of_job()[0].id, first.id);
}

TEST_F(StoreDeliveriesTest, WhatIsGivenUpStandsInTheHistory) {
  collect();
  const JobId job = cancelled();
  collect();
  for (const Delivery& delivery : due()) ASSERT_TRUE(wait(store_->finish_delivery(delivery.id, "given up")));
  EXPECT_TRUE(due().empty());
  EXPECT_FALSE(wait(store_->next_delivery()).value());
  const auto events = open_reader(database()).value()->history(job).value();
  EXPECT_EQ(events.back().text, "hook command: given up");
}

TEST_F(StoreDeliveriesTest, AHookThatIsGoneKeepsNothing) {
  collect();
  cancelled();
  collect();
  ASSERT_TRUE(wait(store_->collect_deliveries({})));
  EXPECT_TRUE(due().empty());
  collect();
  EXPECT_TRUE(due().empty()) << "it begins anew";
}

TEST_F(StoreDeliveriesTest, HoldsAndTheDiskAreTold) {
  collect();
  ASSERT_TRUE(wait(store_->announce(EventKind::kDiskLow, "the disk is nearly full", Json::object())));
  ASSERT_TRUE(wait(store_->pause({"", "", clock_.now()})));
  collect();
  const auto deliveries = due();
  ASSERT_EQ(deliveries.size(), 1U) << "those of the queue go one after the other";
  EXPECT_EQ(deliveries[0].order, "queue");
  EXPECT_EQ(deliveries[0].event.kind, EventKind::kDiskLow);
}

}  // namespace
}  // namespace reeld::store
