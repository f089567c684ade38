#pragma once

#include "daemon/api/parts.hpp"
#include "daemon/api/problem.hpp"

namespace reeld::api {

class EventFeed;
class LiveJobs;
class LoginCodes;
class Submissions;
class Users;

/// What the handlers share.
struct Context {
  const Parts& parts;
  const ApiOptions& options;
  Users& users;
  LoginCodes& logins;
  LiveJobs& live_jobs;
  Submissions& submissions;
  EventFeed& feed;
  int large_bodies = 0;  ///< that are held in memory as a whole just now
};

/// A place for a body that is held in memory as a whole, given back at the end. There are few.
class LargeBody {
 public:
  explicit LargeBody(Context& context) : context_(context), is_admitted_(context.large_bodies < kMost) {
    if (is_admitted_) ++context_.large_bodies;
  }
  ~LargeBody() {
    if (is_admitted_) --context_.large_bodies;
  }
  LargeBody(const LargeBody&) = delete;
  LargeBody& operator=(const LargeBody&) = delete;

  bool is_admitted() const { return is_admitted_; }

  /// 429, for a body that found no place.
  static Refusal refusal();

 private:
  static constexpr int kMost = 4;
  Context& context_;
  bool is_admitted_;
};

}  // namespace reeld::api
