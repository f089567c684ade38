#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

#include "daemon/spool/job_file.hpp"
#include "daemon/spool/layout.hpp"
#include "daemon/spool/options.hpp"
#include "daemon/spool/rejection.hpp"

namespace reeld::spool {

/// Brings claimed files to their end: accepted with a receipt, or rejected with the reasons.
///
/// Every step can be done again. An error means that the file stays in its claim, to be tried later; it is
/// never a reason to reject it. All of what the constructor is given outlives the object.
class Taking {
 public:
  Taking(const IntakeParts& parts, const IntakeOptions& options, const Layout& layout,
         const std::function<void()>& on_accepted);

  /// Finishes a claim of which nothing is known: its batch may have been accepted or not.
  boost::asio::awaitable<Result<void>> finish(BatchId batch);

  /// Takes in the file of a claim that was made just now.
  boost::asio::awaitable<Result<void>> take_in(BatchId batch, std::string name);

 private:
  struct Checked;
  struct Stamp;
  template <class T>
  using Task = boost::asio::awaitable<Result<T>>;

  Task<Checked> check(std::shared_ptr<const JobFile> file, std::shared_ptr<LocalFrames> frames);
  Task<Chunk> read(std::shared_ptr<JobPass> pass);
  Task<void> refuse_repeat(const std::string& sha256, Checked& checked);
  Task<void> stage_all(BatchId batch, std::shared_ptr<const JobFile> file,
                       std::shared_ptr<LocalFrames> frames, Checked& checked);
  Task<void> stage(BatchId batch, std::shared_ptr<const JobFile> file, Stamp stamp,
                   std::vector<ReadJob> jobs);
  Task<void> accept(BatchId batch, std::shared_ptr<const JobFile> file, std::string sha256);
  Task<void> hand_over(store::BatchSummary summary);
  Task<void> reject(BatchId batch, std::string name, Rejection rejection);
  Task<void> clear(BatchId batch);

  const IntakeParts& parts_;
  const IntakeOptions& options_;
  const Layout& layout_;
  const std::function<void()>& on_accepted_;
};

}  // namespace reeld::spool
