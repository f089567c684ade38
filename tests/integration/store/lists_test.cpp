#include "daemon/store/sqlite/connection.hpp"
#include "daemon/store/sqlite/sqlite_store.hpp"
#include "tests/integration/store/store_fixture.hpp"

namespace reeld::store {
namespace {

using namespace std::chrono_literals;

class StoreListsTest : public StoreTest {
 protected:
  std::unique_ptr<Reader> reader() { return open_reader(database()).value(); }

  std::vector<std::string> names(const JobFilter& filter, int limit = 100) {
    std::vector<std::string> list;
    for (const JobLine& job : reader()->list(filter, {}, limit).value().jobs) list.push_back(job.name);
    return list;
  }

  NewJob tagged(int position, const std::string& name, std::vector<std::string> tags) {
    NewJob job = new_job(position, name);
    job.tags = std::move(tags);
    return job;
  }
};

using Names = std::vector<std::string>;

TEST_F(StoreListsTest, PagesLeaveNothingOutAndRepeatNothing) {
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 25; ++i) jobs.push_back(new_job(i, "shot-" + std::to_string(i)));
  const BatchId batch = accept(std::move(jobs));
  accept({new_job(1, "other")}, "other.json");
  for (JobFilter filter : {JobFilter{}, JobFilter{{JobState::kQueued}, "", "", "", ""},
                           JobFilter{{}, batch.str(), "", "", ""}, JobFilter{{}, "", "", "ltxv-2.0-pro", ""},
                           JobFilter{{JobState::kQueued, JobState::kHeld}, "", "", "", ""}}) {
    const std::size_t all = filter.batch.empty() ? 26 : 25;
    std::vector<JobId> seen;
    JobId after;
    for (int pages = 0; pages < 10; ++pages) {
      const JobPage page = reader()->list(filter, after, 7).value();
      for (const JobLine& job : page.jobs) seen.push_back(job.id);
      after = page.next;
      if (after.empty()) break;
    }
    EXPECT_EQ(seen.size(), all);
    EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend())) << "newest first";
    EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
  }
}

TEST_F(StoreListsTest, FiltersByStateTagModelBatchAndText) {
  NewJob fast = tagged(1, "dawn", {"ep1", "draft"});
  fast.kind.model = "ltxv-2.0-fast";
  accept({fast, tagged(2, "noon", {"ep1"})}, "a.jsonl");
  accept({tagged(1, "Dusk", {"ep2"})}, "b.jsonl");
  claim(1);
  EXPECT_EQ(names({{JobState::kSubmitting}, "", "", "", ""}), Names({"dawn"}));
  EXPECT_EQ(names({{}, "", "ep1", "", ""}), Names({"noon", "dawn"}));
  EXPECT_EQ(names({{JobState::kQueued}, "", "ep1", "", ""}), Names({"noon"}));
  EXPECT_EQ(names({{}, "", "", "ltxv-2.0-fast", ""}), Names({"dawn"}));
  EXPECT_EQ(names({{}, "shots", "", "", ""}), Names({"Dusk"})) << "the newest batch of that name";
  EXPECT_EQ(names({{}, "", "", "", "dusk"}), Names({"Dusk"})) << "case does not count";
  EXPECT_EQ(names({{JobState::kQueued, JobState::kSubmitting}, "", "", "", "d"}), Names({"Dusk", "dawn"}));
  EXPECT_EQ(names({{}, "nothing", "", "", ""}), Names());
}

TEST_F(StoreListsTest, TagsFollowAnEdit) {
  const NewJob job = tagged(1, "dawn", {"ep1"});
  accept({job});
  ASSERT_TRUE(wait(store_->edit(job.id, {std::nullopt, std::vector<std::string>{"ep2", "ep3"}}, "")));
  EXPECT_EQ(names({{}, "", "ep1", "", ""}), Names());
  EXPECT_EQ(names({{}, "", "ep3", "", ""}), Names({"dawn"}));
}

