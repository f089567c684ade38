#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/spool/intake.hpp"
#include "daemon/spool/reporter.hpp"
#include "tests/integration/spool/fake_store.hpp"
#include "tests/unit/files/temp_folder.hpp"

namespace reeld::test {

namespace asio = boost::asio;
namespace fs = std::filesystem;

/// A job file's text that the catalogue accepts.
inline std::string job_text(const std::string& prompt, const std::string& reeld = "") {
  std::string text = R"({"model":"ltxv-2.0-pro","parameters":{"prompt":")" + prompt + R"(","duration":8})";
  if (!reeld.empty()) text += R"(,"reeld":{)" + reeld + "}";
  return text + "}";
}

/// A spool of a test's own, with an intake that works while the test waits for something.
class SpoolTest : public testing::Test {
 protected:
  SpoolTest() {
    options_.dir = folder_ / "spool";
    options_.settle = Duration(50);
    options_.output = "{batch}/{name}";
    options_.timezone = "UTC";
    options_.copies = folder_ / "frames";
  }
  ~SpoolTest() override { stop(); }

  /// Makes the folders without an intake, to put things there before it starts.
  void make_folders() { ASSERT_TRUE(spool::make_folders(layout())); }

  void start() {
    intake_ =
        std::make_unique<spool::Intake>(spool::IntakeParts{store_, pool_, clock_, uuids_, catalogue_, store_},
                                        options_, [this] { ++accepted_calls_; });
    const auto prepared = intake_->prepare();
    ASSERT_TRUE(prepared) << describe(prepared.error());
    spawn(intake_->run());
  }

  void spawn(asio::awaitable<void> task) {
    ++running_;
    signals_.push_back(std::make_unique<asio::cancellation_signal>());
    asio::co_spawn(context_, std::move(task),
                   asio::bind_cancellation_slot(signals_.back()->slot(), [this](std::exception_ptr thrown) {
                     --running_;
                     note_end(thrown);
                   }));
  }

  /// Cancels what runs and lets it end.
  void stop() {
    for (auto& signal : signals_) signal->emit(asio::cancellation_type::terminal);
    while (running_ > 0) turn();
    signals_.clear();
    intake_.reset();
  }

  /// Lets everything run until `condition` holds; fails the test after a time that no healthy run needs.
  void wait_until(const std::function<bool()>& condition, const char* what) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), limit) << "never happened: " << what;
      turn();
    }
  }

  /// Lets everything run for a while in which nothing should happen.
  void run_for(Duration time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) turn();
  }

  void wait_for_batches(std::size_t count) {
    wait_until([this, count] { return store_.batches.size() >= count && claims() == 0; },
               "batches in the store");
  }
  void wait_for_file(const fs::path& path) {
    wait_until([this, path] { return fs::exists(path) && claims() == 0; }, path.c_str());
  }

  spool::Layout layout() const { return spool::Layout(options_.dir); }
  fs::path incoming(const std::string& name) const { return layout().incoming() / name; }
  fs::path rejected(const std::string& name) const { return layout().rejected() / name; }
  fs::path accepted(const std::string& name) const { return layout().accepted(clock_.now()) / name; }

  /// Makes the file elsewhere and moves it in, as mv does.
  void drop(const std::string& name, const std::string& text) {
    const fs::path ready = options_.dir / ".ready";
    write_text(ready, text);
    fs::rename(ready, incoming(name));
  }

  std::size_t claims() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(layout().claimed())) ++count;
    return count;
  }

  static Json read_json(const fs::path& path) {
    auto parsed = parse_json(read_text(path));
    EXPECT_TRUE(parsed) << path << ": " << read_text(path);
    return parsed ? *parsed : Json();
  }

  /// The first problem that a rejected file's reasons name.
  std::string first_problem(const std::string& name) {
    const Json error = read_json(rejected(name + ".error.json"));
    return error.is_object() ? error.at("problems").at(0).at("message").get<std::string>() : "";
  }

  FakeStore::Batch& only_batch() { return store_.batches.begin()->second; }
  std::vector<store::NewJob>& only_jobs() { return store_.accepted_jobs.begin()->second; }

  TempFolder folder_;
  spool::IntakeOptions options_;
  SystemClock clock_;
  SeededRandom random_{7};
  UuidGenerator uuids_{clock_, random_};
  Catalogue catalogue_ = Catalogue::embedded();
  FakeStore store_{clock_};
  files::Pool pool_{2};
  asio::io_context context_;
  std::unique_ptr<spool::Intake> intake_;
  int accepted_calls_ = 0;

 private:
  void turn() {
    context_.restart();
    context_.run_for(std::chrono::milliseconds(5));
  }

  void note_end(std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
      EXPECT_EQ(error.code(), asio::error::operation_aborted) << error.what();
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }

  std::vector<std::unique_ptr<asio::cancellation_signal>> signals_;
  int running_ = 0;
};

}  // namespace reeld::test
