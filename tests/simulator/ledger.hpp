#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/util/time.hpp"

namespace reeld::sim {

struct Generation;
struct Options;

/// One accepted generation, as the judge of a test sees it.
struct LedgerEntry {
  std::string id;
  Time at;
  std::string prompt;
  std::int64_t seed = 0;
  bool seed_was_given = false;
  std::string model;
  int width = 0;
  int height = 0;
  int duration = 0;
  int quantity = 1;
  bool is_public = false;
  std::string cost;
  std::string status;
  std::string key;  ///< which API key paid
  bool deleted = false;
  bool refunded = false;
  std::string start_image;          ///< the start frame's id, or empty
  std::vector<std::string> sha256;  ///< of each film, once complete
};

/// Fills in the film hashes where they are still missing, which reads all of a large film.
LedgerEntry ledger_entry(Generation& generation, const Options& options);

/// The entry as JSON text.
std::string ledger_text(const LedgerEntry& entry);

}  // namespace reeld::sim
