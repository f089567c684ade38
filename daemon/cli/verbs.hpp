#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/config/load.hpp"
#include "daemon/cli/job_choice.hpp"
#include "daemon/store/records.hpp"

/// The verbs, one file each. Every one returns the program's exit code.
namespace reeld::cli {

/// What stands before or behind any verb.
struct Globals {
  std::string config_file;            ///< --config; empty: the default place
  std::string data_dir;               ///< --data-dir; empty: not given
  std::vector<std::string> settings;  ///< --set section.key=value
  bool json = false;                  ///< --json
  std::string url;                    ///< --url; empty: the control socket
  std::string token_file;             ///< --token-file
  std::map<std::string, std::string> environment;
};

/// Loads the configuration, or says all that is wrong with it.
std::variant<LoadedConfig, ConfigProblems> read_config(const Globals& globals);

/// Loads the configuration; tells every problem on stderr and gives nothing when it is wrong.
std::optional<LoadedConfig> load(const Globals& globals);

int serve(const Globals& globals);

struct CheckArguments {
  std::vector<std::string> files;  ///< "-": standard input
};
int check(const Globals& globals, const CheckArguments& arguments);

struct RenderArguments {
  std::vector<std::string> paths;  ///< files, folders, "-"
  std::string output;              ///< where the films go
  std::string state;               ///< where the queue lives; empty: .reeld in `output`
  bool retry_failed = false;
  std::optional<std::string> max_cost;  ///< decimal dollars; nothing: no limit
  bool dry_run = false;                 ///< only say what would be done
};
int render(const Globals& globals, const RenderArguments& arguments);

int config_check(const Globals& globals);
int config_show(const Globals& globals);

int migrate_status(const Globals& globals);
int migrate_up(const Globals& globals);

struct SubmitArguments {
  std::vector<std::string> files;  ///< "-": standard input
  std::string batch;               ///< empty: called after the file
  std::string key;                 ///< Idempotency-Key; empty: a random one for each file
  bool wait = false;
  bool ids = false;    ///< print the ids alone
  bool check = false;  ///< take nothing in
};
int submit(const Globals& globals, const SubmitArguments& arguments);

struct ListArguments {
  JobChoice choice;
  int limit = 100;  ///< 0: all
};
int list(const Globals& globals, const ListArguments& arguments);

struct ShowArguments {
  std::string id;
};
int show(const Globals& globals, const ShowArguments& arguments);

struct WatchArguments {
  std::vector<std::string> ids;
  std::string batch;  ///< id or name
};
int watch(const Globals& globals, const WatchArguments& arguments);

struct ActArguments {
  store::Action action = store::Action::kCancel;
  std::vector<std::string> jobs;  ///< ids or parts of them, "-" for standard input, or ALL
  JobChoice choice;
  bool dry_run = false;
  bool delete_upstream = false;
};
int act(const Globals& globals, const ActArguments& arguments);

struct ResolveArguments {
  std::string id;
  bool resend = false;
  std::string adopt;  ///< a generation's id
  bool fail = false;
};
int resolve(const Globals& globals, const ResolveArguments& arguments);

struct PauseArguments {
  std::string reason;
};
int pause(const Globals& globals, const PauseArguments& arguments);
int resume(const Globals& globals);

int stats(const Globals& globals);

struct CostsArguments {
  std::string by;     ///< hour, day, model, batch or tag
  std::string since;  ///< RFC 3339, or "7d": so long ago; empty: 30 days ago
  std::string until;  ///< the same; empty: now
};
int costs(const Globals& globals, const CostsArguments& arguments);

struct BatchesArguments {
  int limit = 50;  ///< 0: all
};
int batches(const Globals& globals, const BatchesArguments& arguments);

int open(const Globals& globals);

struct PruneArguments {
  std::string older_than;           ///< an age: "30d"
  std::vector<std::string> states;  ///< final ones; empty: all
  bool files = false;
  bool dry_run = false;
  bool yes = false;  ///< this machine's clock is right, though no daemon says so
};
int prune(const Globals& globals, const PruneArguments& arguments);

struct BackupArguments {
  std::string file;
  bool force = false;  ///< replace what is there
};
int backup(const Globals& globals, const BackupArguments& arguments);

struct DoctorArguments {
  bool quick = false;  ///< only what is quick and sends nothing
  bool live = false;   ///< ask the service for undocumented facts, by free requests
  bool spend = false;  ///< and by one render
  bool yes = false;    ///< that was agreed to
};
int doctor(const Globals& globals, const DoctorArguments& arguments);

}  // namespace reeld::cli
