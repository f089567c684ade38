#include "daemon/cli/render_queue.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reeld::cli {

namespace fs = std::filesystem;

namespace {

/// A socket's address is short, and its file is made under a longer name.
constexpr std::size_t kLongestState = 85;

bool is_default(const LoadedConfig& loaded, std::string_view key) {
  const auto found = std::ranges::find(loaded.origins, key, &ConfigOrigin::key);
  return found != loaded.origins.end() && found->origin == "default";
}

}  // namespace

RenderPlaces places_of(const RenderArguments& arguments) {
  const fs::path output = fs::absolute(arguments.output);
  return {output, arguments.state.empty() ? output / ".reeld" : fs::absolute(arguments.state)};
}

Globals own_queue(const Globals& globals, const LoadedConfig& theirs, const RenderArguments& arguments) {
  const RenderPlaces places = places_of(arguments);
  Globals own = globals;
  own.data_dir = places.state.string();
  own.url.clear();
  // The progress is shown; the log only tells of trouble.
  if (is_default(theirs, "log.level")) own.settings.emplace_back("log.level=warn");
  own.settings.push_back("results.dir=" + places.output.string());
  own.settings.push_back("spool.dir=" + (places.state / "spool").string());
  own.settings.push_back("store.url=sqlite://" + (places.state / "queue.db").string());
  // Only the control socket, which is in the data folder then.
  own.settings.emplace_back("http.listen=");
  own.environment.erase("RUNTIME_DIRECTORY");
  // What is forgotten would be paid for again by the same command.
  own.settings.emplace_back("retention.jobs=0s");
  own.settings.emplace_back("retention.files=0s");
  if (arguments.max_cost) own.settings.push_back("budget.total=" + *arguments.max_cost);
  return own;
}

Result<void> check_state_place(const fs::path& state, bool allow_network_filesystem,
                               const store::FilesystemType& filesystem_type) {
  if (state.native().size() > kLongestState) {
    return Error{
        Errc::kBadInput, "cli.render",
        fmt::format("the path {} is too long for the queue, which has a socket in it; name a folder with "
                    "{} characters at most by --state DIR, the same each time",
                    state.string(), kLongestState)};
  }
  store::OpenOptions options{state / "queue.db", allow_network_filesystem};
  options.filesystem_type = filesystem_type;
  auto fine = store::check_filesystem(options);
  if (fine || fine.error().code != Errc::kBadInput) return fine;
  return Error{
      Errc::kBadInput, fine.error().operation,
      fmt::format("the queue cannot live in {}: it is on a network filesystem, where SQLite can be "
                  "corrupted. Put it on a local disk with --state DIR, and name the same folder each "
                  "time; the films may stay where they are",
                  state.string())};
}

}  // namespace reeld::cli
