#include "tests/simulator/cloud.hpp"

#include <gtest/gtest.h>

#include "tests/simulator/json_shapes.hpp"

namespace reeld::sim {
namespace {

const std::string kKey = "Bearer " + Options().api_key;

class CloudTest : public testing::Test {
 protected:
  Answer send(Request request) {
    Exchange exchange = cloud().begin(request);
    return cloud().finish(request, exchange);
  }
  Answer send(Method method, std::string_view path, std::string_view body = {}, std::string_view key = kKey) {
    Request request;
    request.method = method;
    const auto question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string_view::npos) request.query = path.substr(question + 1);
    request.has_authorization = !key.empty();
    request.authorization = key;
    request.body = body;
    return send(request);
  }
  Answer submit(const std::string& prompt, const std::string& more = "") {
    const std::string body =
        R"({"model":"ltxv-2.0-pro","parameters":{"prompt":")" + prompt + R"(","duration":6)" + more + "}}";
    return send(Method::kPost, "/api/rest/v2/generations", body);
  }
  static Json json(const Answer& answer) { return Json::parse(answer.body()); }
  std::string accepted_id(const Answer& answer) { return json(answer)["generate"]["generationId"]; }
  Json status(const std::string& id) {
    return json(send(Method::kGet, "/api/rest/v1/generations/" + id))["generations_by_pk"];
  }
  Cloud& cloud() {
    if (!cloud_) cloud_.emplace(options_);
    return *cloud_;
  }

  Options options_{.render_time = Duration{0}};
  std::optional<Cloud> cloud_;
};

TEST_F(CloudTest, TellsMissingMalformedAndWrongKeysApart) {
  const std::string hook =
      R"({"error":"Invalid response from authorization hook","path":"$","code":"unexpected"})";
  for (const char* key : {"", "Bearer", "Bearer abc", "Basic x"}) {
    const Answer answer = send(Method::kGet, "/api/rest/v1/me", "", key);
    EXPECT_EQ(answer.status, 500) << key;
    EXPECT_EQ(answer.body(), hook);
  }
  const Answer answer =
      send(Method::kGet, "/api/rest/v1/me", "", "Bearer 00000000-0000-0000-0000-000000000000");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.body(),
            R"({"error":"Authentication hook unauthorized this request","path":"$","code":"access-denied"})");
}

TEST_F(CloudTest, AnAcceptedJobCanBeReadListedAndDeleted) {
  const Answer answer = submit("rain", R"(,"seed":7)");
  EXPECT_EQ(json(answer)["generate"]["cost"], Json({{"amount", "0.36"}, {"unit", "DOLLARS"}}));
  const std::string id = accepted_id(answer);
  EXPECT_EQ(status(id)["status"], "COMPLETE");
  EXPECT_EQ(status(id)["seed"], 7);
  const std::string list = "/api/rest/v1/generations/user/" + options_.user_id;
  EXPECT_EQ(json(send(Method::kGet, list + "?offset=0&limit=5"))["generations"][0]["id"], id);
  EXPECT_EQ(json(send(Method::kGet, list + "?offset=1"))["generations"].size(), 0U);
  EXPECT_EQ(send(Method::kGet, list + "?limit=x").status, 400);
  send(Method::kDelete, "/api/rest/v1/generations/" + id);
  EXPECT_TRUE(status(id).is_null());
  EXPECT_EQ(json(send(Method::kGet, list))["generations"].size(), 0U);
}

TEST_F(CloudTest, MarkerWordsDecideTheOutcome) {
  const Answer refused = submit("a forbidden thing");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.body(),
            R"({"error":"content moderation filter: forbidden","path":"$","code":"unexpected"})");
  EXPECT_EQ(submit("unforbiddenly").status, 200);
  EXPECT_TRUE(status(accepted_id(submit("late-moderation"))).contains("prompt_moderations"));
  EXPECT_EQ(status(accepted_id(submit("render-fails")))["status"], "FAILED");
  const Json empty = status(accepted_id(submit("empty-result")));
  EXPECT_EQ(empty["status"], "COMPLETE");
  EXPECT_EQ(empty["generated_images"].size(), 0U);
}

TEST_F(CloudTest, StartFramesMustExist) {
  const auto frame = [](const std::string& id, const std::string& type) {
    return R"(,"start_frame":{"id":")" + id + R"(","type":")" + type + "\"}";
  };
  EXPECT_EQ(submit("a", frame(options_.known_images[0], "UPLOADED")).status, 200);
  EXPECT_NE(submit("a", frame(derived_id("x", 1), "UPLOADED")).text.find("invalid init image id"),
            std::string::npos);
  const std::string id = accepted_id(submit("b"));
  EXPECT_NE(submit("a", frame(id, "GENERATED")).text.find("couldn't access image"), std::string::npos);
  EXPECT_EQ(submit("a", frame(status(id)["generated_images"][0]["id"], "GENERATED")).status, 200);
}

TEST_F(CloudTest, LimitsRefuseWith429) {
  options_.submits_per_minute = 1;
  options_.requests_per_minute = 3;
  EXPECT_EQ(submit("a").status, 200);
  const Answer refused = submit("b");
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.headers.empty());
  EXPECT_EQ(send(Method::kGet, "/api/rest/v1/me").status, 200);
  EXPECT_EQ(send(Method::kGet, "/api/rest/v1/me").status, 429);
  send(Method::kPost, "/_sim/reset-limits");
  EXPECT_EQ(submit("b").status, 200);
}

