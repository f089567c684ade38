#include <algorithm>
#include <functional>
#include <map>

#include "daemon/store/sqlite/connection.hpp"
#include "daemon/store/sqlite/ledger.hpp"
#include "daemon/store/sqlite/migrate.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using namespace std::chrono_literals;

Amount dollars(std::string_view text) {
  return read_amount(text).value().amount;
}

class StoreBudgetTest : public StoreTest {
 protected:
  /// A job in a batch of its own or the batch's next one, claimed.
  ClaimedJob claimed() {
    accept({new_job(1)});
    return claim(1).at(0);
  }

  Intent intent() {
    Intent made = new_intent();
    made.reservation = {kind_, stated_, caps_};
    return made;
  }

  /// Asks the budget for a submit of the job; remembers the intent.
  Admission admit(const ClaimedJob& job) {
    intents_[job.lease.job.str()] = intent();
    return wait(store_->record_intent(job.lease, intents_.at(job.lease.job.str()))).value();
  }

  GenerationId answer(const ClaimedJob& job, const std::string& cost, const std::string& unit = "DOLLARS") {
    GenerationId generation(uuids_.next());
    const Acceptance acceptance{intents_.at(job.lease.job.str()).id, generation, cost, unit, "accepted"};
    EXPECT_TRUE(wait(store_->record_accepted(job.lease, acceptance)).value());
    return generation;
  }

  void lose(const ClaimedJob& job) {
    EXPECT_TRUE(wait(store_->move(job.lease, Move(JobState::kSubmitting, JobState::kUnknown, "no answer"))));
  }

  void fail_render(const ClaimedJob& job) {
    Move failed(JobState::kGenerating, JobState::kFailed, "the render failed");
    failed.error_class = "render_failed";
    failed.refunds = true;
    EXPECT_TRUE(wait(store_->move(job.lease, failed)));
  }

  JobDetail show(const ClaimedJob& job) {
    return open_reader(database()).value()->show(job.lease.job).value();
  }

  CostLine total() {
    auto lines =
        open_reader(database()).value()->costs(CostGroup::kModel, Time{}, clock_.now() + 24h).value();
    return lines.empty() ? CostLine{} : lines.at(0);
  }

  void resolve(const ClaimedJob& job, Resolution::Verdict verdict) {
    const bool adopts = verdict == Resolution::Verdict::kAdopt;
    const Resolution resolution{verdict, adopts ? GenerationId(uuids_.next()) : GenerationId()};
    EXPECT_TRUE(wait(store_->resolve(job.lease.job, resolution, "ann")));
  }

  /// Closes the queue, and lets `change` work on its database.
  void change_database(const std::function<void(sqlite::Connection&)>& change) {
    store_->close();
    store_.reset();
    {
      sqlite::Connection db(database(), sqlite::Connection::Mode::kReadWrite);
      change(db);
    }
    open();
  }

  bool history_has(const ClaimedJob& job, std::string_view words) {
    return std::ranges::any_of(show(job).events, [&](const EventLine& event) {
      return event.text.find(words) != std::string::npos;
    });
  }

  std::string kind_ = "a kind";
  std::optional<Amount> stated_;
  Caps caps_;
  std::map<std::string, Intent> intents_;
};

using Sums = std::map<std::string, std::string>;

TEST_F(StoreBudgetTest, AnAcceptedSubmitIsChargedWhatItsAnswerSays) {
  const ClaimedJob job = claimed();
  stated_ = dollars("0.48");
  EXPECT_EQ(admit(job), Admission::kAdmitted);
  EXPECT_EQ(total().reserved, (Sums{{"DOLLARS", "0.48"}}));
  EXPECT_EQ(total().renders, 0);
  answer(job, "0.0147");
  EXPECT_EQ(total().costs, (Sums{{"DOLLARS", "0.0147"}}));
  EXPECT_TRUE(total().reserved.empty());
  EXPECT_EQ(total().estimated, 0);
}

