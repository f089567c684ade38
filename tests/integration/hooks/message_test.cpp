#include "daemon/hooks/message.hpp"

#include <gtest/gtest.h>

namespace reeld::hooks {
namespace {

store::EventLine failed_job() {
  store::EventLine line;
  line.id = 17;
  line.at = *parse_time("2026-12-01T02:00:00Z");
  line.kind = store::EventKind::kTransition;
  line.job = JobId("job-1");
  line.batch = BatchId("batch-1");
  line.to = JobState::kFailed;
  line.text = "refused: moderated";
  line.detail = {{"status", 400}};
  return line;
}

Json body_of(const Message& message) {
  auto body = parse_json(message.body);
  EXPECT_TRUE(body) << message.body;
  return body ? *body : Json();
}

TEST(MessageTest, SaysWhatHappenedToWhichJob) {
  const Json about{{"job", {{"id", "job-1"}, {"name", "rain"}, {"error", "moderated"}}},
                   {"batch", {{"id", "batch-1"}, {"name", "shots"}}}};
  const Message message = make_message(failed_job(), "job.failed", about);
  EXPECT_EQ(message.id, 17);
  EXPECT_EQ(message.event, "job.failed");
  EXPECT_EQ(message.job, JobId("job-1"));
  EXPECT_EQ(message.batch, BatchId("batch-1"));
  EXPECT_EQ(body_of(message), Json({{"id", 17},
                                    {"event", "job.failed"},
                                    {"at", "2026-12-01T02:00:00.000Z"},
                                    {"text", "refused: moderated"},
                                    {"job", about["job"]},
                                    {"batch", about["batch"]},
                                    {"detail", {{"status", 400}}}}));
}

TEST(MessageTest, NamesAtLeastTheIdsOfWhatIsNotKnownAnyMore) {
  const Json body = body_of(make_message(failed_job(), "job.failed", Json{{"job", nullptr}}));
  EXPECT_EQ(body["job"], Json({{"id", "job-1"}}));
  EXPECT_EQ(body["batch"], Json({{"id", "batch-1"}}));
}

TEST(MessageTest, HasNullsForAnEventOfTheWholeQueue) {
  store::EventLine line;
  line.kind = store::EventKind::kDiskLow;
  const Json body = body_of(make_message(line, "disk.low", Json()));
  EXPECT_TRUE(body.at("job").is_null());
  EXPECT_TRUE(body.at("batch").is_null());
  EXPECT_EQ(body.at("detail"), Json::object());
}

TEST(MessageTest, StaysJsonWhateverBytesAJobIsNamedWith) {
  const Json about{{"job", {{"name", "\xff\"\n"}}}};
  EXPECT_EQ(body_of(make_message(failed_job(), "job.failed", about))["job"]["name"], "\xef\xbf\xbd\"\n");
}

}  // namespace
}  // namespace reeld::hooks
