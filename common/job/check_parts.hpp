#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/job/catalogue.hpp"
#include "common/job/spec.hpp"

/// The parts of check_job, one file for each concern. Beside them only what else reads members that people
/// wrote includes this: the bodies of the control API.
namespace reeld::check {

/// Collects everything that is wrong with one job.
class Findings {
 public:
  void add(std::string pointer, std::string message) {
    // Nobody reads more of one job, and what is hostile must not grow without bound.
    if (problems_.size() == kMost) return;
    problems_.push_back(Problem{0, std::move(pointer), std::move(message)});
  }
  std::vector<Problem> take() { return std::move(problems_); }

 private:
  static constexpr std::size_t kMost = 1'000;
  std::vector<Problem> problems_;
};

/// One object of a job file: hands its members out by type, and reports those of a wrong type.
class Members {
 public:
  /// `object` is a JSON object; it and `findings` outlive this view.
  Members(const Json& object, std::string pointer, Findings& findings)
      : object_(object), pointer_(std::move(pointer)), findings_(findings) {}

  /// Nothing, and a problem, where `value` is not an object.
  static std::optional<Members> open(const Json& value, std::string pointer, Findings& findings);

  /// Null where the member is absent.
  const Json* find(std::string_view name) const;

  /// Where the member stands (or would stand), as a pointer.
  std::string at(std::string_view name) const { return json_pointer(pointer_, name); }

  /// The member's value; nothing where it is absent or, with a problem, of another type.
  std::optional<std::string> text(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most) const;
  std::optional<Members> object(std::string_view name) const;

  /// Reports each member that is not among `known`, with the nearest known name.
  void refuse_unknown(std::span<const std::string_view> known) const;

  void problem(std::string_view name, std::string message) const {
    findings_.add(at(name), std::move(message));
  }
  Findings& findings() const { return findings_; }

 private:
  const Json& object_;
  std::string pointer_;
  Findings& findings_;
};

/// The members that `parameters` may have. Without a model (an unknown one): those of any model.
std::vector<std::string_view> known_parameters(const Model* model);

/// The whole of `parameters`. Without a model only what holds for all of them is checked.
void check_parameters(const Members& parameters, const Model* model, JobSpec& spec);

/// width, height and mode, once the frames are known.
void check_sizes(const Members& parameters, const Model& model, JobSpec& spec);

/// start_frame and end_frame, flat or under `guidances`; both forms become one.
void check_frames(const Members& parameters, const Model* model, JobSpec& spec);

/// The member `reeld`: what is for reeld alone and never sent.
void check_own(const Members& own, JobSpec& spec);

}  // namespace reeld::check
