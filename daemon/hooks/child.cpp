#include "daemon/hooks/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

namespace reeld::hooks {

using files::Descriptor;

namespace {

constexpr std::string_view kStart = "hooks.start";

struct Pipe {
  Descriptor reader;
  Descriptor writer;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error(kStart, errno, "pipe");
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// A file in memory, read from its start: a program that never reads it holds nobody up.
Result<Descriptor> file_with(std::string_view text) {
  Descriptor file(::memfd_create("reeld-hook", MFD_CLOEXEC));
  if (!file.is_open()) return errno_error(kStart, errno, "memfd_create");
  auto written = files::write_at(kStart, file, text, 0, "the message");
  if (!written) return written.error();
  return file;
}

/// What happens to the descriptors and the folder between fork and exec.
class FileActions {
 public:
  FileActions(const Descriptor& input, const Descriptor& output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output.get(), STDERR_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions_, "/");
    // Asio opens its sockets without close-on-exec.
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// A group of its own, and signals as a program expects them: the daemon ignores some.
class Attributes {
 public:
  Attributes() {
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attributes_, 0);
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
  }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

/// Not by glibc's pidfd_open(): 2.36 declares it without extern "C".
Descriptor open_pidfd(pid_t pid) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

}  // namespace

Result<Child> Child::start(Launch launch) {
  auto input = file_with(launch.input);
  if (!input) return input.error();
  auto output = make_pipe();
  if (!output) return output.error();
  const FileActions actions(*input, output->writer);
  const Attributes attributes;
  const auto argv = pointers(launch.argv);
  const auto environment = pointers(launch.environment);
  pid_t pid = -1;
  const int failed =
      ::posix_spawnp(&pid, argv.front(), actions.get(), attributes.get(), argv.data(), environment.data());
  if (failed != 0) return errno_error(kStart, failed, launch.argv.front());
  Child child(pid, std::move(output->reader));
  child.exit_ = open_pidfd(pid);
  if (!child.exit_.is_open()) return errno_error(kStart, errno, "pidfd_open");
  return child;
}

Child::~Child() {
  if (pid_ < 0) return;
  signal(SIGKILL);
  // Whoever still wanted to know how it ended would have asked.
  (void)reap();
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_(std::move(other.exit_)), output_(std::move(other.output_)) {}

void Child::signal(int number) const {
  ::kill(-pid_, number);
}

Result<int> Child::reap() {
  const pid_t pid = std::exchange(pid_, -1);
  int status = 0;
  while (::waitpid(pid, &status, 0) != pid) {
    if (errno != EINTR) return errno_error("hooks.reap", errno, "waitpid");
  }
  return status;
}

}  // namespace reeld::hooks
