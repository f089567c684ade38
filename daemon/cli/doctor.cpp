#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "common/config/api_key.hpp"
#include "common/config/secret_file.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/doctor/checks.hpp"
#include "daemon/cli/terminal.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/cli/words.hpp"
#include "daemon/store/open.hpp"

namespace reeld::cli {
namespace {

using checks::Finding;
using checks::Findings;
using checks::Verdict;

Colour verdict_colour(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return Colour::kGreen;
    case Verdict::kWarning:
      return Colour::kYellow;
    case Verdict::kProblem:
      return Colour::kRed;
  }
  return Colour::kNone;
}

void print(const Findings& findings, const Terminal& terminal) {
  for (const Finding& finding : findings.all()) {
    const std::string verdict = pad(to_string(finding.verdict), 8);
    fmt::print("{} {:<11} {}\n", paint(verdict, verdict_colour(finding.verdict), terminal.colours),
               finding.check, finding.words);
  }
  fmt::print("\n{}, {}.\n", count_of(findings.count(Verdict::kProblem), "problem"),
             count_of(findings.count(Verdict::kWarning), "warning"));
}

/// True when --spend was agreed to. Real money is never spent by a flag alone.
bool agreed(const DoctorArguments& arguments) {
  if (arguments.yes) return true;
  if (::isatty(STDIN_FILENO) == 0) {
    fmt::print(stderr, "reeld: --spend renders a film of 6 s, which costs real money: add --yes\n");
    return false;
  }
  fmt::print(stderr,
             "This renders a film of 6 s with the account's key, which costs real money. Go on? [yes/no] ");
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "yes";
}

/// The key that a daemon would have: by this user's own settings, else the packaged service's, which root may
/// read.
Result<ApiKey> find_key(const LeonardoConfig& config, const std::map<std::string, std::string>& environment) {
  constexpr const char* kServiceCredential = "/etc/credstore/leonardo-api-key";
  auto key = find_api_key(config, environment);
  if (key || !config.api_key_file.empty() || ::access(kServiceCredential, R_OK) != 0) return key;
  LeonardoConfig service = config;
  service.api_key_file = kServiceCredential;
  return find_api_key(service, environment);
}

/// That the named file is another user's, who may read it; "" where it is not.
std::string closed_key_words(const Config& config) {
  const auto& file = config.leonardo.api_key_file;
  if (file.empty() || !is_closed_to_us(file)) return "";
  return fmt::format(
      "leonardo.api_key_file: this user may not read {}; run doctor as the daemon's user, or by sudo",
      file.string());
}

/// The key's text; "" where there is none that can be used.
std::string check_key(const Config& config, const Globals& globals, Findings& findings) {
  if (const std::string closed = closed_key_words(config); !closed.empty()) {
    findings.warning("key", closed);
    return {};
  }
  auto key = find_key(config.leonardo, globals.environment);
  if (key) {
    if (key->warning.empty()) {
      findings.ok("key", "there is one: " + key->origin);
    } else {
      findings.warning("key", key->warning);
    }
    return std::move(key->secret);
  }
  findings.problem("key", key.error().detail + "; submits are held until there is one");
  return {};
}

/// Everything beyond this machine.
void check_upstream(const Config& config, const Globals& globals, const DoctorArguments& arguments,
                    std::string key, Findings& findings) {
  auto service = checks::Service::connect(config, globals.environment, std::move(key));
  if (!service) {
    findings.problem("connection", service.error().detail + "; mend that key of the configuration");
    return;
  }
  const auto account = checks::check_service(**service, findings);
  if (!account) return;
  if (arguments.live) checks::check_facts(**service, *account, findings);
  if (arguments.spend) checks::check_by_render(**service, *account, findings);
}

int tell(const Findings& findings, const Globals& globals) {
  if (globals.json) {
    fmt::print("{}\n", dump_json(findings.json()));
  } else {
    print(findings, look_at_terminal(globals.environment));
  }
  return findings.count(Verdict::kProblem) == 0 ? app::kExitDone : app::kExitSomeFailed;
}

}  // namespace

int doctor(const Globals& globals, const DoctorArguments& arguments) {
  if (arguments.spend && !agreed(arguments)) return app::kExitUsage;
  const auto loaded = load(globals);
  if (!loaded) return app::kExitConfig;
  const Config& config = loaded->config;
  const auto database = store::database_file(config.store.url);
  if (!database) return tell(own_trouble(database.error()));
  Control control(globals);
  if (!control.usable()) return control.exit_code();
  const bool thorough = !arguments.quick;

  Findings findings;
  findings.ok("config", "it is right");
  for (const std::string& warning : loaded->warnings) findings.warning("config", warning);
  const checks::Presence daemon = checks::check_daemon(control, arguments.quick, findings);
  const bool runs = daemon == checks::Presence::kAnswers;
  // With --url it was asked elsewhere.
  if (daemon == checks::Presence::kAbsent && control.config() != nullptr)
    checks::check_places(config, *database, globals.environment, findings);
  checks::check_disks(config, *database, thorough, findings);
  checks::check_queue(*database, thorough, runs, findings);
  if (thorough) {
    checks::check_permissions(config, *database, findings);
    checks::check_spool(config, findings);
    std::string key = check_key(config, globals, findings);
    check_upstream(config, globals, arguments, std::move(key), findings);
  }
  return tell(findings, globals);
}

}  // namespace reeld::cli