TEST_F(CloudTest, WithoutMoneyNothingIsAccepted) {
  options_.balance = Money{1};
  EXPECT_EQ(submit("a").status, 200);
  const Answer refused = submit("b");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(json(refused)["error"], "not enough api tokens userId: " + options_.user_id);
  EXPECT_EQ(json(send(Method::kGet, "/_sim/ledger")).size(), 1U);
}

TEST_F(CloudTest, TheListLagsWhereAsked) {
  options_.list_delay = Duration{60'000};
  EXPECT_EQ(status(accepted_id(submit("a")))["status"], "COMPLETE");
  const std::string list = "/api/rest/v1/generations/user/" + options_.user_id;
  EXPECT_EQ(json(send(Method::kGet, list))["generations"].size(), 0U);
}

TEST_F(CloudTest, EnvelopeSeedAndClockFollowTheOptions) {
  options_.top_level_envelope = true;
  options_.echo_seed = false;
  options_.clock_skew = -std::chrono::hours(1);
  const Json answer = json(submit("a", R"(,"seed":7)"));
  EXPECT_TRUE(status(answer["generationId"])["seed"].is_null());
  const auto age = std::chrono::system_clock::now() - time_of_id(answer["generationId"].get<std::string>());
  EXPECT_GE(age, std::chrono::minutes(59));
}

class UploadTest : public CloudTest {
 protected:
  Json announce(const std::string& extension) {
    return json(send(Method::kPost, "/api/rest/v1/init-image", R"({"extension":")" + extension + "\"}"));
  }
  static std::string part(const std::string& name, const std::string& value, const std::string& more = "") {
    return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more + "\r\n\r\n" + value +
           "\r\n";
  }
  Answer upload(const std::string& id, const std::string& fields, const std::string& file,
                bool with_key = false) {
    const std::string path = "/upload/" + id;
    const std::string body = fields + part("file", file, "; filename=\"a\"") + "--b--\r\n";
    Request request;
    request.method = Method::kPost;
    request.path = path;
    request.content_type = "multipart/form-data; boundary=b";
    request.body = body;
    request.has_authorization = with_key;
    return send(request);
  }
  static std::string form_of(const Json& announced) {
    std::string form;
    const Json fields = Json::parse(announced["uploadInitImage"]["fields"].get<std::string>());
    for (const auto& [name, value] : fields.items()) form += part(name, value);
    return form;
  }

  const std::string png_ = "\x89PNG\r\n\x1a\n....";
};

TEST_F(UploadTest, AnUploadedImageCanBeUsedReadAndDeleted) {
  const Json announced = announce("png");
  const std::string id = announced["uploadInitImage"]["id"];
  const std::string frame = R"(,"start_frame":{"id":")" + id + R"(","type":"UPLOADED"})";
  EXPECT_EQ(submit("a", frame).status, 400);
  EXPECT_EQ(upload(id, form_of(announced), png_).status, 204);
  EXPECT_EQ(submit("a", frame).status, 200);
  EXPECT_EQ(json(send(Method::kGet, "/api/rest/v1/init-image/" + id))["init_images_by_pk"]["id"], id);
  send(Method::kDelete, "/api/rest/v1/init-image/" + id);
  EXPECT_TRUE(json(send(Method::kGet, "/api/rest/v1/init-image/" + id))["init_images_by_pk"].is_null());
}

TEST_F(UploadTest, RefusesWhatThePolicyDoesNotCover) {
  const Json announced = announce("jpg");
  const std::string id = announced["uploadInitImage"]["id"];
  const std::string form = form_of(announced);
  EXPECT_EQ(upload(id, form, png_).status, 400);
  EXPECT_EQ(upload(id, form.substr(form.find("--b", 3)), "\xff\xd8\xff").status, 403);
  EXPECT_EQ(upload(id, form + part("extra", "1"), "\xff\xd8\xff").status, 403);
  EXPECT_EQ(upload(derived_id("x", 1), form, "\xff\xd8\xff").status, 403);
  EXPECT_EQ(upload(id, form, "\xff\xd8\xff", true).status, 403);
  EXPECT_EQ(json(send(Method::kGet, "/_sim/violations")).size(), 1U);
  EXPECT_EQ(upload(id, form, "\xff\xd8\xff").status, 204);
}

TEST_F(UploadTest, ThePolicyExpires) {
  options_.upload_policy_life = Duration{-1};
  const Json announced = announce("png");
  const Answer answer = upload(announced["uploadInitImage"]["id"], form_of(announced), png_);
  EXPECT_EQ(answer.status, 403);
  EXPECT_NE(answer.text.find("Policy expired"), std::string::npos);
}

TEST_F(UploadTest, TakesFourExtensions) {
  for (const char* extension : {"png", "jpg", "jpeg", "webp"})
    EXPECT_TRUE(announce(extension).contains("uploadInitImage"));
  EXPECT_EQ(announce("gif")["error"], "invalid file extension");
}

}  // namespace
}  // namespace reeld::sim
