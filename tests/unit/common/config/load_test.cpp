#include "common/config/load.hpp"

#include <gtest/gtest.h>

#include "common/config/schema.hpp"
#include "config/temp_folder.hpp"

namespace reeld {
namespace {

using namespace std::chrono_literals;

class LoadTest : public testing::Test {
 protected:
  LoadedConfig load() {
    auto result = load_config(sources_);
    if (auto* problems = std::get_if<ConfigProblems>(&result)) {
      for (const std::string& problem : *problems) ADD_FAILURE() << problem;
      return {};
    }
    return std::get<LoadedConfig>(std::move(result));
  }

  /// The problems, a line for each, with the file's name as FILE.
  std::string problems() {
    const auto result = load_config(sources_);
    std::string lines;
    if (const auto* found = std::get_if<ConfigProblems>(&result)) {
      for (const std::string& problem : *found) lines += (lines.empty() ? "" : "\n") + problem;
    }
    const std::string name = sources_.file ? sources_.file->string() : "";
    for (auto at = lines.find(name); !name.empty() && at != std::string::npos; at = lines.find(name)) {
      lines.replace(at, name.size(), "FILE");
    }
    return lines;
  }

  void file(std::string_view text) { sources_.file = folder_.write("reeld.toml", text); }

  static std::string origin(const LoadedConfig& loaded, std::string_view key) {
    for (const ConfigOrigin& one : loaded.origins) {
      if (one.key == key) return one.origin;
    }
    return "missing";
  }

