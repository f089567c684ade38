#include "daemon/engine/match.hpp"

#include <gtest/gtest.h>

#include "common/util/json.hpp"
#include "common/util/uuid_time.hpp"

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;
using leonardo::Generation;
using Verdict = Finding::Verdict;

const Time kSent = parse_time("2026-11-22T12:00:00Z").value();

/// An id of version 6 that was made at `at`.
GenerationId id_made_at(Time at, int number = 0) {
  const auto ticks =
      static_cast<std::uint64_t>((at.time_since_epoch().count() + 12'219'292'800'000) * 10'000);
  char text[40];
  std::snprintf(text, sizeof text, "%08llx-%04llx-6%03llx-8000-%012d",
                static_cast<unsigned long long>(ticks >> 28U),
                static_cast<unsigned long long>((ticks >> 12U) & 0xFFFFU),
                static_cast<unsigned long long>(ticks & 0xFFFU), number);
  return GenerationId(text);
}

Wanted rain(std::int64_t seed = 7) {
  Wanted wanted;
  wanted.prompt = "Rain on a quiet street";
  wanted.seed = seed;
  wanted.width = 1920;
  wanted.height = 1080;
  wanted.sent_at = kSent;
  return wanted;
}

Generation rendered(std::int64_t seed = 7, Time at = kSent + 2s, int number = 0) {
  Generation generation;
  generation.id = id_made_at(at, number);
  generation.prompt = "Rain on a quiet street";
  generation.seed = seed;
  generation.width = 1920;
  generation.height = 1080;
  return generation;
}

TEST(MatchTest, AnIdOfVersionSixTellsWhenItWasMade) {
  EXPECT_EQ(time_of_uuid(id_made_at(kSent).str()), kSent);
  EXPECT_EQ(time_of_uuid("1f1a06db-37cd-6c60-9cac-182717e03f42")->time_since_epoch() / 24h,
            parse_time("2026-08-25T00:00:00Z")->time_since_epoch() / 24h);
  EXPECT_FALSE(time_of_uuid("11111111-2222-4333-8444-555555555555"));
}

TEST(MatchTest, EqualSeedPromptAndSizeAreCertain) {
  EXPECT_EQ(fit(rain(), rendered()), Fit::kCertain);
}

TEST(MatchTest, AnythingThatDiffersRulesItOut) {
  EXPECT_EQ(fit(rain(), rendered(8)), Fit::kNone);
  Generation other = rendered();
  other.prompt = "Snow";
  EXPECT_EQ(fit(rain(), other), Fit::kNone);
  other = rendered();
  other.width = 1280;
  EXPECT_EQ(fit(rain(), other), Fit::kNone);
}

TEST(MatchTest, WhatWasMadeBeforeTheSubmitOrLongAfterIsNotItsOwn) {
  EXPECT_EQ(fit(rain(), rendered(7, kSent - 2min)), Fit::kNone);
  EXPECT_EQ(fit(rain(), rendered(7, kSent + 11min)), Fit::kNone);
  EXPECT_EQ(fit(rain(), rendered(7, kSent - 30s)), Fit::kCertain) << "clocks may differ a little";
}

TEST(MatchTest, WhatIsNotShownMakesItPossible) {
  Generation silent = rendered();
  silent.seed.reset();
  EXPECT_EQ(fit(rain(), silent), Fit::kPossible);
  silent = rendered();
  silent.height.reset();
  EXPECT_EQ(fit(rain(), silent), Fit::kPossible);
}

TEST(MatchTest, APromptIsComparedWithoutItsSpacesAndMayBeRewrittenOnlyWhereAllowed) {
  Generation tidied = rendered();
  tidied.prompt = " Rain on a  quiet street\n";
  EXPECT_EQ(fit(rain(), tidied), Fit::kCertain);
  Generation rewritten = rendered();
  rewritten.prompt = "Cinematic: rain falls";
  EXPECT_EQ(fit(rain(), rewritten), Fit::kNone);
  Wanted enhanced = rain();
  enhanced.may_be_rewritten = true;
  EXPECT_EQ(fit(enhanced, rewritten), Fit::kPossible);
}

TEST(MatchTest, TheOneCertainCandidateIsAdoptedAlsoBesideAPossibleOne) {
  Generation silent = rendered(7, kSent + 3s, 1);
  silent.seed.reset();
  const auto findings = match({rain()}, {rendered(), silent});
  EXPECT_EQ(findings[0].verdict, Verdict::kCertain);
  EXPECT_EQ(findings[0].candidates, std::vector{rendered().id});
}

TEST(MatchTest, TwoCertainCandidatesAreForAPerson) {
  const auto findings = match({rain()}, {rendered(7, kSent + 1s, 1), rendered(7, kSent + 2s, 2)});
  EXPECT_EQ(findings[0].verdict, Verdict::kAmbiguous);
  EXPECT_EQ(findings[0].candidates.size(), 2U);
}

TEST(MatchTest, OneCandidateOfTwoTwinsIsForAPerson) {
  const auto findings = match({rain(), rain()}, {rendered()});
  EXPECT_EQ(findings[0].verdict, Verdict::kAmbiguous);
  EXPECT_EQ(findings[1].verdict, Verdict::kAmbiguous);
}

TEST(MatchTest, APossibleCandidateIsLikelyOnlyWhereNobodyElseCouldHaveMadeIt) {
  Generation silent = rendered();
  silent.seed.reset();
  EXPECT_EQ(match({rain()}, {silent})[0].verdict, Verdict::kLikely);
  EXPECT_EQ(match({rain(1), rain(2)}, {silent})[0].verdict, Verdict::kAmbiguous);
  Generation second = rendered(7, kSent + 4s, 1);
  second.seed.reset();
  EXPECT_EQ(match({rain()}, {silent, second})[0].verdict, Verdict::kAmbiguous);
}

TEST(MatchTest, NeitherSeedNorPromptIsTooLittle) {
  Wanted enhanced = rain();
  enhanced.may_be_rewritten = true;
  Generation bare = rendered();
  bare.seed.reset();
  bare.prompt = "Cinematic: rain falls";
  EXPECT_EQ(match({enhanced}, {bare})[0].verdict, Verdict::kAmbiguous);
  bare.seed = 7;
  EXPECT_EQ(match({enhanced}, {bare})[0].verdict, Verdict::kLikely);
}

TEST(MatchTest, APossibleCandidateFromAnotherMomentIsForAPerson) {
  Generation late = rendered(7, kSent + 5min);
  late.seed.reset();
  EXPECT_EQ(match({rain()}, {late})[0].verdict, Verdict::kAmbiguous);
  Generation timeless = rendered();
  timeless.id = GenerationId("11111111-2222-4333-8444-555555555555");
  EXPECT_EQ(match({rain()}, {timeless})[0].verdict, Verdict::kAmbiguous);
  timeless.created_at = kSent + 1s;
  EXPECT_EQ(match({rain()}, {timeless})[0].verdict, Verdict::kCertain);
}

TEST(MatchTest, ReadsWhatWasWantedFromTheBodyThatWasSent) {
  store::OpenAttempt attempt;
  attempt.upstream_at = kSent;
  attempt.body =
      R"({"request": {"model": "m", "parameters": {"prompt": "Rain", "seed": 5, "width": 1920, "height": 1080,
      "prompt_enhance": "AUTO"}}})";
  const Wanted wanted = wanted_by(attempt);
  EXPECT_EQ(wanted.prompt, "Rain");
  EXPECT_EQ(wanted.seed, 5);
  EXPECT_EQ(wanted.width, 1920);
  EXPECT_TRUE(wanted.may_be_rewritten);
  EXPECT_EQ(wanted.sent_at, kSent);
}

}  // namespace
}  // namespace reeld::engine
