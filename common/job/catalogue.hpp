#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/job/amount.hpp"
#include "common/job/spec.hpp"
#include "common/util/error.hpp"
#include "common/util/json.hpp"

namespace reeld {

struct Size {
  int width = 0;
  int height = 0;
  friend bool operator==(const Size&, const Size&) = default;
};

/// How a model wants its frames: LTX 2.0 takes `start_frame` flat, LTX 2.3 takes a `guidances` object.
enum class FrameShape { kFlat, kGuidances };

/// What one model accepts; a table of config/models.toml. docs/leonardo-api.md, "Models", has the sources.
struct Model {
  std::string name;
  FrameShape frame_shape = FrameShape::kFlat;
  bool end_frame = false;        ///< accepts an end frame beside the start frame
  bool request_wrapper = false;  ///< the body stands under one member `request`
  std::vector<int> durations;    ///< seconds
  std::vector<Size> sizes;
  std::map<std::string, int> modes;  ///< RESOLUTION_1080 -> 1080, the shorter side that it demands
  Size default_size;
  std::vector<std::string> prompt_enhance;  ///< allowed values
  int max_quantity = 1;
  std::size_t max_prompt = 1500;  ///< characters (code points)
  std::string audio_field =
      "audio";       ///< the member of `parameters` that carries `audio`; empty: no audio switch
  bool seed = true;  ///< accepts a seed
  std::int64_t max_seed = 2147483637;  ///< the largest seed; smallest is 0
  std::map<int, Amount>
      price_per_second;  ///< dollars for a second of one film, by the shorter side in pixels
  std::map<int, Duration>
      render_time_per_second;  ///< of a render for a second of film, by the shorter side in pixels
};

/// The models reeld knows: the embedded catalogue, overlaid by the operator's file.
class Catalogue {
 public:
  /// The catalogue built into the program.
  static Catalogue embedded();

  /// Adds or replaces models from TOML text; errors name file, line and key.
  Result<void> overlay(std::string_view toml, std::string_view file_name);

  /// Nothing for a model that no table names.
  const Model* find(std::string_view name) const;

  std::vector<std::string> names() const;

 private:
  std::map<std::string, Model, std::less<>> models_;
};

/// What became of one JSON value: a job, or everything that is wrong with it.
struct CheckedJob {
  std::optional<JobSpec> spec;    ///< set exactly when `problems` is empty
  std::vector<Problem> problems;  ///< all of them, in the order of the file
};

/// Checks one job against the catalogue and fills in the defaults. `pointer` is where the value stands in its
/// file.
CheckedJob check_job(const Json& value, const Catalogue& catalogue, std::string_view pointer = "");

/// The body to POST for an attempt: all that the service reads, nothing of reeld's own.
///
/// `seed` is the submitter's or the attempt's own draw; frames must have ids. Always states public, quantity,
/// seed (where the model takes one) and, when known, the sizes.
Json build_request(const JobSpec& spec, const Model& model, std::int64_t seed);

}  // namespace reeld
