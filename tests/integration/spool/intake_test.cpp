#include "daemon/spool/intake.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/files/descriptor.hpp"
#include "daemon/spool/watcher.hpp"
#include "tests/integration/spool/spool_fixture.hpp"

namespace reeld::test {
namespace {

class IntakeTest : public SpoolTest {};

TEST_F(IntakeTest, TakesAJobThatWasMovedIn) {
  start();
  drop("rain.json", job_text("rain"));
  wait_for_batches(1);
  EXPECT_EQ(accepted_calls_, 1);
  EXPECT_EQ(only_batch().summary.file_name, "rain.json");
  EXPECT_EQ(only_batch().summary.name, "rain");
  ASSERT_EQ(only_jobs().size(), 1U);
  EXPECT_EQ(only_jobs()[0].name, "rain");
  EXPECT_EQ(only_jobs()[0].position, 1);
  EXPECT_EQ(only_jobs()[0].output_path, "rain/rain");
  EXPECT_EQ(only_jobs()[0].kind.model, "ltxv-2.0-pro");
  EXPECT_EQ(only_jobs()[0].kind.duration, 8);
  EXPECT_EQ(read_text(accepted("rain.json")), job_text("rain"));
  EXPECT_FALSE(fs::exists(incoming("rain.json")));
}

TEST_F(IntakeTest, WritesAReceipt) {
  start();
  drop("shots.jsonl", job_text("one") + "\n\n" + job_text("two", R"("name":"second")") + "\n");
  wait_for_batches(1);
  const Json receipt = read_json(accepted("shots.jsonl.receipt.json"));
  EXPECT_EQ(receipt.at("batch"), only_batch().summary.id.str());
  EXPECT_EQ(receipt.at("file"), "shots.jsonl");
  EXPECT_EQ(receipt.at("accepted_at"), format_time(only_batch().summary.accepted_at));
  EXPECT_EQ(receipt.at("submitter"), ::getpwuid(::geteuid())->pw_name);
  const Json& jobs = receipt.at("jobs");
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0].at("line"), 1);
  EXPECT_EQ(jobs[0].at("id"), only_jobs()[0].id.str());
  EXPECT_EQ(jobs[0].at("name"), "shots-00001");
  EXPECT_EQ(jobs[0].at("films"), Json({"shots/shots-00001.mp4"}));
  EXPECT_EQ(jobs[0].at("result"), "shots/shots-00001.json");
  EXPECT_EQ(jobs[1].at("line"), 3);
  EXPECT_EQ(jobs[1].at("name"), "second");
}

TEST_F(IntakeTest, NumbersTheElementsOfAnArray) {
  start();
  drop("list.JSON", " [" + job_text("one") + "]");
  wait_for_batches(1);
  EXPECT_EQ(only_jobs()[0].name, "list-00001");
}

TEST_F(IntakeTest, TakesAByteOrderMarkAndCrLf) {
  start();
  drop("windows.jsonl", "\xEF\xBB\xBF" + job_text("one") + "\r\n" + job_text("two") + "\r\n");
  wait_for_batches(1);
  EXPECT_EQ(only_jobs().size(), 2U);
}

TEST_F(IntakeTest, TakesWhatWasThereBeforeTheStart) {
  make_folders();
  drop("early.json", job_text("early"));
  start();
  wait_for_batches(1);
}

TEST_F(IntakeTest, TakesAFileThatWasWrittenInPlace) {
  start();
  run_for(Duration(50));
  write_text(incoming("rain.json"), job_text("rain"));
  wait_for_batches(1);
}

TEST_F(IntakeTest, TakesFilesWithoutEvents) {
  options_.watch = spool::Watch::kPoll;
  start();
  run_for(Duration(50));
  drop("rain.json", job_text("rain"));
  wait_for_batches(1);
}

TEST_F(IntakeTest, TakesARenamedFileAtOnce) {
  options_.settle = Duration(3'600'000);
  start();
  run_for(Duration(100));  // the watch must stand before the rename
  drop("rain.json", job_text("rain"));
  wait_for_batches(1);
}

