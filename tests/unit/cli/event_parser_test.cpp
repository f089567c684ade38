#include "daemon/cli/event_parser.hpp"

#include <gtest/gtest.h>

namespace reeld::cli {
namespace {

constexpr const char* kStream =
    "retry: 2000\n\n: still here\n\nid: 17\r\nevent: transition\r\ndata: {\"a\":1}\r\n\r\nid: 18\ndata: one\n"
    "data:two\n\n";

TEST(EventParserTest, CutsAStreamIntoItsMessages) {
  EventParser parser;
  const auto events = parser.feed(kStream);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].id, "17");
  EXPECT_EQ(events[0].name, "transition");
  EXPECT_EQ(events[0].data, "{\"a\":1}");
  EXPECT_EQ(events[1].id, "18");
  EXPECT_EQ(events[1].name, "");
  EXPECT_EQ(events[1].data, "one\ntwo");
}

TEST(EventParserTest, DoesNotMindWhereThePiecesEnd) {
  const std::string stream = kStream;
  EventParser parser;
  std::vector<ServerEvent> events;
  for (char c : stream) {
    for (ServerEvent& event : parser.feed(std::string_view(&c, 1))) events.push_back(std::move(event));
  }
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].data, "{\"a\":1}");
  EXPECT_EQ(events[1].data, "one\ntwo");
}

}  // namespace
}  // namespace reeld::cli
