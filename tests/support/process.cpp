#include "tests/support/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <thread>

#include "tests/support/files.hpp"

extern char** environ;

namespace reeld::test {

namespace {

std::vector<std::string> merged_environment(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!changes.contains(text.substr(0, text.find('=')))) entries.push_back(text);
  }
  for (const auto& [name, value] : changes) entries.push_back(name + "=" + value);
  return entries;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

/// A file that is gone by name at once, holding `text`, read from the start.
int file_with(const std::string& text) {
  const int descriptor = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) throw std::runtime_error("no temporary file");
  if (::write(descriptor, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("no room for a temporary file");
  }
  ::lseek(descriptor, 0, SEEK_SET);
  return descriptor;
}

}  // namespace

Process::Process(const Command& command) {
  auto argv_texts = command.argv;
  auto environment_texts = merged_environment(command.environment);
  const auto argv = pointers(argv_texts);
  const auto environment = pointers(environment_texts);
  const int input = file_with(command.input);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  const std::string output = command.output.empty() ? "/dev/null" : command.output.string();
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  // Asio opens sockets without close-on-exec: a simulator's listening port must not live on in the child.
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  const int failed = ::posix_spawnp(&pid_, argv.front(), &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(input);
  if (failed != 0) throw std::runtime_error("cannot start " + command.argv.front());
}

Process::~Process() {
  if (ended_) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
}

void Process::signal(int number) const {
  ::kill(pid_, number);
}

std::optional<int> Process::wait(std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!ended_) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
      break;
    }
    if (std::chrono::steady_clock::now() >= until) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return ended_;
}

Finished run_program(Process::Command command) {
  const TempDir dir;
  command.output = dir.path() / "output";
  Process process(command);
  const auto code = process.wait(std::chrono::minutes(1));
  if (!code) throw std::runtime_error(command.argv.front() + " did not end");
  return {*code, read_file(command.output)};
}

}  // namespace reeld::test
