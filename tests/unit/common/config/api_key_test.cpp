#include "common/config/api_key.hpp"

#include <gtest/gtest.h>

#include "common/config/secret_file.hpp"
#include "config/temp_folder.hpp"

namespace reeld {
namespace {

class ApiKeyTest : public testing::Test {
 protected:
  Result<ApiKey> find() { return find_api_key(config_, environment_); }

  test::TempFolder folder_;
  LeonardoConfig config_{};
  std::map<std::string, std::string> environment_;
};

TEST_F(ApiKeyTest, SaysTheThreePlacesWhenThereIsNone) {
  const auto key = find();
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, Errc::kNotFound);
  for (const char* place : {"leonardo.api_key_file", "leonardo-api-key", "LEONARDO_API_KEY"}) {
    EXPECT_NE(key.error().detail.find(place), std::string::npos) << place;
  }
}

TEST_F(ApiKeyTest, TellsAServiceWhereItsCredentialBelongs) {
  environment_["CREDENTIALS_DIRECTORY"] = "/run/credentials/none.service";
  const auto key = find();
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, Errc::kNotFound);
  for (const char* words : {"/etc/credstore/leonardo-api-key", "0600", "restart", "leonardo.api_key_file"}) {
    EXPECT_NE(key.error().detail.find(words), std::string::npos) << words;
  }
}

TEST_F(ApiKeyTest, TellsAContainerWhereItsSecretBelongs) {
  environment_["CREDENTIALS_DIRECTORY"] = folder_.path().string();
  const auto key = find();
  ASSERT_FALSE(key);
  const std::string& said = key.error().detail;
  EXPECT_NE(said.find((folder_.path() / "leonardo-api-key").string()), std::string::npos) << said;
  EXPECT_NE(said.find("LEONARDO_API_KEY"), std::string::npos) << said;
  for (const char* words : {"credstore", "restart", "systemd"}) {
    EXPECT_EQ(said.find(words), std::string::npos) << said;
  }
}

TEST_F(ApiKeyTest, FollowsTheOrderOfPlaces) {
  environment_["LEONARDO_API_KEY"] = "from-variable";
  EXPECT_EQ(find()->secret, "from-variable");
  EXPECT_EQ(find()->origin, "LEONARDO_API_KEY");
  environment_["CREDENTIALS_DIRECTORY"] = folder_.path().string();
  EXPECT_EQ(find()->secret, "from-variable");
  folder_.write("leonardo-api-key", "from-credential\n");
  EXPECT_EQ(find()->secret, "from-credential");
  config_.api_key_file = folder_.write("key", "from-file");
  EXPECT_EQ(find()->secret, "from-file");
  EXPECT_EQ(find()->origin, (folder_.path() / "key").string());
}

TEST_F(ApiKeyTest, TrimsWhiteSpace) {
  config_.api_key_file = folder_.write("key", " \t1f1a06db-37cd\r\n\n");
  EXPECT_EQ(find()->secret, "1f1a06db-37cd");
}

TEST_F(ApiKeyTest, WarnsOfAFileThatOthersMayRead) {
  config_.api_key_file = folder_.write("key", "secret");
  EXPECT_EQ(find()->warning, "");
  for (unsigned mode : {0640U, 0604U, 0620U, 0644U}) {
    std::filesystem::permissions(config_.api_key_file, std::filesystem::perms(mode));
    const auto key = find();
    ASSERT_TRUE(key) << mode;
    EXPECT_EQ(key->secret, "secret");
    EXPECT_NE(key->warning.find("chmod 600"), std::string::npos);
    EXPECT_EQ(key->warning.find("secret"), std::string::npos);
    EXPECT_FALSE(read_secret_file(config_.api_key_file, "a token")) << "other secrets are refused so";
  }
}

TEST_F(ApiKeyTest, TrustsSystemdsFolder) {
  environment_["CREDENTIALS_DIRECTORY"] = folder_.path().string();
  const auto file = folder_.write("leonardo-api-key", "secret");
  std::filesystem::permissions(file, std::filesystem::perms(0440));
  EXPECT_EQ(find()->secret, "secret");
  config_.api_key_file = file;
  EXPECT_EQ(find()->secret, "secret");
  EXPECT_EQ(find()->warning, "");
}

TEST_F(ApiKeyTest, ANamedFileThatIsMissingIsNoReasonToLookFurther) {
  environment_["LEONARDO_API_KEY"] = "from-variable";
  config_.api_key_file = folder_.path() / "none";
  const auto key = find();
  ASSERT_FALSE(key);
  EXPECT_NE(key.error().detail.find("No such file"), std::string::npos);
}

TEST_F(ApiKeyTest, RefusesWhatCannotBeAKeyAndNeverQuotesIt) {
  for (const std::string& text : {std::string(""), std::string(" \n"), std::string("hush one"),
                                  std::string("hush\none"), std::string("hush\x01"), std::string("hush\xFF"),
                                  std::string("hush\0", 5), "hush" + std::string(5000, 'x')}) {
    config_.api_key_file = folder_.write("key", text);
    const auto key = find();
    ASSERT_FALSE(key) << text.size();
    EXPECT_EQ(key.error().code, Errc::kBadInput);
    EXPECT_EQ(key.error().detail.find("hush"), std::string::npos);
  }
  config_.api_key_file = folder_.path();
  EXPECT_FALSE(find());
}

TEST_F(ApiKeyTest, AnEmptyVariableIsNoKey) {
  environment_["LEONARDO_API_KEY"] = "";
  environment_["CREDENTIALS_DIRECTORY"] = "";
  EXPECT_EQ(find().error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace reeld
