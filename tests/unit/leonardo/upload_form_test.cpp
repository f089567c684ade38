#include "daemon/leonardo/upload_form.hpp"

#include <gtest/gtest.h>

#include "common/util/json.hpp"

namespace reeld::leonardo {
namespace {

constexpr const char* kId = "1f1a06db-37cd-4c60-9cac-182717e03f42";

std::string answer(const Json& fields) {
  return dump_json(
      {{"uploadInitImage", {{"id", kId}, {"url", "https://storage.example/"}, {"fields", fields}}}});
}

TEST(ReadUploadTicketTest, KeepsTheFieldsInTheirOrder) {
  const auto ticket =
      read_upload_ticket(answer(R"({"key":"users/x","Policy":"p","Content-Type":"image/png"})"));
  ASSERT_TRUE(ticket) << ticket.error().words;
  EXPECT_EQ(ticket->id, kId);
  EXPECT_EQ(ticket->url, "https://storage.example/");
  const std::vector<UploadTicket::Field> expected{
      {"key", "users/x"}, {"Policy", "p"}, {"Content-Type", "image/png"}};
  EXPECT_EQ(ticket->fields, expected);
}

TEST(ReadUploadTicketTest, TakesFieldsThatAreAnObjectToo) {
  const auto ticket = read_upload_ticket(
      R"({"uploadInitImage":{"id":"1f1a06db-37cd-4c60-9cac-182717e03f42","url":"https://storage.example/",
          "key":null,"fields":{"z":"1","a":"2"},"new":7}})");
  ASSERT_TRUE(ticket) << ticket.error().words;
  const std::vector<UploadTicket::Field> expected{{"z", "1"}, {"a", "2"}};
  EXPECT_EQ(ticket->fields, expected);
}

TEST(ReadUploadTicketTest, RefusesWhatNoFormCanBeMadeOf) {
  const std::string id_and_url =
      R"({"uploadInitImage":{"id":"1f1a06db-37cd-4c60-9cac-182717e03f42","url":"https://storage.example/")";
  for (const std::string& body :
       {std::string(), std::string("null"), std::string("[]"), std::string(R"({"uploadInitImage":null})"),
        std::string(R"({"uploadInitImage":{"id":"../x","url":"https://storage.example/","fields":"{}"}})"),
        std::string(R"({"uploadInitImage":{"id":"1f1a06db-37cd-4c60-9cac-182717e03f42","fields":"{}"}})"),
        id_and_url + "}}", id_and_url + R"(,"fields":"not JSON"}})", id_and_url + R"(,"fields":[]}})",
        std::string(5000, '['), answer(std::string(5000, '[')), answer(R"({"key":7})"), answer(R"({"":"x"})"),
        answer(R"({"a\"; filename=\"b":"x"})"), answer(R"({"a\r\nb":"x"})")}) {
    const auto ticket = read_upload_ticket(body);
    ASSERT_FALSE(ticket) << body.substr(0, 200);
    EXPECT_EQ(ticket.error().error_class, ErrorClass::kServerError);
  }
}

TEST(MakeUploadFormTest, PutsTheFileBehindTheFields) {
  const UploadForm form = make_upload_form({{"key", "users/x"}, {"Policy", "p"}}, "image.png", "\x89PNG");
  EXPECT_EQ(form.content_type, "multipart/form-data; boundary=reeld-form-000001");
  EXPECT_EQ(form.body,
            "--reeld-form-000001\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nusers/x\r\n"
            "--reeld-form-000001\r\nContent-Disposition: form-data; name=\"Policy\"\r\n\r\np\r\n"
            "--reeld-form-000001\r\nContent-Disposition: form-data; name=\"file\"; filename=\"image.png\"\r\n"
            "Content-Type: application/octet-stream\r\n\r\n"
            "\x89PNG\r\n--reeld-form-000001--\r\n");
}

TEST(MakeUploadFormTest, TakesABoundaryThatStandsInNoneOfTheContents) {
  const UploadForm form =
      make_upload_form({{"key", "reeld-form-000001"}}, "image.png", "\r\n--reeld-form-000002--\r\n");
  EXPECT_EQ(form.content_type, "multipart/form-data; boundary=reeld-form-000003");
}

}  // namespace
}  // namespace reeld::leonardo
