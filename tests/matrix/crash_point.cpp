// The armed crash point. REELD_CRASH_AT="commit.after/store.intent:3" kills the process with the third
// passage of that point; REELD_CRASH_LOG=FILE gets a line for each passage of any.
#include "common/util/crash_point.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <mutex>
#include <string>

namespace reeld {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

class CrashPlan {
 public:
  CrashPlan() {
    const std::string aim = variable("REELD_CRASH_AT");
    const auto colon = aim.rfind(':');
    if (colon != std::string::npos) {
      name_ = aim.substr(0, colon);
      left_ = std::stoi(aim.substr(colon + 1));
    }
    const std::string log = variable("REELD_CRASH_LOG");
    if (!log.empty()) log_ = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }

  void pass(const std::string& name) {
    const std::lock_guard lock(mutex_);
    if (log_ >= 0) write_line(name);
    if (name != name_ || --left_ > 0) return;
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
  }

 private:
  void write_line(const std::string& name) const {
    const std::string line = name + "\n";
    if (::write(log_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  }

  std::mutex mutex_;
  std::string name_;
  int left_ = 0;
  int log_ = -1;
};

}  // namespace

void crash_point(std::string_view point, std::string_view what) {
  static CrashPlan plan;
  std::string name(point);
  if (!what.empty()) name.append("/").append(what);
  plan.pass(name);
}

}  // namespace reeld
