#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace reeld::server_test {

/// A blocking socket that says whatever a test wants. Gives up after half a minute.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  explicit RawClient(const std::filesystem::path& socket);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False when the server closed.
  bool send(std::string_view text) const;

  /// Sends no more, but still reads.
  void end_sending() const;

  /// Reads until `marker` has arrived; all that is read is returned, and kept no longer. At the end of the
  /// connection: what there was.
  std::string read_until(std::string_view marker);

  /// All until the server closes.
  std::string read_to_end();

  /// Lets the kernel take little of what the server sends, so that a stalled reader shows soon.
  void shrink_receive_buffer() const;

 private:
  void set_limits() const;

  int handle_;
  std::string unread_;
};

/// Sends `text` on a connection of its own and returns all that comes back.
std::string ask(std::uint16_t port, std::string_view text);

/// The three digits behind "HTTP/1.1 "; 0 where there is no answer.
int status_of(std::string_view answer);

/// How often `part` stands in `text`.
int count_of(std::string_view text, std::string_view part);

}  // namespace reeld::server_test
