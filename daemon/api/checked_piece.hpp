#pragma once

#include <vector>

#include "common/job/catalogue.hpp"
#include "daemon/api/body_pieces.hpp"

namespace reeld::api {

/// A valid job, and where in the body it stood: its line, or its element's number from 1.
struct PlacedJob {
  int position = 0;
  JobSpec spec;
};

struct CheckedPiece {
  std::vector<PlacedJob> jobs;
  std::vector<Problem> problems;  ///< the first 100, with the lines of the whole body
  std::size_t problem_count = 0;  ///< of all
};

/// Checks the jobs of a piece. Takes a while: for the pool.
CheckedPiece check_piece(BodyPiece piece, JobFormat format, const Catalogue& catalogue);

/// True when the body may hold several jobs: lines, or an array.
bool is_list(const BodyPiece& first, JobFormat format);

}  // namespace reeld::api