TEST_F(IntakeTest, WaitsForAFileThatSomebodyStillWrites) {
  start();
  std::ofstream writer(incoming("slow.json"), std::ios::binary);
  const std::string text = job_text("slow");
  writer << text.substr(0, 20) << std::flush;
  run_for(Duration(700));  // many times the settle time: only the open file holds it back
  EXPECT_TRUE(fs::exists(incoming("slow.json")));
  EXPECT_EQ(claims(), 0U);
  writer << text.substr(20) << std::flush;
  writer.close();
  wait_for_batches(1);
  EXPECT_EQ(only_jobs()[0].name, "slow");
}

TEST_F(IntakeTest, LeavesOtherNamesAlone) {
  start();
  for (const char* name : {".hidden.json", "a.json.tmp", "a.part", "notes.txt", ".json"}) {
    write_text(incoming(name), job_text("x"));
  }
  fs::create_directory(incoming("folder.json"));
  write_text(incoming("folder.json/inner.json"), job_text("inner"));
  drop("last.json", job_text("last"));
  wait_for_batches(1);
  run_for(Duration(200));
  EXPECT_EQ(store_.batches.size(), 1U);
  EXPECT_EQ(std::distance(fs::directory_iterator(layout().incoming()), fs::directory_iterator()), 6);
}

TEST_F(IntakeTest, TakesTheOldestFirst) {
  make_folders();
  write_text(incoming("a.json"), job_text("young"));
  write_text(incoming("b.json"), job_text("old"));
  fs::last_write_time(incoming("b.json"), fs::file_time_type::clock::now() - std::chrono::hours(1));
  start();
  wait_for_batches(2);
  EXPECT_EQ(store_.batches.begin()->second.summary.file_name, "b.json");
}

TEST_F(IntakeTest, MakesIncomingAnewWhenItWasRemoved) {
  start();
  run_for(Duration(50));
  fs::remove(layout().incoming());
  wait_until([this] { return fs::exists(layout().incoming()); }, "incoming/ is back");
  drop("rain.json", job_text("rain"));
  wait_for_batches(1);
}

TEST_F(IntakeTest, MakesFoldersWithTheirModes) {
  const mode_t before = ::umask(077);
  make_folders();
  ::umask(before);
  const auto mode_of = [](const fs::path& path) {
    struct stat found{};
    EXPECT_EQ(::stat(path.c_str(), &found), 0);
    return found.st_mode & 07777;
  };
  EXPECT_EQ(mode_of(layout().incoming()), 02770U);
  EXPECT_EQ(mode_of(layout().claimed()), 0750U);
  EXPECT_EQ(mode_of(layout().accepted()), 0750U);
  EXPECT_EQ(mode_of(layout().rejected()), 0750U);
}

TEST_F(IntakeTest, OnlyOneIntakeWorksOnASpool) {
  start();
  spool::Intake second(spool::IntakeParts{store_, pool_, clock_, uuids_, catalogue_, store_}, options_,
                       [] {});
  const auto prepared = second.prepare();
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().code, Errc::kConflict);
  EXPECT_NE(prepared.error().detail.find(std::to_string(::getpid())), std::string::npos);
  stop();
  EXPECT_TRUE(second.prepare());
}

TEST_F(IntakeTest, RefusesATimeZoneThatDoesNotExist) {
  options_.timezone = "Mars/Olympus";
  spool::Intake intake(spool::IntakeParts{store_, pool_, clock_, uuids_, catalogue_, store_}, options_,
                       [] {});
  EXPECT_FALSE(intake.prepare());
}

TEST_F(IntakeTest, StagesALongFileInChunks) {
  start();
  std::string text;
  for (int i = 0; i < 2500; ++i) text += job_text("shot " + std::to_string(i)) + "\n";
  drop("long.jsonl", text);
  wait_for_batches(1);
  EXPECT_EQ(only_jobs().size(), 2500U);
  EXPECT_LE(store_.largest_stage, 1000U);
  EXPECT_EQ(read_json(accepted("long.jsonl.receipt.json")).at("jobs").size(), 2500U);
  EXPECT_EQ(only_jobs().back().name, "long-02500");
}

TEST_F(IntakeTest, PlacesFilmsByTheJobsOwnTemplate) {
  start();
  drop("rain.json", job_text("rain", R"("output":"films/{name}")"));
  wait_for_batches(1);
  EXPECT_EQ(read_json(accepted("rain.json.receipt.json")).at("jobs")[0].at("films"),
            Json({"films/rain.mp4"}));
}

