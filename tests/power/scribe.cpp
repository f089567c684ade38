// A program that does to files what its arguments say, so that the forgetful disk can be tested by itself:
//   scribe write FILE TEXT  append FILE TEXT  cut FILE SIZE  sync PATH  rename FROM TO  remove FILE  mkdir
//   FOLDER ...
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

/// Opens, does, closes; ends the program when anything fails.
template <class Work>
void with_file(const std::string& path, int flags, Work work) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0 || !work(file) || ::close(file) != 0) {
    std::perror(path.c_str());
    std::exit(1);
  }
}

bool put(int file, const std::string& text, off_t offset) {
  return ::pwrite(file, text.data(), text.size(), offset) == static_cast<ssize_t>(text.size());
}

/// Does one step; the number of arguments that it took.
int step(const std::string& verb, const std::string& path, const std::string& third) {
  if (verb == "write") {
    with_file(path, O_RDWR | O_CREAT, [&](int file) { return put(file, third, 0); });
    return 3;
  }
  if (verb == "append") {
    with_file(path, O_WRONLY | O_APPEND, [&](int file) {
      return ::write(file, third.data(), third.size()) == static_cast<ssize_t>(third.size());
    });
    return 3;
  }
  if (verb == "cut") {
    with_file(path, O_RDWR, [&](int file) { return ::ftruncate(file, std::stol(third)) == 0; });
    return 3;
  }
  if (verb == "sync") {
    with_file(path, O_RDONLY, [](int file) { return ::fsync(file) == 0; });
    return 2;
  }
  if (verb == "rename") return ::rename(path.c_str(), third.c_str()) == 0 ? 3 : -1;
  if (verb == "remove") return ::unlink(path.c_str()) == 0 ? 2 : -1;
  if (verb == "mkdir") return ::mkdir(path.c_str(), 0700) == 0 ? 2 : -1;
  return -1;
}

}  // namespace

int main(int count, char** arguments) {
  for (int i = 1; i + 1 < count;) {
    const int taken = step(arguments[i], arguments[i + 1], i + 2 < count ? arguments[i + 2] : "");
    if (taken < 0) {
      std::fprintf(stderr, "scribe: cannot %s %s\n", arguments[i], arguments[i + 1]);
      return 1;
    }
    i += taken;
  }
  return 0;
}
