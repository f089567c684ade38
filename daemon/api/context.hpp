#pragma once

#include "daemon/api/parts.hpp"

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
};

}  // namespace reeld::api
