// Backup, prune and a full disk, with the real binary.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

namespace fs = std::filesystem;

/// Lets no file of a running program grow beyond a size, as a full disk would.
void limit_files(const Process& process, rlim_t most) {
  rlimit limit{};
  ASSERT_EQ(::prlimit(process.pid(), RLIMIT_FSIZE, nullptr, &limit), 0);
  limit.rlim_cur = std::min(most, limit.rlim_max);
  ASSERT_EQ(::prlimit(process.pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
}

Json answer(const Finished& finished) {
  const std::size_t brace = finished.output.find('{');
  return brace == std::string::npos ? Json() : Json::parse(finished.output.substr(brace));
}

class UpkeepTest : public testing::Test {
 protected:
  /// Renders one job to its end.
  void render(const std::string& name) {
    const int before = static_cast<int>(daemon_.jobs().size());
    daemon_.drop(name + ".json", guide_job(name).dump());
    ASSERT_TRUE(daemon_.settled(before + 1)) << read_file(daemon_.log_file());
    // A prune takes what is reported and marked so, which comes after the report itself.
    ASSERT_TRUE(eventually([&] { return foreseen() == before + 1; })) << read_file(daemon_.log_file());
  }
  /// How many jobs a prune would take.
  int foreseen() const {
    const Finished asked = daemon_.reeld({"prune", "--older-than", "1ms", "--dry-run", "--json"});
    return answer(asked).value("jobs", -1);
  }
  /// The files that jobs have in the results.
  std::vector<fs::path> stored() const {
    auto files = files_below(daemon_.results());
    std::erase(files, daemon_.results() / ".reeld-results");
    return files;
  }
  fs::path database() const { return daemon_.data() / "queue.db"; }

  Daemon daemon_;
};

TEST_F(UpkeepTest, ABackupOfARunningQueueCanBeRestored) {
  daemon_.start();
  render("rain");
  const fs::path copy = daemon_.data() / "copy.db";
  const Finished made = daemon_.reeld({"backup", copy.string(), "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.output;
  EXPECT_EQ(answer(made).at("jobs"), 1);
  struct stat info{};
  ASSERT_EQ(::stat(copy.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(daemon_.reeld({"backup", copy.string()}).exit_code, 74) << "it is there already";
  EXPECT_EQ(daemon_.reeld({"backup", copy.string(), "--force"}).exit_code, 0);
  EXPECT_EQ(daemon_.reeld({"backup", database().string(), "--force"}).exit_code, 74) << "the queue itself";
  EXPECT_EQ(daemon_.reeld({"backup", (daemon_.data() / "nowhere" / "copy.db").string()}).exit_code, 74);

  render("snow");
  ASSERT_EQ(daemon_.stop(), 0);
  for (const char* ending : {"", "-wal", "-shm"}) fs::remove(database().string() + ending);
  fs::copy_file(copy, database());
  daemon_.start();
  ASSERT_EQ(daemon_.jobs().size(), 1U);
  EXPECT_EQ(daemon_.jobs().front().at("name"), "rain");
}

TEST_F(UpkeepTest, PrunesThroughTheDaemonAndWithoutIt) {
  daemon_.start();
  render("rain");
  EXPECT_EQ(answer(daemon_.reeld({"prune", "--older-than", "1d", "--json"})).at("jobs"), 0);
  EXPECT_EQ(foreseen(), 1);
  const Json pruned = answer(daemon_.reeld({"prune", "--older-than", "1ms", "--files", "--json"}));
  EXPECT_EQ(pruned.at("jobs"), 1);
  EXPECT_EQ(pruned.at("files"), 3) << "the film, its poster and the result file";
  EXPECT_TRUE(stored().empty());
  EXPECT_TRUE(daemon_.jobs().empty());

  render("snow");
  ASSERT_EQ(daemon_.stop(), 0);
  const Finished unsure = daemon_.reeld({"prune", "--older-than", "1ms", "--files"});
  EXPECT_EQ(unsure.exit_code, 2);
  EXPECT_NE(unsure.output.find("--yes"), std::string::npos) << unsure.output;
  const Finished alone = daemon_.reeld({"prune", "--older-than", "1ms", "--json"});
  EXPECT_EQ(alone.exit_code, 0) << alone.output;
  EXPECT_EQ(answer(alone).at("jobs"), 1);
  EXPECT_EQ(stored().size(), 3U) << "files stay unless they are named";
  EXPECT_EQ(daemon_.reeld({"prune", "--older-than", "soon"}).exit_code, 2);
  EXPECT_EQ(daemon_.reeld({"prune", "--older-than", "1d", "--state", "queued"}).exit_code, 2);
}

TEST_F(UpkeepTest, AFilmOfAnUnmountedDiskIsRemovedWhenTheDiskIsBack) {
  daemon_.set("results.output", "{name}");
  daemon_.start();
  render("rain");
  ASSERT_EQ(daemon_.stop(), 0);
  const fs::path disk = daemon_.data() / "disk";
  fs::rename(daemon_.results(), disk);
  fs::create_directory(daemon_.results());
  const std::vector<std::string> prune{"prune", "--older-than", "1ms", "--files", "--yes", "--json"};
  const Finished unmounted = daemon_.reeld(prune);
  EXPECT_EQ(answer(unmounted).at("waiting"), 1) << unmounted.output;
  fs::remove(daemon_.results());
  fs::rename(disk, daemon_.results());
  ASSERT_EQ(stored().size(), 3U);
  const Finished mounted = daemon_.reeld(prune);
  EXPECT_EQ(answer(mounted).at("files"), 3) << mounted.output;
  EXPECT_TRUE(stored().empty());
}

TEST_F(UpkeepTest, ANewJobNeverOverwritesAFileThatStayed) {
  daemon_.start();
  render("rain");
  const auto before = stored();
  ASSERT_EQ(answer(daemon_.reeld({"prune", "--older-than", "1ms", "--json"})).at("jobs"), 1);
  Json again = guide_job("rain");
  again["reeld"] = {{"again", true}};
  daemon_.drop("rain.json", again.dump());
  ASSERT_TRUE(daemon_.settled(1)) << read_file(daemon_.log_file());
  const auto after = stored();
  EXPECT_EQ(after.size(), 6U);
  for (const fs::path& file : before) EXPECT_NE(std::ranges::find(after, file), after.end()) << file;
  EXPECT_EQ(daemon_.cloud().ledger().size(), 2U);
}

TEST_F(UpkeepTest, AQueueThatCannotBeWrittenClaimsNothingAndRecovers) {
  daemon_.start();
  render("rain");
  daemon_.reeld({"pause"});
  daemon_.drop("snow.json", guide_job("snow").dump());
  ASSERT_TRUE(eventually([&] { return daemon_.jobs().size() == 2; }));
  limit_files(daemon_.process(), 4096);
  daemon_.reeld({"resume"});
  const auto trouble = [&] {
    return answer(daemon_.reeld({"stats", "--json"})).at("queue").at("store_trouble");
  };
  ASSERT_TRUE(eventually([&] { return trouble().is_string(); }));
  EXPECT_EQ(daemon_.reeld({"doctor", "--quick"}).exit_code, 1);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 1U) << "nothing was sent that could not be recorded";
  limit_files(daemon_.process(), RLIM_INFINITY);
  ASSERT_TRUE(eventually([&] { return trouble().is_null(); }));
  EXPECT_EQ(daemon_.reeld({"resume"}).exit_code, 0);
  ASSERT_TRUE(daemon_.settled(2)) << read_file(daemon_.log_file());
  EXPECT_EQ(daemon_.count(JobState::kSucceeded), 2);
  EXPECT_EQ(daemon_.cloud().ledger().size(), 2U);
}

}  // namespace
}  // namespace reeld::test
