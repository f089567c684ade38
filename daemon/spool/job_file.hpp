#pragma once

#include <filesystem>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "common/job/reader.hpp"
#include "daemon/files/descriptor.hpp"
#include "daemon/spool/descriptor_buffer.hpp"
#include "daemon/spool/local_frames.hpp"
#include "daemon/spool/options.hpp"

namespace reeld::spool {

/// A claimed file that may be read: regular, with no other name, not too large. Blocking, as all here.
class JobFile {
 public:
  /// kBadInput: it must not be taken, and the detail says why in words for its owner.
  static Result<std::shared_ptr<JobFile>> open(const std::filesystem::path& path,
                                               const IntakeOptions& options);

  const std::filesystem::path& path() const { return path_; }
  const files::Descriptor& descriptor() const { return file_; }
  JobFormat format() const { return format_; }
  std::uint64_t size() const { return size_; }

  /// The owner's user name, or number where it has no name here.
  const std::string& submitter() const { return submitter_; }
  uid_t owner() const { return owner_; }

  /// True when it may hold several jobs: a .jsonl, or a .json with an array.
  bool is_list() const { return is_list_; }

 private:
  std::filesystem::path path_;
  files::Descriptor file_;
  JobFormat format_ = JobFormat::kJson;
  std::uint64_t size_ = 0;
  std::string submitter_;
  uid_t owner_ = 0;
  bool is_list_ = false;
};

struct ReadJob {
  int position = 0;
  JobSpec spec;
  store::JobFrames frames;
};

/// The next jobs of a file: few enough to be held in memory and to be staged at once.
struct Chunk {
  std::vector<ReadJob> jobs;
  std::vector<Problem> problems;
  bool end = false;  ///< nothing follows
};

/// One reading of a job file from its front to its end.
class JobPass {
 public:
  JobPass(std::shared_ptr<const JobFile> file, const Catalogue& catalogue, std::size_t max_json_bytes,
          std::shared_ptr<LocalFrames> frames);

  /// An error: the disk did not let itself be read; what was returned before says nothing about the file.
  Result<Chunk> next();

 private:
  Result<void> add(JobReader::Entry entry, Chunk& chunk);

  std::shared_ptr<const JobFile> file_;
  std::shared_ptr<LocalFrames> frames_;
  DescriptorBuffer buffer_;
  std::istream text_;
  JobReader reader_;
};

}  // namespace reeld::spool
