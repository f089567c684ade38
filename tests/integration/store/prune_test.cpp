#include <fmt/format.h>

#include "daemon/store/sqlite/connection.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using namespace std::chrono_literals;

class StorePruneTest : public StoreTest {
 protected:
  /// A batch of one job that succeeded and was reported; the job.
  JobId succeeded(const std::string& name = "shot") {
    const BatchId batch = accept({new_job(1, name)}, name + ".jsonl");
    const ClaimedJob job = claim(1).at(0);
    Intent intent = new_intent();
    intent.body = "a private prompt";
    EXPECT_TRUE(wait(store_->record_intent(job.lease, intent)));
    generation_ = GenerationId(uuids_.next());
    EXPECT_TRUE(
        wait(store_->record_accepted(job.lease, {intent.id, generation_, "0.25", "DOLLARS", "accepted"})));
    EXPECT_TRUE(wait(store_->record_films(job.lease, {{1, "https://cdn/1.mp4", ""}}, 42s)));
    EXPECT_TRUE(wait(store_->record_film_file(job.lease, {1, name + "-1.mp4", 2000, "abc"})));
    EXPECT_TRUE(wait(store_->record_published(job.lease, 1)));
    EXPECT_TRUE(wait(store_->move(job.lease, Move(JobState::kDownloading, JobState::kSucceeded, "stored"))));
    EXPECT_TRUE(wait(store_->mark_reported(batch)));
    return job.lease.job;
  }

  /// Takes a claimed job to `unknown` and has a person cancel it: whether it was accepted stays open.
  JobId cancelled_with_open_attempt() {
    const BatchId batch = accept({new_job(1)});
    const ClaimedJob job = claim(1).at(0);
    EXPECT_TRUE(wait(store_->record_intent(job.lease, new_intent())));
    EXPECT_TRUE(wait(store_->move(job.lease, Move(JobState::kSubmitting, JobState::kUnknown, "no answer"))));
    EXPECT_TRUE(wait(store_->act(Action::kCancel, {job.lease.job}, "ann")));
    EXPECT_TRUE(wait(store_->mark_reported(batch)));
    return job.lease.job;
  }

  PruneStep prune_all(bool files = false, int limit = 100) {
    PruneChoice choice;
    choice.ended_before = clock_.now() + 1ms;
    choice.files = files;
    return wait(store_->prune(choice, "", limit)).value();
  }

  /// How many rows a table of the live database has, as the next reader sees it.
  std::int64_t rows(const std::string& table_and_condition) {
    sqlite::Connection db(database(), sqlite::Connection::Mode::kReadOnly);
    const std::string sql = "SELECT COUNT(*) FROM " + table_and_condition;
    sqlite::Query row = db.query(sql.c_str());
    row.step();
    return row.integer(0);
  }

  GenerationId generation_;
};

TEST_F(StorePruneTest, ForgetsAFinishedJobAndKeepsWhatWasPaidFor) {
  const JobId job = succeeded();
  EXPECT_EQ(prune_all().jobs, 1);
  for (const char* table : {"job", "film", "job_event WHERE job_id IS NOT NULL", "job_tag", "result_path"}) {
    EXPECT_EQ(rows(table), 0) << table;
  }
  EXPECT_EQ(rows(fmt::format("attempt WHERE generation_id = '{}' AND body = '' AND pruned_at IS NOT NULL AND "
                             "cost_amount = '0.25'",
                             generation_.str())),
            1);
  EXPECT_EQ(count(JobState::kSucceeded), 0) << "the kept counts follow";
  EXPECT_EQ(open_reader(database()).value()->show(job).error().code, Errc::kNotFound);
  EXPECT_EQ(rows("batch"), 1) << "its digest still tells repeats";
}

TEST_F(StorePruneTest, AForgottenGenerationIsStillNobodyElses) {
  succeeded();
  prune_all();
  accept({new_job(1)});
  const ClaimedJob job = claim(1).at(0);
  const Intent intent = new_intent();
  ASSERT_TRUE(wait(store_->record_intent(job.lease, intent)));
  EXPECT_EQ(
      wait(store_->record_accepted(job.lease, {intent.id, generation_, "", "", "adopted"})).error().code,
      Errc::kConflict);
}

