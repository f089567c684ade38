#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include <cstdio>

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/dashboard_url.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/verbs.hpp"

extern char** environ;

namespace reeld::cli {
namespace {

bool has_desktop(const std::map<std::string, std::string>& environment) {
  return environment.contains("DISPLAY") || environment.contains("WAYLAND_DISPLAY");
}

/// Hands the link to the desktop's browser. Where that does not work, the printed link does.
void show_in_browser(const std::string& link) {
  std::string program = "xdg-open";
  std::string argument = link;
  char* argv[] = {program.data(), argument.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int output : {STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0);
  }
  pid_t pid = 0;
  if (::posix_spawnp(&pid, program.c_str(), &actions, nullptr, argv, environ) != 0) {
    fmt::print(stderr, "reeld: xdg-open cannot be started; open the link yourself\n");
  }
  posix_spawn_file_actions_destroy(&actions);
}

/// The address without a path: of --url, else by http.listen.
std::string origin(const Globals& globals, const Control& control) {
  if (control.config() != nullptr) return dashboard_url(control.config()->http);
  const auto host = globals.url.find("://");
  return globals.url.substr(0, globals.url.find('/', host == std::string::npos ? 0 : host + 3));
}

}  // namespace

int open(const Globals& globals) {
  Control control(globals);
  if (!control.usable()) return control.exit_code();
  const std::string url = origin(globals, control);
  if (url.empty()) {
    fmt::print(
        stderr,
        "reeld: the dashboard has no address: http.listen holds none (127.0.0.1:8420 is the default)\n");
    return app::kExitConfig;
  }
  // Where no token is asked for, the path is the dashboard's own.
  const auto login = control.post("/v1/login");
  if (!login) return control.exit_code();
  const std::string link = url + text_of(*login, "path");
  if (globals.json) {
    fmt::print("{}\n", dump_json({{"url", link}, {"expires_in_ms", member(*login, "expires_in_ms")}}));
    return app::kExitDone;
  }
  fmt::print("{}\n", link);
  std::fflush(stdout);
  if (has_desktop(globals.environment) && ::isatty(STDOUT_FILENO) != 0) show_in_browser(link);
  return app::kExitDone;
}

}  // namespace reeld::cli
