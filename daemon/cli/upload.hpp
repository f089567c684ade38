#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "daemon/cli/job_rewriter.hpp"
#include "daemon/cli/trouble.hpp"
#include "daemon/http/local/client.hpp"

namespace reeld::cli {

/// A file of jobs on its way to the daemon. A .jsonl is read while it is sent, whatever its length.
class Upload {
 public:
  /// Whether open() would find something. `name`: a .json or .jsonl file, or "-" for standard input.
  static std::optional<Trouble> look_at(const std::string& name);

  /// The trouble: another ending, a file that cannot be read, or a .json over 16 MiB.
  static boost::system::result<Upload, Trouble> open(const std::string& name);

  /// The POST with the text in its body. Valid while this lives, and once: what was read of a stream is gone.
  http::local::Request request(const std::string& target);

  /// Has what is sent changed on its way. `rewriter` outlives this.
  Result<void> rewrite(JobRewriter& rewriter);

  /// Goes back to the beginning for another request; false where that is not possible, as for a pipe.
  bool rewind();

  const std::string& name() const { return name_; }

  /// What its batch is called where nobody says: the file's name without its ending; "" for standard input.
  std::string batch_name() const;

 private:
  Upload(std::string name, std::shared_ptr<std::istream> text);
  boost::system::result<void, Trouble> begin();
  Result<std::string> next_piece();

  std::string name_;
  std::shared_ptr<std::istream> text_;
  std::string head_;                 ///< read already: of a stream its beginning, of a document all
  bool streamed_ = true;             ///< .jsonl
  JobRewriter* rewriter_ = nullptr;  ///< for the lines of a stream
};

}  // namespace reeld::cli
