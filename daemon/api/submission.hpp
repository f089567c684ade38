#pragma once

#include <boost/asio/awaitable.hpp>
#include <set>
#include <string>
#include <vector>

#include "common/job/output_path.hpp"
#include "daemon/api/checked_piece.hpp"
#include "daemon/api/parts.hpp"
#include "daemon/api/problem.hpp"
#include "daemon/api/secrets.hpp"
#include "daemon/http/server/exchange.hpp"

namespace reeld::api {

/// What a submit call asks for, beside its body.
struct SubmitRequest {
  JobFormat format = JobFormat::kJson;
  std::string batch_name;  ///< empty: one is made up
  std::string key;         ///< the Idempotency-Key; empty: none
  std::string submitter;
  bool check_only = false;  ///< tell the problems, take nothing in
};

/// A batch that was taken in: now, or by an earlier call with the same key and the same bytes.
struct TakenBatch {
  store::BatchSummary batch;
  bool is_replay = false;
};

/// Takes the jobs of one call's body into the queue, all of them or none.
class Submission {
 public:
  Submission(const Parts& parts, const ApiOptions& options, http::server::Exchange& exchange,
             SubmitRequest request);

  /// Only reads and checks the body. What is wrong with it is told by problems().
  Task<void> check();

  /// Reads, checks and stages the body piece by piece, then accepts all of it. Whatever goes wrong before
  /// that, also a cancellation, leaves nothing behind. 422 with the problems; 422 for a key that was used for
  /// other bytes.
  Task<TakenBatch> take_in();

  /// What the batch that has this key already means for this call: the same, or 422.
  Task<TakenBatch> replay(store::BatchSummary earlier);

  std::size_t jobs() const { return jobs_; }
  /// The first 100.
  const std::vector<Problem>& problems() const { return problems_; }
  std::size_t problem_count() const { return problem_count_; }

 private:
  template <class T>
  using Async = boost::asio::awaitable<Result<T>>;

  Task<TakenBatch> read_and_accept();
  Task<std::string> read_some();
  Task<void> read();
  Task<void> take(BodyPiece piece);
  Async<void> stage(std::vector<PlacedJob> jobs);
  Async<void> find_stamp();
  Task<TakenBatch> accept();
  boost::asio::awaitable<void> discard();
  void add_problems(std::vector<Problem> problems, std::size_t count);

  const Parts& parts_;
  const ApiOptions& options_;
  http::server::Exchange& exchange_;
  SubmitRequest request_;
  BatchId batch_;
  Time accepted_at_{};
  LocalStamp stamp_;
  Sha256 digest_;
  bool is_list_ = false;
  bool is_first_piece_ = true;
  bool is_staged_ = false;
  bool is_accepted_ = false;
  std::size_t jobs_ = 0;
  std::vector<Problem> problems_;
  std::size_t problem_count_ = 0;
};

/// The keys of submits that are being taken in.
class Submissions {
 public:
  /// Holds a key for one call. False from is_first(): another call holds it.
  class Claim {
   public:
    Claim(Submissions& submissions, std::string key);
    ~Claim();
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    bool is_first() const { return is_first_; }

   private:
    Submissions& submissions_;
    std::string key_;
    bool is_first_;
  };

 private:
  std::set<std::string> keys_;
};

}  // namespace reeld::api
