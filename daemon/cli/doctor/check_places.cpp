#include "daemon/app/places.hpp"
#include "daemon/cli/doctor/checks.hpp"

namespace reeld::cli::checks {

void check_places(const Config& config, const std::filesystem::path& database,
                  const std::map<std::string, std::string>& environment, Findings& findings) {
  if (auto fine = app::look_at_places(config, database, environment); !fine) {
    findings.problem("start", fine.error().detail + "; `reeld serve` refuses to start so");
  } else {
    findings.ok("start", "folders and addresses are free for `reeld serve`");
  }
}

}  // namespace reeld::cli::checks
