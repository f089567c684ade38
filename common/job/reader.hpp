#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "common/job/catalogue.hpp"
#include "common/job/spec.hpp"

namespace reeld {

/// Longest texts that are read, in bytes: the whole of a .json, one line of a .jsonl.
inline constexpr std::size_t kMaxJobJson = 16U << 20;
inline constexpr std::size_t kMaxJobLine = 1U << 20;

enum class JobFormat {
  kJson,   ///< one job, or an array of jobs
  kJsonl,  ///< one job a line; blank lines are fine
};

/// The format by a file's name (.json, .jsonl); nothing for other names.
std::optional<JobFormat> job_format(std::string_view file_name);

/// Reads the jobs of one file in order, one at a time, so that a long .jsonl needs no memory for its length.
///
/// A byte order mark and CRLF are fine. An empty file, `[]`, binary data and a line over the limit are
/// problems; behind binary data (and UTF-16) nothing more is read, behind a long line the next one is.
class JobReader {
 public:
  /// `text` must outlive the reader. `max_line` bounds a line of .jsonl and the whole of a .json, in bytes.
  JobReader(std::istream& text, JobFormat format, const Catalogue& catalogue, std::size_t max_line);

  struct Entry {
    /// From 1: the line in a .jsonl (blank lines count), the element in a .json. 0: the file as a whole is
    /// wrong.
    int position = 0;
    CheckedJob job;
  };

  /// The next job, valid or not; nothing at the end.
  std::optional<Entry> next();

 private:
  enum class Line { kWhole, kTooLong, kEnd };

  std::optional<Entry> next_line();
  std::optional<Entry> next_element();
  std::optional<Entry> read_document();
  Line read_line(std::string& line);
  Entry check_line(const std::string& line);
  Entry problem(std::string message) const;

  std::istream& text_;
  JobFormat format_;
  const Catalogue& catalogue_;
  std::size_t max_line_;
  int position_ = 0;
  bool any_ = false;              ///< at least one entry was returned
  bool ended_ = false;            ///< nothing more is to be read
  std::optional<Json> document_;  ///< kJson: the whole file, once read
};

}  // namespace reeld