TEST_F(StoreBudgetTest, ARefusalFreesTheReservationAndAnOpenOutcomeKeepsIt) {
  stated_ = dollars("1.00");
  const ClaimedJob refused = claimed();
  const ClaimedJob lost = claimed();
  admit(refused);
  admit(lost);
  EXPECT_EQ(total().reserved, (Sums{{"DOLLARS", "2.00"}}));
  EXPECT_TRUE(
      wait(store_->move(refused.lease, Move(JobState::kSubmitting, JobState::kQueued, "too many requests"))));
  lose(lost);
  EXPECT_EQ(total().reserved, (Sums{{"DOLLARS", "1.00"}}));
  // Closing it once more frees nothing twice.
  EXPECT_TRUE(wait(store_->close_attempt(intents_.at(refused.lease.job.str()).id, true)));
  EXPECT_EQ(total().reserved, (Sums{{"DOLLARS", "1.00"}}));
}

TEST_F(StoreBudgetTest, APersonsWordSettlesWhatNobodyKnew) {
  stated_ = dollars("1.00");
  const ClaimedJob adopted = claimed();
  admit(adopted);
  lose(adopted);
  const Resolution adopt{Resolution::Verdict::kAdopt, GenerationId(uuids_.next())};
  ASSERT_TRUE(wait(store_->resolve(adopted.lease.job, adopt, "ann")));
  EXPECT_EQ(total().costs, (Sums{{"DOLLARS", "1.00"}}));
  EXPECT_EQ(total().estimated, 1) << "nobody named its cost";
  const ClaimedJob resent = claimed();
  admit(resent);
  lose(resent);
  EXPECT_EQ(total().reserved, (Sums{{"DOLLARS", "1.00"}}));
  const Resolution resend{Resolution::Verdict::kResend, {}};
  ASSERT_TRUE(wait(store_->resolve(resent.lease.job, resend, "ann")));
  EXPECT_TRUE(total().reserved.empty());
}

TEST_F(StoreBudgetTest, AFailedRenderGivesBackWhatItCost) {
  const ClaimedJob job = claimed();
  admit(job);
  answer(job, "0.48");
  fail_render(job);
  EXPECT_TRUE(total().costs.empty());
  EXPECT_EQ(total().refunded, (Sums{{"DOLLARS", "0.48"}}));
  EXPECT_EQ(total().renders, 1);
}

TEST_F(StoreBudgetTest, WhatWasAdoptedBeforeItsPriceWasKnownIsChargedOnceItIs) {
  const ClaimedJob first = claimed();
  admit(first);
  lose(first);
  const Resolution adopt{Resolution::Verdict::kAdopt, GenerationId(uuids_.next())};
  ASSERT_TRUE(wait(store_->resolve(first.lease.job, adopt, "ann")));
  EXPECT_EQ(total().without_cost, 1);
  const ClaimedJob second = claimed();
  admit(second);
  answer(second, "0.48");
  EXPECT_EQ(total().without_cost, 0);
  EXPECT_EQ(total().estimated, 1);
  EXPECT_EQ(total().renders, 2);
  EXPECT_EQ(total().costs, (Sums{{"DOLLARS", "0.96"}}));
}