TEST_F(StorePruneTest, UnfinishedAndYoungerJobsStay) {
  succeeded();
  accept({new_job(1, "waits")});
  PruneChoice choice;
  choice.ended_before = clock_.now() - 1h;
  EXPECT_EQ(wait(store_->prune(choice, "", 100)).value().jobs, 0);
  EXPECT_EQ(prune_all().jobs, 1);
  EXPECT_EQ(count(JobState::kQueued), 1);
}

TEST_F(StorePruneTest, AJobWhoseSubmitMayHaveBeenAcceptedStays) {
  const JobId job = cancelled_with_open_attempt();
  const PruneStep step = prune_all();
  EXPECT_EQ(step.jobs, 0);
  EXPECT_EQ(step.kept, 1);
  EXPECT_TRUE(open_reader(database()).value()->show(job));
}

TEST_F(StorePruneTest, AJobStaysUntilTheEndOfItsBatchIsTold) {
  const BatchId batch = accept({new_job(1)});
  const JobId job = claim(1).at(0).lease.job;
  ASSERT_TRUE(wait(store_->act(Action::kCancel, {job}, "")));
  EXPECT_EQ(prune_all().kept, 1);
  ASSERT_TRUE(wait(store_->mark_reported(batch)));
  EXPECT_EQ(prune_all().jobs, 1);
}

TEST_F(StorePruneTest, AJobStaysUntilItsHookWasTold) {
  ASSERT_TRUE(wait(store_->collect_deliveries({"command"})));
  succeeded();
  EXPECT_EQ(prune_all().kept, 1) << "nobody has looked at its history yet";
  ASSERT_TRUE(wait(store_->collect_deliveries({"command"})));
  EXPECT_EQ(prune_all().kept, 1) << "its message waits";
  for (const Delivery& delivery : wait(store_->due_deliveries("command", 10)).value()) {
    ASSERT_TRUE(wait(store_->finish_delivery(delivery.id, "")));
  }
  EXPECT_EQ(prune_all().jobs, 1);
}

TEST_F(StorePruneTest, GoesOnBehindWhatItHadToKeep) {
  cancelled_with_open_attempt();
  clock_.advance(io_, 1s);
  succeeded();
  const PruneStep first = prune_all(false, 1);
  EXPECT_EQ(first.kept, 1);
  ASSERT_FALSE(first.next.empty());
  PruneChoice choice;
  choice.ended_before = clock_.now() + 1ms;
  EXPECT_EQ(wait(store_->prune(choice, first.next, 1)).value().jobs, 1);
}

TEST_F(StorePruneTest, ADryRunAndOtherStatesChangeNothing) {
  succeeded();
  PruneChoice choice;
  choice.ended_before = clock_.now() + 1ms;
  choice.states = {JobState::kFailed};
  EXPECT_EQ(wait(store_->prune(choice, "", 100)).value().jobs, 0);
  choice.states = {JobState::kSucceeded};
  choice.dry_run = true;
  EXPECT_EQ(wait(store_->prune(choice, "", 100)).value().jobs, 1);
  EXPECT_EQ(rows("job"), 1);
}

TEST_F(StorePruneTest, AReleasedFileKeepsItsPathReservedUntilItIsGone) {
  const JobId job = succeeded();
  prune_all(true);
  const auto released = wait(store_->released_files(JobId(), 10)).value();
  ASSERT_EQ(released.size(), 1U);
  EXPECT_EQ(released[0].output_path, "shot-1");
  ASSERT_EQ(released[0].films.size(), 1U);
  EXPECT_EQ(released[0].films[0].path, "shot-1.mp4");
  EXPECT_EQ(released[0].films[0].generation, generation_);
  EXPECT_GT(rows("result_path"), 0);
  ASSERT_TRUE(wait(store_->finish_removal(job, "")));
  EXPECT_EQ(rows("result_path"), 0);
  EXPECT_TRUE(wait(store_->released_files(JobId(), 10)).value().empty());
}

