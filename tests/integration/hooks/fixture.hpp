#pragma once

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <list>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/files/pool.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/files.hpp"

namespace reeld::test {

namespace fs = std::filesystem;

/// A folder, a thread, and a clock that moves only when a test says so. Programs are real.
class HookFixture : public testing::Test {
 protected:
  static constexpr int kPoolThreads = 2;

  ~HookFixture() override {
    cancel_at_once();
    for (int turns = 0; running_ > 0 && turns < 1000; ++turns) clock_.advance(io_, Duration(100)), turn();
    EXPECT_EQ(running_, 0) << "a task was left behind";
    pool_.join();
  }

  fs::path path(const std::string& name) const { return folder_.path() / name; }
  std::string text_path(const std::string& name) const { return path(name).string(); }
  std::string text(const std::string& name) const { return read_file(path(name)); }

  /// A file with these commands.
  std::string script(const std::string& commands) {
    const std::string name = "script-" + std::to_string(++scripts_);
    drop_file(path(name), commands + "\n");
    return text_path(name);
  }
  std::vector<std::string> shell(const std::string& commands) { return {"/bin/sh", script(commands)}; }

  static std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::stringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }

  /// A process that is no zombie either.
  static bool is_running(pid_t pid) {
    const std::string status = read_file("/proc/" + std::to_string(pid) + "/stat");
    const auto name_end = status.rfind(')');
    return name_end != std::string::npos && status.at(name_end + 2) != 'Z';
  }

  void spawn(asio::awaitable<void> task) {
    ++running_;
    asio::cancellation_signal& signal = signals_.emplace_back();
    asio::co_spawn(io_, std::move(task),
                   asio::bind_cancellation_slot(signal.slot(), [this](std::exception_ptr thrown) {
                     --running_;
                     note_end(thrown);
                   }));
  }

  void cancel_at_once() {
    for (auto& signal : signals_) signal.emit(asio::cancellation_type::terminal);
  }

  /// Cancels everything that waits, after what is ready has run.
  void cancel() {
    turn();
    cancel_at_once();
    turn();
  }

  int running() const { return running_; }

  /// Runs what is ready, and a little while for what other programs do.
  void turn() {
    io_.restart();
    io_.run_for(std::chrono::milliseconds(2));
  }

  /// Lets everything run until `condition` holds; fails the test after a time that no healthy run needs.
  void wait_until(const std::function<bool()>& condition, const char* what) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), limit) << "never happened: " << what;
      turn();
    }
  }

  asio::io_context io_;
  FakeClock clock_;
  files::Pool pool_{kPoolThreads};

 private:
  static void note_end(std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
      EXPECT_EQ(error.code(), asio::error::operation_aborted) << error.what();
    } catch (const std::exception& error) {
      ADD_FAILURE() << "a task ended with: " << error.what();
    }
  }

  TempDir folder_;
  int scripts_ = 0;
  std::list<asio::cancellation_signal> signals_;
  int running_ = 0;
};

}  // namespace reeld::test
