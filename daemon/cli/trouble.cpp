#include "daemon/cli/trouble.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>

#include <cstdio>

#include "common/job/text.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/json_members.hpp"

namespace reeld::cli {
namespace {

using http::local::Response;
using http::local::Target;

constexpr std::size_t kMostWords = 2000;

std::string place(const Target& target) {
  return target.socket.empty() ? target.url : target.socket.string();
}

std::string how_to_start() {
  return "Start it with `reeld serve`, or with `systemctl start reeld` where it is a service.";
}

std::string who_may(const std::filesystem::path& socket) {
  struct stat info{};
  if (::stat(socket.c_str(), &info) != 0) {
    return fmt::format("this user may not look into {}: become a member of the folder's group, or use sudo",
                       socket.parent_path().string());
  }
  const group* owner = ::getgrgid(info.st_gid);
  const std::string name = owner != nullptr ? owner->gr_name : std::to_string(info.st_gid);
  return fmt::format(
      "this user may not use {}: it belongs to the group {}; become a member of that group (and log in "
      "again), or use sudo",
      socket.string(), name);
}

Trouble nobody_there(const Error& error, const Target& target) {
  std::string words;
  if (target.socket.empty()) {
    words = fmt::format("no daemon answers at {}: {}", target.url, printable(error.detail, kMostWords));
  } else if (error.code == Errc::kNotFound) {
    words = fmt::format("the daemon is not running: there is no socket at {}. {}", target.socket.string(),
                        how_to_start());
  } else {
    words = fmt::format("the daemon does not answer at {} ({}). {}", target.socket.string(),
                        printable(error.detail, kMostWords), how_to_start());
  }
  return {std::move(words), app::kExitUnavailable};
}

int exit_code_of(int status) {
  switch (status) {
    case 400:
    case 404:
      return app::kExitUsage;
    case 401:
      return app::kExitConfig;
    case 409:
    case 413:
    case 415:
    case 422:
      return app::kExitSomeFailed;
    case 429:
    case 503:
      return app::kExitTryLater;
    default:
      return app::kExitUnavailable;
  }
}

std::string candidates(const Json& problem) {
  std::string lines;
  for (const Json& id : array_of(problem, "candidates")) {
    if (id.is_string()) lines += "\n  " + printable(id.get_ref<const std::string&>(), kMostWords);
  }
  return lines;
}

Trouble words_for(const Error& error, const Target& target) {
  switch (error.code) {
    case Errc::kNotFound:
    case Errc::kUnavailable:
      return nobody_there(error, target);
    case Errc::kPeerRejected:
      return {who_may(target.socket), app::kExitUnavailable};
    case Errc::kTimedOut:
      return {fmt::format("the daemon at {} did not answer in time", place(target)), app::kExitTryLater};
    case Errc::kPeerBroken:
      return {fmt::format("what answers at {} broke off or is no reeld: {}", place(target),
                          printable(error.detail, kMostWords)),
              app::kExitUnavailable};
    default:
      return own_trouble(error);
  }
}

}  // namespace

Trouble connection_trouble(const Error& error, const Target& target) {
  Trouble trouble = words_for(error, target);
  trouble.cause = error.code;
  return trouble;
}

Trouble refusal_trouble(const Response& response, const Target& target) {
  Trouble trouble;
  trouble.exit_code = exit_code_of(response.status);
  if (auto parsed = parse_json_leniently(response.body); parsed && parsed->is_object()) {
    trouble.problem = std::move(*parsed);
  }
  if (response.status == 401) {
    trouble.words =
        target.token.empty()
            ? fmt::format("{} asks for a token: give --token-file FILE, or set REELD_TOKEN", place(target))
            : fmt::format("{} does not take this token", place(target));
    return trouble;
  }
  trouble.words = text_of(trouble.problem, "detail");
  if (trouble.words.empty()) trouble.words = text_of(trouble.problem, "title");
  if (trouble.words.empty()) {
    trouble.words =
        fmt::format("{} answered {}: {}", place(target), response.status, printable(response.body, 200));
  }
  trouble.words += candidates(trouble.problem);
  return trouble;
}

Trouble own_trouble(const Error& error) {
  return {printable(error.detail, kMostWords), app::exit_code(error)};
}

int tell(const Trouble& trouble) {
  fmt::print(stderr, "reeld: {}\n", trouble.words);
  return trouble.exit_code;
}

}  // namespace reeld::cli