TEST_F(StorePruneTest, WhatABrokenDownloadLeftGoesWithItsJobAlsoWithoutFiles) {
  const BatchId batch = accept({new_job(1)});
  const ClaimedJob job = claim(1).at(0);
  const GenerationId generation = generate(job);
  ASSERT_TRUE(wait(store_->record_films(job.lease, {{1, "https://cdn/1.mp4", ""}}, 42s)));
  ASSERT_TRUE(wait(store_->move(job.lease, Move(JobState::kDownloading, JobState::kFailed, "no film"))));
  ASSERT_TRUE(wait(store_->mark_reported(batch)));
  ASSERT_EQ(prune_all(false).jobs, 1);
  const auto released = wait(store_->released_files(JobId(), 10)).value();
  ASSERT_EQ(released.size(), 1U);
  ASSERT_EQ(released[0].films.size(), 1U);
  EXPECT_EQ(released[0].films[0].generation, generation);
  EXPECT_EQ(released[0].films[0].path, "") << "only its pieces";
}

TEST_F(StorePruneTest, JobsOfOtherStatesCountAsLookedAt) {
  succeeded("one");
  succeeded("two");
  PruneChoice choice;
  choice.ended_before = clock_.now() + 1ms;
  choice.states = {JobState::kFailed};
  const PruneStep step = wait(store_->prune(choice, "", 1)).value();
  EXPECT_EQ(step.jobs + step.kept, 0);
  EXPECT_FALSE(step.next.empty()) << "the look ends after one job, and the next goes on behind it";
}

TEST_F(StorePruneTest, AFolderIsNeededWhileAJobHasFilmsThere) {
  const BatchId batch = accept({[this] {
    NewJob job = new_job(1);
    job.output_path = "day/shot";
    return job;
  }()});
  const ClaimedJob job = claim(1).at(0);
  generate(job);
  EXPECT_FALSE(wait(store_->has_films_below("day")).value());
  ASSERT_TRUE(wait(store_->record_films(job.lease, {{1, "https://cdn/1.mp4", ""}}, 42s)));
  ASSERT_TRUE(wait(store_->record_film_file(job.lease, {1, "day/shot.mp4", 2000, "abc"})));
  EXPECT_TRUE(wait(store_->has_films_below("day")).value());
  EXPECT_FALSE(wait(store_->has_films_below("da")).value());
  ASSERT_TRUE(wait(store_->record_published(job.lease, 1)));
  ASSERT_TRUE(wait(store_->move(job.lease, Move(JobState::kDownloading, JobState::kSucceeded, "stored"))));
  ASSERT_TRUE(wait(store_->mark_reported(batch)));
  prune_all(true);
  EXPECT_TRUE(wait(store_->has_films_below("day")).value()) << "they are still to be removed";
  ASSERT_TRUE(wait(store_->finish_removal(job.lease.job, "")));
  EXPECT_FALSE(wait(store_->has_films_below("day")).value());
}

TEST_F(StorePruneTest, FilesMayGoBeforeTheirJob) {
  const JobId job = succeeded();
  EXPECT_EQ(wait(store_->release_files(clock_.now() + 1ms, 10)).value(), 1);
  EXPECT_EQ(wait(store_->release_files(clock_.now() + 1ms, 10)).value(), 0) << "once is enough";
  ASSERT_TRUE(wait(store_->finish_removal(job, "3 of its files removed")));
  const auto detail = open_reader(database()).value()->show(job).value();
  EXPECT_EQ(detail.events.back().text, "3 of its files removed");
  prune_all(true);
  EXPECT_EQ(rows("file_removal"), 0) << "they are gone already";
}

TEST_F(StorePruneTest, RemainsAreForgottenWhenNoSubmitIsOpen) {
  succeeded();
  prune_all();
  const Time later = clock_.now() + 24h * 91;
  const BatchId open_batch = accept({new_job(1, "open")});
  const ClaimedJob open_job = claim(1).at(0);
  const Intent intent = new_intent();
  ASSERT_TRUE(wait(store_->record_intent(open_job.lease, intent)));
  EXPECT_TRUE(wait(store_->forget_remains(later, 100)));
  EXPECT_EQ(rows("attempt"), 2) << "the open one may have become the generation of the other";
  EXPECT_EQ(rows("batch"), 1);
  ASSERT_TRUE(wait(store_->close_attempt(intent.id, false)));
  EXPECT_TRUE(wait(store_->forget_remains(later, 100)));
  EXPECT_EQ(rows("attempt"), 1);
  EXPECT_TRUE(wait(store_->batch(open_batch)));
}

}  // namespace
}  // namespace reeld::store
