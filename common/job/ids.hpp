#pragma once

#include <compare>
#include <string>

namespace reeld {

/// An identifier that cannot be taken for one of another kind.
template <class Kind>
class Id {
 public:
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  std::string text_;
};

using JobId = Id<struct JobIdKind>;        ///< UUIDv7, made by reeld
using BatchId = Id<struct BatchIdKind>;    ///< UUIDv7; for a spool file also its folder under claimed/
using IntentId = Id<struct IntentIdKind>;  ///< UUIDv7 of one attempt to submit
using GenerationId = Id<struct GenerationIdKind>;  ///< the service's id of an accepted generation

/// A claimed job as its worker names it. Every write carries the lease number: a stale worker's changes
/// nothing.
struct Lease {
  JobId job;
  long long lease_no = 0;
};

}  // namespace reeld
