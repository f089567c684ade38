#include "common/job/price.hpp"

#include "job/helpers.hpp"

namespace reeld::test {
namespace {

/// The built-in models with prices for the plain one.
Catalogue priced() {
  Catalogue models = Catalogue::embedded();
  const auto laid = models.overlay(
      R"([models."ltxv-2.0-pro"]
price_per_second = { 1080 = "0.06", 2160 = "0.2401" })",
      "models.toml");
  EXPECT_TRUE(laid) << laid.error().detail;
  return models;
}

std::string price(std::string_view text) {
  const JobSpec job = spec(text);
  const Catalogue models = priced();
  const auto stated = stated_price(job, *models.find(job.model));
  return stated ? format_amount(*stated) : "";
}

TEST(PriceTest, AKindSaysAllThatAPriceMayDependOn) {
  EXPECT_EQ(price_kind(spec(job_text())), "ltxv-2.0-pro, 1920x1080, 8 s, 1 film");
  EXPECT_EQ(price_kind(spec(job_text(R"("quantity":3,"audio":true,)"))),
            "ltxv-2.0-pro, 1920x1080, 8 s, 3 films, with sound");
  EXPECT_NE(price_kind(spec(job_text(R"("audio":false,)"))), price_kind(spec(job_text(R"("audio":true,)"))));
  EXPECT_NE(price_kind(spec(job_text("", R"(,"reeld":{"extra_parameters":{"fps":50}})"))),
            price_kind(spec(job_text())));
}

TEST(PriceTest, AKindIsTheSameWhateverThePromptAndTheSeed) {
  EXPECT_EQ(price_kind(spec(job_text(R"("seed":7,)", R"(,"reeld":{"name":"a"})"))),
            price_kind(spec(job_text())));
}

TEST(PriceTest, AStatedPriceGrowsWithSecondsAndFilms) {
  EXPECT_EQ(price(job_text()), "0.48");
  EXPECT_EQ(price(job_text(R"("quantity":4,)")), "1.92");
  EXPECT_EQ(price(job_text(R"("width":3840,"height":2160,)")), "1.9208");
}

TEST(PriceTest, WhatIsNotStatedIsNotKnown) {
  EXPECT_EQ(price(job_text(R"("width":2560,"height":1440,)")), "");
  EXPECT_EQ(price(job_text("", "", "ltxv-2.3-pro")), "");
}

TEST(PriceTest, AStatedRenderTimeGrowsWithSeconds) {
  using namespace std::chrono_literals;
  Catalogue models = Catalogue::embedded();
  models.overlay("[models.\"ltxv-2.0-pro\"]\nrender_time_per_second = { 1080 = \"5s\" }", "models.toml")
      .value();
  const auto time = [&](std::string_view text) {
    const JobSpec job = spec(text);
    return stated_render_time(job, *models.find(job.model));
  };
  EXPECT_EQ(time(job_text()), Duration(40s));
  EXPECT_EQ(time(job_text(R"("quantity":4,)")), Duration(40s)) << "films of one request render side by side";
  EXPECT_EQ(time(job_text(R"("width":3840,"height":2160,)")), std::nullopt);
  EXPECT_EQ(time(job_text("", "", "ltxv-2.3-pro")), std::nullopt);
}

TEST(PriceTest, RenderTimesThatAreNoneAreRefused) {
  for (const char* stated :
       {"\"5s\"", "{ 1080 = 5 }", "{ 1080 = \"0s\" }", "{ 1080 = \"2h\" }", "{ x = \"5s\" }"}) {
    Catalogue models = Catalogue::embedded();
    const auto laid = models.overlay(
        std::string("[models.\"ltxv-2.0-pro\"]\nrender_time_per_second = ") + stated, "models.toml");
    ASSERT_FALSE(laid) << stated;
    EXPECT_NE(laid.error().detail.find("render_time_per_second: must be a table"), std::string::npos)
        << laid.error().detail;
  }
}

TEST(PriceTest, PricesThatAreNoneAreRefused) {
  for (const char* stated : {"0.06", R"({ 1080 = 0.06 })", R"({ 1080 = "-1" })", R"({ 1080 = "1000" })",
                             R"({ 1080p = "1" })", R"({ 1080 = "0.0000000001" })", R"(["0.06"])"}) {
    Catalogue models = Catalogue::embedded();
    const auto laid =
        models.overlay(std::string("[models.\"ltxv-2.0-pro\"]\nprice_per_second = ") + stated, "models.toml");
    ASSERT_FALSE(laid) << stated;
    EXPECT_NE(laid.error().detail.find("price_per_second: must be a table"), std::string::npos)
        << laid.error().detail;
  }
}

}  // namespace
}  // namespace reeld::test
