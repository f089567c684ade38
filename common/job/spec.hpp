#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/util/json.hpp"
#include "common/util/time.hpp"

namespace reeld {

/// An image the film starts (or ends) with. Either an id that the service knows, or a local file still to be
/// uploaded.
struct FrameSource {
  std::string id;              ///< empty when `file` is set
  std::string type;            ///< "GENERATED" or "UPLOADED"; empty when `file` is set
  std::filesystem::path file;  ///< as the job file wrote it; relative to the job file's folder
};

/// An instant as a job file may write it: RFC 3339, or a duration after acceptance.
using Moment = std::variant<Time, Duration>;

/// The instant that `moment` means for a job accepted at `accepted`.
Time resolve(const Moment& moment, Time accepted);

/// A valid job: what its file asked for, with the defaults filled in. docs/job-file.md describes each member.
struct JobSpec {
  std::string model;
  bool is_public = false;
  std::string prompt;
  std::optional<std::string> prompt_enhance;
  int quantity = 1;
  int duration = 0;                  ///< seconds of film
  std::optional<std::int64_t> seed;  ///< the submitter's; without one each attempt draws its own
  std::optional<int> width;          ///< pixels; both absent only with a start frame
  std::optional<int> height;
  std::optional<std::string> mode;
  std::optional<bool> audio;
  std::optional<FrameSource> start_frame;
  std::optional<FrameSource> end_frame;
  Json extra_parameters = Json::object();  ///< passed into `parameters` untouched

  std::string name;  ///< empty: named after the file
  int priority = 0;  ///< higher first
  std::optional<Moment> not_before;
  std::optional<Moment> deadline;
  std::string key;  ///< `reeld.id`: the submitter's own id, unique in the queue
  std::vector<std::string> tags;
  std::string output;  ///< template of the result path; empty: results.output
  bool again = false;  ///< a repeat of the same bytes is meant
  /// "park" or "resend": what to do when a lost submit provably never arrived; empty: reconcile.if_absent.
  std::string if_absent;
};

/// The spec as the store keeps it, and back. job_spec_from_json trusts its input: it reads only what to_json
/// wrote.
Json to_json(const JobSpec& spec);
JobSpec job_spec_from_json(const Json& stored);

/// One rule that a job breaks.
struct Problem {
  int line = 0;         ///< of a .jsonl file, from 1; 0 in a .json file
  std::string pointer;  ///< JSON pointer into the line's or file's value: "/parameters/duration"
  std::string message;  ///< "7 is not one of 6, 8 (ltxv-2.0-pro)"
};

/// A JSON pointer as people write it, indexes counted from 0: "/guidances/start_frame/0" ->
/// "guidances.start_frame[0]".
std::string dotted(std::string_view pointer);

/// "line 3: parameters.duration: 7 is not one of 6, 8 (ltxv-2.0-pro)".
std::string describe(const Problem& problem);

}  // namespace reeld
