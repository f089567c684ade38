#pragma once

#include <filesystem>
#include <string>

namespace reeld::http_test {

/// A certificate and its key, in PEM.
struct Identity {
  std::string certificate;
  std::string key;
};

/// A certificate authority that lives as long as a test.
class TestCa {
 public:
  explicit TestCa(const std::string& name);
  ~TestCa();
  TestCa(const TestCa&) = delete;
  TestCa& operator=(const TestCa&) = delete;

  /// A certificate for `names` ("DNS:localhost,IP:127.0.0.1"), valid from and until that many days from now.
  Identity issue(const std::string& names, int first_day = -1, int last_day = 30) const;

  /// A file with the authority's own certificate, for ClientOptions::ca_file.
  const std::filesystem::path& file() const { return file_; }

 private:
  struct Keys;

  Keys* keys_;
  std::filesystem::path file_;
};

}  // namespace reeld::http_test
