#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/util/time.hpp"
#include "tests/simulator/fault.hpp"

namespace reeld::matrix {

/// Kills the daemon with the `passage`-th passage of a crash point.
struct Kill {
  std::string point;
  int passage = 1;
};

/// One line of the matrix: an installation of its own, some jobs, and what goes wrong meanwhile.
struct Row {
  std::string fault;
  std::string stage;
  int jobs = 20;
  std::vector<sim::Fault> faults{};
  std::optional<Kill> kill{};
  std::string if_absent = "park";
  bool twins = false;             ///< each prompt and seed is asked for by two jobs
  bool echo_seed = true;          ///< the list shows seeds
  bool enhance = false;           ///< the service rewrites prompts
  bool start_frames = false;      ///< each job brings an image to upload
  std::uint64_t video_bytes = 0;  ///< 0: a clip's natural size
  bool slow = false;              ///< waits for a limit of time that ships: begun first

  std::string name() const { return fault + " at " + stage; }
};

/// What came out, in jobs.
struct Tally {
  int jobs = 0;
  int succeeded = 0;
  int failed = 0;
  int parked = 0;
  int lost = 0;         ///< gone, without a final state or a reason, or without the film that was paid for
  int duplicated = 0;   ///< more than one generation that was not refunded or empty
  int unknown = 0;      ///< times that a job's outcome was not known
  int resolved = 0;     ///< of these, how many were found or proved absent without a person
  Duration slowest{0};  ///< from not knowing to knowing
  int kills = 0;
  Duration took{0};
  std::vector<std::string> problems{};  ///< what a person has to look at; none: the row is good
};

}  // namespace reeld::matrix
