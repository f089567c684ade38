#pragma once

#include <string>
#include <vector>

#include "common/job/spec.hpp"
#include "daemon/spool/layout.hpp"
#include "daemon/spool/places.hpp"

namespace reeld::spool {

/// Everything that is wrong with a file; of very many problems the first ones and how many more there are.
struct Rejection {
  std::vector<Problem> problems;
  std::size_t more = 0;

  /// Adds problems, as far as they still are to be listed.
  void add(std::vector<Problem> found);
  bool empty() const { return problems.empty(); }
};

/// Moves a claimed file to rejected/, with the reasons beside it for programs and for people. Can be done
/// again after a crash at any point. Blocking.
Result<Place> reject_file(const Layout& layout, const BatchId& batch, const std::string& name,
                          const Rejection& rejection, Time now);

}  // namespace reeld::spool
