#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "common/job/reader.hpp"

namespace reeld::api {

/// A part of a submit's body that holds whole jobs.
struct BodyPiece {
  std::string text;
  int lines_before = 0;  ///< of the body, before this piece
};

/// Cuts the body of a submit into pieces: lines are gathered to at most 1000 or about 4 MiB, a JSON document
/// stays whole.
class BodyPieces {
 public:
  explicit BodyPieces(JobFormat format) : format_(format) {}

  /// Adds the next bytes of the body, at most 64 KiB.
  void add(std::string_view bytes);

  /// The next piece that is complete.
  std::optional<BodyPiece> next();

  /// What is left at the body's end.
  BodyPiece rest();

  /// A JSON document over kMaxJobJson, or more lines than can be counted: the body cannot be taken.
  bool is_too_long() const;

 private:
  void add_lines(std::string_view bytes);
  void cut();

  JobFormat format_;
  BodyPiece piece_;             ///< that is being filled
  int lines_ = 0;               ///< whole ones in it
  std::size_t line_bytes_ = 0;  ///< of the line that is not whole yet
  std::deque<BodyPiece> ready_;
};

}  // namespace reeld::api