TEST_F(StoreBudgetTest, TheCapOfABatchHoldsWithAThousandOnTheirWay) {
  stated_ = dollars("0.48");
  caps_.per_batch = dollars("479.99");
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 1'010; ++i) jobs.push_back(new_job(i));
  const BatchId batch = accept(std::move(jobs));
  int admitted = 0;
  for (const ClaimedJob& job : claim(1'010)) admitted += admit(job) == Admission::kAdmitted ? 1 : 0;
  EXPECT_EQ(admitted, 999) << "999 x 0.48 = 479.52";
  EXPECT_EQ(count(JobState::kSubmitting), 999);
  EXPECT_EQ(count(JobState::kQueued), 11);
  const std::string held = wait(store_->batch(batch)).value().held;
  EXPECT_NE(held.find("0.00 spent and 479.52 reserved of 479.99 dollars, and the next render costs 0.48"),
            std::string::npos)
      << held;
}

TEST_F(StoreBudgetTest, ReleasingABatchAllowsItAsMuchAgain) {
  stated_ = dollars("0.50");
  caps_.per_batch = dollars("1.00");
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 6; ++i) jobs.push_back(new_job(i));
  const BatchId batch = accept(std::move(jobs));
  const auto admitted = [&] {
    int all = 0;
    for (const ClaimedJob& job : claim(6)) all += admit(job) == Admission::kAdmitted ? 1 : 0;
    return all;
  };
  EXPECT_EQ(admitted(), 2);
  EXPECT_TRUE(claim(6).empty());
  EXPECT_EQ(count(JobState::kHeld), 4);
  EXPECT_EQ(wait(store_->release_batch(batch, "ann")).value(), 4);
  EXPECT_EQ(admitted(), 2);
  // Whoever goes on with a release does not release a batch that was held anew.
  claim(1);
  EXPECT_EQ(wait(store_->go_on_releasing(batch, "ann")).value(), 0);
  EXPECT_FALSE(wait(store_->batch(batch)).value().held.empty());
}

TEST_F(StoreBudgetTest, TheCapOfADayIsFreeAgainTheNextDay) {
  stated_ = dollars("0.50");
  caps_.per_day = dollars("1.00");
  admit(claimed());
  admit(claimed());
  const ClaimedJob third = claimed();
  EXPECT_EQ(admit(third), Admission::kHeld);
  EXPECT_NE(show(third).batch_held.find("the day's budget is used up"), std::string::npos);
  clock_.advance(io_, 24h);
  EXPECT_TRUE(wait(store_->release_batch(show(third).line.batch, "ann")));
  EXPECT_EQ(admit(claim(1).at(0)), Admission::kAdmitted);
}

TEST_F(StoreBudgetTest, ALateAnswerCountsOnTheDayOfItsSubmit) {
  stated_ = dollars("1.00");
  caps_.per_day = dollars("1.00");
  const ClaimedJob late = claimed();
  admit(late);
  clock_.advance(io_, 24h);
  answer(late, "1.00");
  EXPECT_EQ(admit(claimed()), Admission::kAdmitted) << "nothing was sent on this day before";
}

TEST_F(StoreBudgetTest, TheCapOfTheQueueCountsAllDaysAndAllBatches) {
  stated_ = dollars("0.50");
  caps_.total = dollars("1.00");
  EXPECT_EQ(admit(claimed()), Admission::kAdmitted);
  clock_.advance(io_, 48h);
  const ClaimedJob second = claimed();
  EXPECT_EQ(admit(second), Admission::kAdmitted);
  answer(second, "0.50");
  const ClaimedJob third = claimed();
  EXPECT_EQ(admit(third), Admission::kHeld);
  const std::string why = show(third).batch_held;
  EXPECT_NE(why.find("0.50 spent and 0.50 reserved of 1.00 dollars"), std::string::npos) << why;
}

TEST_F(StoreBudgetTest, UnderTheCapOfTheQueueAPriceMustBeKnownAndInDollars) {
  caps_.total = dollars("1.00");
  const ClaimedJob first = claimed();
  EXPECT_EQ(admit(first), Admission::kAdmitted);
  clock_.advance(io_, 48h);
  const ClaimedJob second = claimed();
  EXPECT_EQ(admit(second), Admission::kAwaitPrice) << "on whatever day the first was sent";
  answer(first, "300", "CREDITS");
  EXPECT_EQ(admit(second), Admission::kHeld);
  EXPECT_NE(show(second).batch_held.find("in credits"), std::string::npos) << show(second).batch_held;
}

TEST_F(StoreBudgetTest, AnUnknownPriceSendsOneJobAheadAlone) {
  caps_.per_day = dollars("1.00");
  const ClaimedJob first = claimed();
  const ClaimedJob second = claimed();
  EXPECT_EQ(admit(first), Admission::kAdmitted);
  EXPECT_EQ(admit(second), Admission::kAwaitPrice);
  kind_ = "another kind";
  EXPECT_EQ(admit(claimed()), Admission::kAwaitPrice)
      << "no cap could hold with an unknown price for each kind";
  kind_ = "a kind";
  answer(first, "0.60");
  EXPECT_EQ(admit(second), Admission::kHeld) << "1.00 does not hold two of 0.60";
}

TEST_F(StoreBudgetTest, WithoutACapNobodyWaitsForAPrice) {
  EXPECT_EQ(admit(claimed()), Admission::kAdmitted);
  EXPECT_EQ(admit(claimed()), Admission::kAdmitted);
}

TEST_F(StoreBudgetTest, AServiceThatNamesNoCostIsHeldUntilAPriceIsStated) {
  caps_.per_day = dollars("5.00");
  const ClaimedJob first = claimed();
  admit(first);
  answer(first, "", "");
  EXPECT_EQ(total().without_cost, 1);
  const ClaimedJob second = claimed();
  EXPECT_EQ(admit(second), Admission::kHeld);
  EXPECT_NE(show(second).batch_held.find("price_per_second"), std::string::npos) << show(second).batch_held;
  stated_ = dollars("0.48");
  const ClaimedJob third = claimed();
  EXPECT_EQ(admit(third), Admission::kAdmitted);
  answer(third, "", "");
  EXPECT_EQ(total().costs, (Sums{{"DOLLARS", "0.48"}})) << "charged as stated";
}

TEST_F(StoreBudgetTest, WhatTheServiceNamedWinsOverWhatIsStated) {
  stated_ = dollars("0.10");
  const ClaimedJob first = claimed();
  admit(first);
  answer(first, "0.50");
  admit(claimed());
  EXPECT_EQ(total().reserved, (Sums{{"DOLLARS", "0.50"}}));
}

TEST_F(StoreBudgetTest, CreditsAreBookedAndNotCapped) {
  caps_.per_day = dollars("1.00");
  const ClaimedJob first = claimed();
  admit(first);
  answer(first, "300", "CREDITS");
  EXPECT_EQ(admit(claimed()), Admission::kAdmitted);
  EXPECT_EQ(total().costs, (Sums{{"CREDITS", "300"}}));
  EXPECT_EQ(total().reserved, (Sums{{"CREDITS", "300"}}));
}

TEST_F(StoreBudgetTest, ACostThatCannotBeBookedExactlyIsTold) {
  const ClaimedJob job = claimed();
  admit(job);
  answer(job, "0.01470000000001");
  EXPECT_EQ(total().costs, (Sums{{"DOLLARS", "0.014700001"}}));
  const auto events = show(job).events;
  EXPECT_TRUE(std::ranges::any_of(events, [](const EventLine& event) {
    return event.text.find("booked as 0.014700001") != std::string::npos;
  }));
}

TEST_F(StoreBudgetTest, StatsTellWhatTheDayCameTo) {
  stated_ = dollars("1.00");
  const ClaimedJob job = claimed();
  admit(job);
  answer(job, "0.48");
  admit(claimed());
  const auto spend = open_reader(database()).value()->stats().value().spend;
  ASSERT_EQ(spend.size(), 1U);
  EXPECT_EQ(spend[0].day, std::chrono::floor<std::chrono::days>(clock_.now()));
  EXPECT_EQ(spend[0].spent, dollars("0.48"));
  EXPECT_EQ(spend[0].reserved, dollars("0.48")) << "the price that was learned";
}

TEST_F(StoreBudgetTest, AChargeForAnotherJobsGenerationIsTakenBackAndReservedAnew) {
  stated_ = dollars("0.48");
  const ClaimedJob job = claimed();
  admit(job);
  answer(job, "0.48");
  store_->close();
  store_.reset();
  {
    sqlite::Connection db(database(), sqlite::Connection::Mode::kReadWrite);
    const IntentId intent = intents_.at(job.lease.job.str()).id;
    sqlite::ledger::reopen(db, intent, clock_.now());
    sqlite::ledger::reopen(db, intent, clock_.now());
    const auto account = sqlite::ledger::read_account(db, intent);
    EXPECT_TRUE(account.refunded);
    EXPECT_EQ(account.reserved->amount, dollars("0.48"));
  }
  open();
  EXPECT_TRUE(total().costs.empty());
  EXPECT_EQ(total().reserved, (Sums{{"DOLLARS", "0.48"}}));
}

TEST_F(StoreBudgetTest, WhoWaitsForALostAnswerLeavesTheQueueAndComesBackWithTheOutcome) {
  caps_.per_day = dollars("5.00");
  const ClaimedJob first = claimed();
  const ClaimedJob second = claimed();
  admit(first);
  lose(first);
  admit(second);
  EXPECT_EQ(show(second).line.state, JobState::kScheduled);
  EXPECT_NE(show(second).line.error.find("what became of the submit by job"), std::string::npos);
  EXPECT_TRUE(claim(10).empty()) << "it is not looked at again before something is known";
  resolve(first, Resolution::Verdict::kResend);
  EXPECT_EQ(claim(10).size(), 2U);
  EXPECT_TRUE(show(second).line.error.empty());
}

TEST_F(StoreBudgetTest, ALostAnswerIsWaitedForUntilTheNextDayAtTheLongest) {
  caps_.per_day = dollars("5.00");
  const ClaimedJob first = claimed();
  const ClaimedJob second = claimed();
  admit(first);
  lose(first);
  admit(second);
  clock_.advance(io_, 24h);
  EXPECT_EQ(admit(claim(10).at(0)), Admission::kAdmitted);
}

TEST_F(StoreBudgetTest, NobodyWaitsForAJobThatWasGivenUp) {
  caps_.per_day = dollars("5.00");
  const ClaimedJob first = claimed();
  const ClaimedJob second = claimed();
  admit(first);
  lose(first);
  admit(second);
  resolve(first, Resolution::Verdict::kFail);
  const auto back = claim(10);
  ASSERT_EQ(back.size(), 1U);
  EXPECT_EQ(admit(back[0]), Admission::kHeld);
  EXPECT_NE(show(second).batch_held.find("price_per_second"), std::string::npos) << show(second).batch_held;
}

TEST_F(StoreBudgetTest, AChargeThatNobodyKnowsHoldsWhatElseHasNoPrice) {
  caps_.per_day = dollars("5.00");
  const ClaimedJob lost = claimed();
  admit(lost);
  lose(lost);
  resolve(lost, Resolution::Verdict::kAdopt);
  kind_ = "another kind";
  const ClaimedJob second = claimed();
  EXPECT_EQ(admit(second), Admission::kHeld);
  EXPECT_NE(show(second).batch_held.find("price_per_second"), std::string::npos) << show(second).batch_held;
  stated_ = dollars("0.48");
  const ClaimedJob priced = claimed();
  EXPECT_EQ(admit(priced), Admission::kAdmitted) << "its price counts";
  kind_ = "a kind";
  const ClaimedJob heard = claimed();
  EXPECT_EQ(admit(heard), Admission::kAdmitted);
  answer(heard, "0.60");
  stated_.reset();
  kind_ = "a third kind";
  EXPECT_EQ(admit(claimed()), Admission::kAdmitted) << "the charge is known by now";
}

TEST_F(StoreBudgetTest, ACapOfABatchLooksAtNoOtherBatch) {
  caps_.per_batch = dollars("5.00");
  EXPECT_EQ(admit(claimed()), Admission::kAdmitted);
  EXPECT_EQ(admit(claimed()), Admission::kAdmitted);
}

TEST_F(StoreBudgetTest, WhatIsAdoptedAfterItsAbsenceWasProvedIsChargedAsItWasReserved) {
  stated_ = dollars("0.48");
  const ClaimedJob job = claimed();
  admit(job);
  lose(job);
  ASSERT_TRUE(wait(store_->record_absent(intents_.at(job.lease.job.str()).id, false, "not in the list")));
  EXPECT_TRUE(total().reserved.empty());
  resolve(job, Resolution::Verdict::kAdopt);
  EXPECT_EQ(total().costs, (Sums{{"DOLLARS", "0.48"}}));
  EXPECT_EQ(total().estimated, 1);
}

TEST_F(StoreBudgetTest, AnAbsurdCostIsNotBooked) {
  stated_ = dollars("0.48");
  const ClaimedJob job = claimed();
  admit(job);
  answer(job, "999999999");
  EXPECT_EQ(total().costs, (Sums{{"DOLLARS", "0.48"}}));
  EXPECT_EQ(total().estimated, 1);
  EXPECT_TRUE(history_has(job, "cannot be booked"));
}

TEST_F(StoreBudgetTest, AHeardIdIsRecordedWhateverTheMoneySays) {
  stated_ = dollars("0.48");
  const ClaimedJob job = claimed();
  admit(job);
  change_database([](sqlite::Connection& db) {
    db.execute(
        "CREATE TRIGGER broken BEFORE INSERT ON ledger WHEN NEW.entry = 'charged' BEGIN"
        " SELECT RAISE(ABORT, 'broken'); END");
  });
  const GenerationId generation = answer(job, "0.48");
  EXPECT_EQ(show(job).line.generation, generation);
  EXPECT_EQ(show(job).line.state, JobState::kGenerating);
  EXPECT_EQ(total().reserved, (Sums{{"DOLLARS", "0.48"}})) << "nothing of the charge is booked";
  EXPECT_TRUE(history_has(job, "cannot be booked"));
}

TEST_F(StoreBudgetTest, AnOpenSubmitFromBeforeTheLedgerIsOfUnknownPrice) {
  test::TempDir dir;
  sqlite::Connection db(dir.path() / "queue.db", sqlite::Connection::Mode::kReadWrite);
  const auto& all = sqlite::embedded_migrations();
  ASSERT_TRUE(sqlite::migrate(db, {all.begin(), all.begin() + 3}, clock_.now()));
  db.execute(
      "INSERT INTO batch (id, name, file_name, submitter, sha256, accepted_at)"
      " VALUES ('b', 'b', 'b.json', '', '', 0)");
  db.execute(
      "INSERT INTO job (id, short_id, batch_id, position, name, tags, model, width, height, duration, "
      "quantity,"
      " spec, start_frame, output_path, accepted_at, priority, rank, state, state_since, intent_id)"
      " VALUES ('j', 'j', 'b', 1, 'j', '[]', 'm', 1, 1, 8, 1, '{}', '', 'j', 0, 0, 1, 'unknown', 0, 'i')");
  db.execute(
      "INSERT INTO attempt (intent_id, job_id, lease_no, seed, body, base_url, account, intent_at, "
      "upstream_at)"
      " VALUES ('i', 'j', 1, 7, '{}', '', '', 0, 0)");
  ASSERT_TRUE(sqlite::migrate(db, all, clock_.now()));
  sqlite::ledger::charge_estimate(db, IntentId("i"), clock_.now());
  const auto account = sqlite::ledger::read_account(db, IntentId("i"));
  ASSERT_TRUE(account.charged);
  EXPECT_FALSE(account.charged->amount) << "not an exact 0.00";
  EXPECT_TRUE(account.charged->estimated);
}

TEST_F(StoreBudgetTest, TheLedgerLetsNothingBeChangedOrTakenOut) {
  admit(claimed());
  store_->close();
  store_.reset();
  sqlite::Connection db(database(), sqlite::Connection::Mode::kReadWrite);
  EXPECT_THROW(db.execute("UPDATE ledger SET amount = 0"), sqlite::SqliteError);
  EXPECT_THROW(db.execute("DELETE FROM ledger"), sqlite::SqliteError);
  open();
}

}  // namespace
}  // namespace reeld::store