  test::TempFolder folder_;
  ConfigSources sources_{{}, {{"STATE_DIRECTORY", "/var/lib/reeld"}, {"HOME", "/home/eve"}}, {}};
};

TEST_F(LoadTest, HasADefaultForEverything) {
  const LoadedConfig loaded = load();
  const Config& c = loaded.config;
  EXPECT_EQ(c.data_dir, "/var/lib/reeld");
  EXPECT_EQ(c.shutdown_timeout, 10s);
  EXPECT_EQ(c.leonardo.base_url, "https://cloud.leonardo.ai/api/rest");
  EXPECT_EQ(c.leonardo.allowed_download_hosts, (std::vector<std::string>{"cdn.leonardo.ai"}));
  EXPECT_EQ(c.leonardo.proxy, "");
  EXPECT_TRUE(c.leonardo.api_key_file.empty());
  EXPECT_EQ(c.limits.requests_per_minute, 2000);
  EXPECT_EQ(c.limits.submits_per_minute, 100);
  EXPECT_EQ(c.limits.max_generations, 10);
  EXPECT_EQ(c.limits.max_downloads, 4);
  EXPECT_EQ(c.poll.first, 60s);
  EXPECT_EQ(c.poll.min_interval, 5s);
  EXPECT_EQ(c.poll.max_interval, 60s);
  EXPECT_EQ(c.retry.render_attempts, 2);
  EXPECT_EQ(c.retry.base_delay, 2s);
  EXPECT_EQ(c.retry.max_delay, 15min);
  EXPECT_EQ(c.retry.render_timeout, 1h);
  EXPECT_EQ(c.retry.download_for, 168h);
  EXPECT_EQ(c.reconcile.settle_time, 3min);
  EXPECT_EQ(c.reconcile.if_absent, "park");
  EXPECT_EQ(c.spool.dir, "/var/lib/reeld/spool");
  EXPECT_EQ(c.spool.settle, 1s);
  EXPECT_EQ(c.spool.rescan, 30s);
  EXPECT_EQ(c.spool.duplicate_window, 24h);
  EXPECT_EQ(c.results.dir, "/var/lib/reeld/results");
  EXPECT_EQ(c.results.output, "{date}/{batch}/{name}");
  EXPECT_EQ(c.results.timezone, "local");
  EXPECT_EQ(c.results.mode, 0640);
  EXPECT_EQ(c.store.url, "sqlite:///var/lib/reeld/queue.db");
  EXPECT_FALSE(c.store.allow_network_filesystem);
  EXPECT_EQ(c.http.listen, (std::vector<std::string>{"127.0.0.1:8420"}));
  EXPECT_EQ(c.log.level, "info");
  EXPECT_EQ(c.log.format, "text");
  ASSERT_EQ(loaded.origins.size(), config_schema().size());
  for (const ConfigOrigin& one : loaded.origins) EXPECT_EQ(one.origin, "default") << one.key;
  EXPECT_TRUE(loaded.warnings.empty());
}

TEST_F(LoadTest, FlagsGoBeforeVariablesBeforeTheFile) {
  file("[limits]\nmax_downloads = 1\nmax_generations = 1\nsubmits_per_minute = 1\n");
  sources_.environment["REELD_LIMITS__MAX_GENERATIONS"] = "2";
  sources_.environment["REELD_LIMITS__SUBMITS_PER_MINUTE"] = "2";
  sources_.flags["limits.submits_per_minute"] = "3";
  const LoadedConfig loaded = load();
  EXPECT_EQ(loaded.config.limits.max_downloads, 1);
  EXPECT_EQ(loaded.config.limits.max_generations, 2);
  EXPECT_EQ(loaded.config.limits.submits_per_minute, 3);
  EXPECT_EQ(origin(loaded, "limits.max_downloads"), sources_.file->string() + ":2");
  EXPECT_EQ(origin(loaded, "limits.max_generations"), "REELD_LIMITS__MAX_GENERATIONS");
  EXPECT_EQ(origin(loaded, "limits.submits_per_minute"), "flag");
  EXPECT_EQ(origin(loaded, "limits.requests_per_minute"), "default");
}

TEST_F(LoadTest, WhatIsNotSetFollowsDataDir) {
  sources_.environment["REELD_DATA_DIR"] = "/srv/reeld";
  file("[results]\ndir = \"/films\"\n");
  const LoadedConfig loaded = load();
  EXPECT_EQ(loaded.config.store.url, "sqlite:///srv/reeld/queue.db");
  EXPECT_EQ(loaded.config.spool.dir, "/srv/reeld/spool");
  EXPECT_EQ(loaded.config.results.dir, "/films");
}

TEST_F(LoadTest, TellsUnknownKeysWithTheirPlace) {
  file(
      "data_dirr = \"/a\"\n"
      "max_downloads = 3\n"
      "[limit]\nmax_downloads = 3\n"
      "[limits]\nmax_download = 3\n"
      "  colour = \"red\"\n"
      "[poll]\nbase_delay = \"1s\"\n");
  EXPECT_EQ(problems(),
            "FILE:1:1: data_dirr: unknown key; did you mean \"data_dir\"?\n"
            "FILE:2:1: max_downloads: unknown key; did you mean \"limits.max_downloads\"?\n"
            "FILE:3:2: limit: unknown key; did you mean \"limits\"?\n"
            "FILE:6:1: limits.max_download: unknown key; did you mean \"limits.max_downloads\"?\n"
            "FILE:7:3: limits.colour: unknown key\n"
            "FILE:9:1: poll.base_delay: unknown key; did you mean \"retry.base_delay\"?");
}

TEST_F(LoadTest, TellsAllProblemsInTheOrderOfTheFile) {
  file(
      "[retry]\nrender_attempts = 0\nmax_delay = 900\n[log]\nlevel = \"loud\"\nunknown = 1\n"
      "[budget]\nper_day = \"25.0\"\n[results]\nmode = 0o640\noutput = \"../{name}\"\n");
  EXPECT_EQ(problems(),
            "FILE:2:1: retry.render_attempts: 0 is not from 1 to 20\n"
            "FILE:3:1: retry.max_delay: must be a duration in quotes, such as \"5s\", not a number\n"
            "FILE:5:1: log.level: \"loud\" is not one of trace, debug, info, warn, error\n"
            "FILE:6:1: log.unknown: unknown key\n"
            "FILE:8:1: budget.per_day: \"25.0\" is not an amount of dollars such as \"25.00\"\n"
            "FILE:10:1: results.mode: must be permission bits in quotes, such as \"0640\"\n"
            "FILE:11:1: results.output: \"../{name}\" part \"..\" begins with a dot");
}

TEST_F(LoadTest, TellsProblemsOfEverySource) {
  file("[limits]\nmax_downloads = -1\n");
  sources_.environment["REELD_LIMITS__MAX_DOWNLOADS"] = "many";
  sources_.flags["limits.max_downloads"] = "";
  sources_.flags["limits.max"] = "1";
  EXPECT_EQ(problems(),
            "FILE:2:1: limits.max_downloads: -1 is not from 0 to 4096\n"
            "REELD_LIMITS__MAX_DOWNLOADS: must be a whole number, not text\n"
            "flag limits.max: unknown key\n"
            "flag limits.max_downloads: must be a whole number, not text");
}

TEST_F(LoadTest, TellsAFileThatIsNoToml) {
  file("[limits\n");
  EXPECT_TRUE(problems().starts_with("FILE:1:")) << problems();
  file("limits = 3\n");
  EXPECT_EQ(problems(), "FILE:1:1: limits: must be a table: [limits]");
  file("[data_dir]\nx = 1\n");
  EXPECT_EQ(problems(), "FILE:1:2: data_dir: must be a path in quotes, not a value of another type");
}

TEST_F(LoadTest, ANamedFileMustBeReadable) {
  sources_.file = folder_.path() / "none.toml";
  EXPECT_EQ(problems(), "FILE: cannot be read: No such file or directory");
  sources_.file = folder_.path();
  EXPECT_EQ(problems(), "FILE: cannot be read: Is a directory");
}

TEST_F(LoadTest, AnUnknownVariableIsAWarning) {
  sources_.environment["REELD_LIMITS__MAX_DOWNLOAD"] = "3";
  sources_.environment["REELD_COLOUR"] = "red";
  sources_.environment["reeld_x"] = "not ours";
  const LoadedConfig loaded = load();
  EXPECT_EQ(loaded.warnings,
            (std::vector<std::string>{"the variable REELD_COLOUR sets nothing",
                                      "the variable REELD_LIMITS__MAX_DOWNLOAD sets nothing; did you mean "
                                      "\"REELD_LIMITS__MAX_DOWNLOADS\"?"}));
}

TEST_F(LoadTest, RefusesIntervalsInTheWrongOrder) {
  file("[poll]\nmin_interval = \"2m\"\n[retry]\nmax_delay = \"1s\"\n");
  EXPECT_EQ(problems(),
            "poll.min_interval: 2m is more than poll.max_interval, 1m (default)\n"
            "retry.base_delay: 2s is more than retry.max_delay, 1s (FILE:4)");
}

TEST_F(LoadTest, RefusesNoDownloadHostAndNoDataDir) {
  file("data_dir = \"\"\n[leonardo]\nallowed_download_hosts = []\n");
  EXPECT_EQ(
      problems(),
      "data_dir: must not be empty\nleonardo.allowed_download_hosts: with none no film could be downloaded");
}

TEST_F(LoadTest, RefusesAFolderThatNoDatabaseUrlCanName) {
  file("data_dir = \"/srv/a\\tb\"\n");
  EXPECT_EQ(problems(), "data_dir: holds a control character");
}

TEST_F(LoadTest, PrintsWhatReadsBackAsTheSame) {
  file(
      "shutdown_timeout = \"3s\"\n[http]\nlisten = \"127.0.0.1:9\"\n[leonardo]\nproxy = "
      "\"http://a:b@c:1\"\n");
  const LoadedConfig loaded = load();
  const std::string plain = to_toml(loaded, false);
  EXPECT_NE(plain.find("\n[http]\nlisten = [\"127.0.0.1:9\"]\n"), std::string::npos) << plain;
  EXPECT_NE(to_toml(loaded, true).find("shutdown_timeout = \"3s\"  # " + sources_.file->string() + ":1\n"),
            std::string::npos);
  EXPECT_EQ(plain.find("a:b"), std::string::npos);
  file(to_toml(loaded, true));
  EXPECT_EQ(to_toml(load(), false), plain);
}

}  // namespace
}  // namespace reeld