TEST_F(StoreListsTest, ASearchIsBoundedAndGoesOnWithTheNextPage) {
  std::vector<NewJob> jobs;
  for (int i = 1; i <= 25'000; ++i) jobs.push_back(new_job(i, i == 1 ? "needle" : "hay"));
  accept(std::move(jobs));
  const JobFilter filter{{}, "", "", "", "needle"};
  const JobPage first = reader()->list(filter, {}, 100).value();
  EXPECT_TRUE(first.jobs.empty());
  ASSERT_FALSE(first.next.empty()) << "there is more to look at";
  const JobPage second = reader()->list(filter, first.next, 100).value();
  ASSERT_EQ(second.jobs.size(), 1U);
  EXPECT_TRUE(second.next.empty());
}

TEST_F(StoreListsTest, EveryListReadsAnIndexAndSortsNothing) {
  accept({new_job(1)});
  sqlite::Connection connection(database(), sqlite::Connection::Mode::kReadOnly);
  for (const char* sql :
       {"EXPLAIN QUERY PLAN SELECT j.id AS id FROM job j INDEXED BY job_state WHERE (?1 = '' OR j.id < ?1)"
        " AND j.state = 'failed' ORDER BY j.id DESC LIMIT ?5",
        "EXPLAIN QUERY PLAN SELECT j.id AS id FROM job j INDEXED BY job_model WHERE (?1 = '' OR j.id < ?1)"
        " AND j.model = ?4 ORDER BY j.id DESC LIMIT ?5"}) {
    sqlite::Query plan = connection.query(sql);
    while (plan.step()) EXPECT_EQ(plan.text(3).find("TEMP B-TREE"), std::string::npos) << plan.text(3);
  }
}

TEST_F(StoreListsTest, StatsCountByStateShapeAndHour) {
  accept({new_job(1), new_job(2), new_job(3)});
  const Time first = clock_.now();
  clock_.advance(io_, 30min);
  accept({new_job(1)}, "late.json");
  wait(store_->act(Action::kCancel, {claim(1).at(0).lease.job}, "")).value();
  const Stats stats = reader()->stats().value();
  EXPECT_EQ(stats.counts.at(JobState::kQueued), 3);
  EXPECT_EQ(stats.counts.at(JobState::kCancelled), 1);
  ASSERT_EQ(stats.shape.size(), 2U);
  EXPECT_EQ(stats.shape[0].jobs + stats.shape[1].jobs, 3);
  EXPECT_LE(stats.shape[0].accepted_from, first);
  ASSERT_EQ(stats.hours.size(), 1U);
  EXPECT_EQ(stats.hours[0].cancelled, 1);
  EXPECT_EQ(stats.oldest.at(JobState::kQueued), first);
  EXPECT_GT(stats.last_event, 0);
}

TEST_F(StoreListsTest, ARetriedJobLeavesTheHourInWhichItEnded) {
  accept({new_job(1)});
  const JobId job = claim(1).at(0).lease.job;
  wait(store_->act(Action::kCancel, {job}, "")).value();
  wait(store_->act(Action::kRetry, {job}, "")).value();
  EXPECT_EQ(reader()->stats().value().hours.at(0).cancelled, 0);
}

TEST_F(StoreListsTest, CostsAddUpByDayModelBatchAndTag) {
  accept({tagged(1, "a", {"ep1", "x"}), tagged(2, "b", {"ep1"})});
  for (const ClaimedJob& job : claim(2)) generate(job);
  const auto sum = [&](CostGroup group) {
    return reader()->costs(group, clock_.now() - 24h, clock_.now() + 1h).value();
  };
  for (CostGroup group : {CostGroup::kHour, CostGroup::kDay, CostGroup::kModel, CostGroup::kBatch}) {
    const auto lines = sum(group);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].renders, 2);
    EXPECT_EQ(lines[0].costs.at("DOLLARS"), "0.50");
  }
  EXPECT_EQ(sum(CostGroup::kBatch).at(0).label, "shots");
  const auto tags = sum(CostGroup::kTag);
  ASSERT_EQ(tags.size(), 2U);
  EXPECT_EQ(tags[0].group, "ep1");
  EXPECT_EQ(tags[0].costs.at("DOLLARS"), "0.50");
  EXPECT_EQ(tags[1].costs.at("DOLLARS"), "0.25");
  EXPECT_TRUE(reader()->costs(CostGroup::kDay, clock_.now() - 48h, clock_.now() - 24h).value().empty());
}

TEST_F(StoreListsTest, EventsFollowTheLastOneSeen) {
  accept({new_job(1)});
  const auto first = reader()->events(0, 100).value();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].kind, EventKind::kBatchAccepted);
  wait(store_->act(Action::kCancel, {claim(1).at(0).lease.job}, "")).value();
  const auto rest = reader()->events(first[0].id, 100).value();
  std::vector<EventKind> kinds;
  for (const EventLine& event : rest) kinds.push_back(event.kind);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), EventKind::kTransition), 2);
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), EventKind::kBatchFinished), 1);
  EXPECT_EQ(kinds.back(), EventKind::kBatchFinished) << "behind the end of its last job";
  EXPECT_EQ(reader()->events(rest.back().id, 100).value().size(), 0U);
}

TEST_F(StoreListsTest, BatchesAreFoundByIdAndByName) {
  const BatchId first = accept({new_job(1)}, "a.json");
  const BatchId second = accept({new_job(1)}, "b.json");
  EXPECT_EQ(reader()->batch(first.str()).value().id, first);
  EXPECT_EQ(reader()->batch("shots").value().id, second);
  EXPECT_EQ(reader()->batch("nothing").error().code, Errc::kNotFound);
  const BatchPage page = reader()->batches({}, 1).value();
  ASSERT_EQ(page.batches.size(), 1U);
  EXPECT_EQ(page.batches[0].id, second);
  EXPECT_EQ(reader()->batches(page.next, 1).value().batches.at(0).id, first);
}

}  // namespace
}  // namespace reeld::store