TEST_F(IntakeTest, GivesATakenNameTheShortId) {
  start();
  drop("rain.json", job_text("one"));
  wait_for_batches(1);
  const BatchId first = only_batch().summary.id;
  drop("rain.json", job_text("two"));
  wait_for_batches(2);
  const BatchId second = store_.batches.rbegin()->first;
  const std::string name = "rain-" + short_id(second.str()) + ".json";
  EXPECT_EQ(read_text(accepted("rain.json")), job_text("one"));
  EXPECT_EQ(read_text(accepted(name)), job_text("two"));
  EXPECT_EQ(read_json(accepted("rain.json.receipt.json")).at("batch"), first.str());
  EXPECT_EQ(read_json(accepted(name + ".receipt.json")).at("batch"), second.str());
}

TEST_F(IntakeTest, AFileThatLooksLikeAReceiptTakesNoReceiptsPlace) {
  start();
  drop("a.json.receipt.json", job_text("trick"));
  wait_for_batches(1);
  drop("a.json", job_text("real"));
  wait_for_batches(2);
  EXPECT_EQ(read_json(accepted("a.json.receipt.json")).at("file"), "a.json");
}

TEST_F(IntakeTest, TakesHostileNames) {
  start();
  const std::vector<std::string> names{"new\nline.json", "quote\".json", "bad\xFFutf8.json", "-rf $(x).json",
                                       std::string(250, 'n') + ".json"};
  int count = 0;
  for (const std::string& name : names) drop(name, job_text(std::to_string(++count)));
  wait_for_batches(names.size());
  for (const auto& entry : fs::directory_iterator(layout().accepted(clock_.now()))) {
    if (entry.path().native().ends_with(".receipt.json")) read_json(entry.path());
  }
  EXPECT_TRUE(fs::exists(accepted("new\nline.json.receipt.json")));
  EXPECT_TRUE(fs::exists(accepted("bad\xFFutf8.json")));
}

TEST_F(IntakeTest, NamesTheFirstJobWithTheSameKey) {
  start();
  drop("one.json", job_text("one", R"("id":"ep1")"));
  wait_for_batches(1);
  const std::string first = only_jobs()[0].id.str();
  drop("two.json", job_text("two", R"("id":"ep1")"));
  wait_for_batches(2);
  const Json line = read_json(accepted("two.json.receipt.json")).at("jobs").at(0);
  EXPECT_EQ(line.at("duplicate_of"), first);
  EXPECT_EQ(line.at("id"), first);
}

TEST_F(IntakeTest, KeepsAFileWhileTheStoreCannotServe) {
  store_.refuse = 2;
  start();
  drop("rain.json", job_text("rain"));
  wait_for_batches(1);
  EXPECT_EQ(only_jobs().size(), 1U);
  EXPECT_FALSE(fs::exists(rejected("rain.json")));
}

TEST_F(IntakeTest, ResolvesTimesAgainstAcceptance) {
  start();
  const Time before = clock_.now();
  drop("rain.json", job_text("rain", R"("deadline":"6h","not_before":"2030-01-01T00:00:00Z","priority":3)"));
  wait_for_batches(1);
  EXPECT_GE(*only_jobs()[0].deadline, before + std::chrono::hours(6));
  EXPECT_LE(*only_jobs()[0].deadline, clock_.now() + std::chrono::hours(6));
  EXPECT_EQ(*only_jobs()[0].not_before, *parse_time("2030-01-01T00:00:00Z"));
  EXPECT_EQ(only_jobs()[0].priority, 3);
}

TEST(WatcherTest, KnowsFilesystemsWithoutEvents) {
  EXPECT_TRUE(spool::lacks_events(0x6969));                         // NFS
  EXPECT_TRUE(spool::lacks_events(static_cast<int>(0xFF534D42U)));  // CIFS, sign-extended
  EXPECT_TRUE(spool::lacks_events(0x65735546));                     // FUSE
  EXPECT_FALSE(spool::lacks_events(0xEF53));                        // ext4
}

}  // namespace
}  // namespace reeld::test
