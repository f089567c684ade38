#include <gtest/gtest.h>

#include <fstream>

#include "tests/e2e/daemon.hpp"

namespace reeld::test {
namespace {

/// What bash offers for the last of `words`, one a line; the words stand on the command line behind "reeld".
std::string offered(const std::vector<std::string>& words, const std::filesystem::path& folder = "/") {
  // compopt complains outside of a real completion.
  const std::string script =
      "cd \"$1\"; shift; source <(\"$0\" completion bash); COMP_WORDS=(reeld \"$@\"); COMP_CWORD=$#; "
      "_reeld 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"";
  std::vector<std::string> argv{"bash", "-c", script, REELD_BINARY, folder.string()};
  argv.insert(argv.end(), words.begin(), words.end());
  return run_program({argv, {}, "", ""}).output;
}

bool is_installed(const std::string& program) {
  return run_program({{"sh", "-c", "command -v " + program}, {}, "", ""}).exit_code == 0;
}

/// The script for a shell, as a file that this shell is asked to read without running it.
Finished read_by(const std::string& shell) {
  const TempDir dir;
  const auto script = dir.path() / "script";
  drop_file(script, run_program({{REELD_BINARY, "completion", shell}, {}, "", ""}).output);
  return run_program({{shell, "-n", script.string()}, {}, "", ""});
}

TEST(CompletionTest, BashOffersVerbsAndTheirParts) {
  EXPECT_EQ(offered({"ren"}), "render\n");
  EXPECT_EQ(offered({"config", ""}), "check\nshow\n");
  EXPECT_EQ(offered({"--config", "check", "config", "s"}), "show\n");
}

TEST(CompletionTest, BashOffersAVerbsOptionsAndTheProgramsBehindIt) {
  EXPECT_EQ(offered({"submit", "--id"}), "--ids\n");
  EXPECT_EQ(offered({"submit", "--js"}), "--json\n");
  EXPECT_EQ(offered({"list", "--ids"}), "\n");
  EXPECT_EQ(offered({"resolve", "--ado"}), "--adopt\n") << "options of a group";
}

TEST(CompletionTest, BashOffersStatesAndOtherWords) {
  EXPECT_EQ(offered({"list", "--state", "que"}), "queued\n");
  EXPECT_EQ(offered({"list", "--state", "failed,par"}), "failed,parked\n");
  EXPECT_EQ(offered({"costs", "--by", "mo"}), "model\n");
  EXPECT_EQ(offered({"costs", "--by", "=", "mo"}), "model\n") << "--by=mo";
}

TEST(CompletionTest, BashOffersFilesAndFoldersWhereTheyBelong) {
  const TempDir dir;
  drop_file(dir.path() / "shots.jsonl", "");
  std::filesystem::create_directory(dir.path() / "shows");
  EXPECT_EQ(offered({"check", "shot"}, dir.path()), "shots.jsonl\n");
  EXPECT_EQ(offered({"render", "-o", "sh"}, dir.path()), "shows\n");
  EXPECT_EQ(offered({"--config", "shot"}, dir.path()), "shots.jsonl\n");
  EXPECT_EQ(offered({"list", "sh"}, dir.path()), "\n");
}

TEST(CompletionTest, OtherShellsAreAWrongCommandLine) {
  EXPECT_EQ(run_program({{REELD_BINARY, "completion", "tcsh"}, {}, "", ""}).exit_code, 2);
}

class CompletionScriptTest : public testing::TestWithParam<std::string> {};

TEST_P(CompletionScriptTest, IsReadByItsShell) {
  if (!is_installed(GetParam())) GTEST_SKIP() << GetParam() << " is not installed";
  const Finished read = read_by(GetParam());
  EXPECT_EQ(read.exit_code, 0);
  EXPECT_EQ(read.output, "");
}

INSTANTIATE_TEST_SUITE_P(Shells, CompletionScriptTest, testing::Values("bash", "zsh", "fish"),
                         [](const auto& shell) { return shell.param; });

/// The command line that zsh, on a terminal of its own, runs once Tab and Enter were pressed behind `line`.
std::string completed_by_zsh(const std::string& line) {
  constexpr const char* kSession = R"zsh(
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= RPS1= HISTFILE=; autoload -Uz compinit; compinit -D -u; source <(${(q)1} completion zsh)"
zpty -w shell 'reeld() { print -r -- "<$*>" }'
zpty -w -n shell "reeld $2"$'\t\n'
zpty -r shell said $'*\n<*>*'
print -r -- ${${(M)${(f)said//$'\r'/}:#<*>}}
)zsh";
  return run_program({{"timeout", "60", "zsh", "-f", "-c", kSession, "zsh", REELD_BINARY, line}, {}, "", ""})
      .output;
}

TEST(CompletionTest, ZshCompletesVerbsOptionsAndTheirWords) {
  if (!is_installed("zsh")) GTEST_SKIP() << "zsh is not installed";
  EXPECT_EQ(completed_by_zsh("ren"), "<render>\n");
  EXPECT_EQ(completed_by_zsh("config c"), "<config check>\n");
  EXPECT_EQ(completed_by_zsh("costs --by mo"), "<costs --by model>\n");
  EXPECT_EQ(completed_by_zsh("cancel --delet"), "<cancel --delete-upstream>\n") << "free text may follow";
}

TEST(CompletionTest, FishOffersVerbsStatesAndFiles) {
  if (!is_installed("fish")) GTEST_SKIP() << "fish is not installed";
  const auto offered_by_fish = [](const std::string& line) {
    const std::string script =
        "$argv[1] completion fish | source; complete -C $argv[2] | string replace -r '\\t.*' ''";
    return run_program({{"fish", "--no-config", "-c", script, REELD_BINARY, line},
                        {{"HOME", "/nonexistent"}},
                        "",
                        ""})
        .output;
  };
  EXPECT_EQ(offered_by_fish("reeld ren"), "render\n");
  EXPECT_EQ(offered_by_fish("reeld config "), "check\nshow\n");
  EXPECT_EQ(offered_by_fish("reeld --config check config s"), "show\n");
  EXPECT_EQ(offered_by_fish("reeld list --state que"), "queued\n");
}

}  // namespace
}  // namespace reeld::test
