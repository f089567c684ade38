#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/util/time.hpp"

namespace reeld {

struct LeonardoConfig {
  std::string base_url;
  std::filesystem::path ca_file;
  std::filesystem::path api_key_file;
  std::vector<std::string> allowed_download_hosts;
  std::string proxy;
  std::filesystem::path models_file;
};

/// 0 means unlimited in all of them.
struct LimitsConfig {
  int requests_per_minute;
  int submits_per_minute;
  int max_generations;
  int max_downloads;
};

struct PollConfig {
  Duration first;
  Duration min_interval;
  Duration max_interval;
};

struct RetryConfig {
  int render_attempts;
  Duration base_delay;
  Duration max_delay;
  Duration render_timeout;
  Duration download_for;
};

struct ReconcileConfig {
  Duration settle_time;
  std::string if_absent;  ///< "park" or "resend"
};

struct SpoolConfig {
  std::filesystem::path dir;
  Duration settle;
  Duration rescan;
  Duration duplicate_window;
  std::vector<std::filesystem::path> asset_roots;
};

/// What a local picture must be to become a film's frame.
struct FramesConfig {
  int max_mib;
  int min_side;  ///< pixels
  int max_side;
};

struct ResultsConfig {
  std::filesystem::path dir;
  std::string output;    ///< template of the result path
  std::string timezone;  ///< IANA name, "UTC" or "local", for {date} and {time}
  int mode;              ///< permission bits of published files
  int min_free_mib;      ///< room that stays free on its disk; 0: none
};

/// 0 means for ever in both.
struct RetentionConfig {
  Duration jobs;   ///< how long a finished job stays on record
  Duration files;  ///< how long the files of one that succeeded stay
};

struct StoreConfig {
  std::string url;  ///< "sqlite:///var/lib/reeld/queue.db"
  bool allow_network_filesystem;
};

struct HttpConfig {
  std::vector<std::string> listen;  ///< "host:port" or "unix:/path"
  std::filesystem::path token_file;
  std::filesystem::path cert_file;
  std::filesystem::path key_file;
  std::vector<std::string> allowed_hosts;
  std::string base_path;  ///< "" or "/reeld"
};

struct HooksConfig {
  std::vector<std::string> command;  ///< program and arguments; empty: none
  std::string url;                   ///< empty: none
  std::filesystem::path secret_file;
  std::vector<std::string> events;  ///< empty: all
  Duration timeout;
  Duration keep_trying;
};

struct LogConfig {
  std::string level;
  std::string format;  ///< "text", "json" or "journald"
};

struct BudgetConfig {
  std::string per_day;  ///< decimal dollars; empty: none
  std::string per_batch;
  std::string total;
};

/// Everything that can be set, resolved and checked. Never changes; a reload makes a new one.
struct Config {
  std::filesystem::path data_dir;
  Duration shutdown_timeout;
  LeonardoConfig leonardo;
  LimitsConfig limits;
  PollConfig poll;
  RetryConfig retry;
  ReconcileConfig reconcile;
  BudgetConfig budget;
  SpoolConfig spool;
  FramesConfig frames;
  ResultsConfig results;
  RetentionConfig retention;
  StoreConfig store;
  HttpConfig http;
  HooksConfig hooks;
  LogConfig log;
};

}  // namespace reeld
