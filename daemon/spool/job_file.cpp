#include "daemon/spool/job_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "common/util/json.hpp"
#include "common/util/user.hpp"
#include "daemon/spool/names.hpp"

namespace reeld::spool {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kOperation = "spool.open";
constexpr std::size_t kChunkJobs = 1000;
constexpr std::uint64_t kChunkBytes = 4U << 20;

Error refused(std::string words) {
  return Error{Errc::kBadInput, kOperation, std::move(words)};
}

/// Why a thing with this status must not be read; "" when it may be.
std::string why_not(const struct stat& found) {
  if (S_ISLNK(found.st_mode)) return "is a symbolic link, and links are never followed; drop the file itself";
  if (!S_ISREG(found.st_mode)) return "is not a regular file (but a pipe, a socket or a device)";
  if (found.st_nlink != 1) {
    return fmt::format("has {} hard links, so that it could change under another name; drop a copy",
                       found.st_nlink);
  }
  return "";
}

Result<files::Descriptor> open_regular(const fs::path& path, struct stat& found) {
  // Looked at before it is opened: opening a device can do things, and opening a pipe wakes its writer.
  if (::lstat(path.c_str(), &found) != 0) return errno_error(kOperation, errno, path.native());
  if (auto words = why_not(found); !words.empty()) return refused(std::move(words));
  auto file = files::open_descriptor(kOperation, path, O_RDONLY | O_NONBLOCK);
  if (!file && ::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0 && errno == EACCES) {
    return refused("cannot be read by reeld: its mode forbids it; let the spool's group read it (chmod g+r)");
  }
  if (!file) return file;
  if (::fstat(file->get(), &found) != 0) return errno_error(kOperation, errno, path.native());
  if (auto words = why_not(found); !words.empty()) return refused(std::move(words));
  return file;
}

/// True when the first thing in a .json is the bracket of an array.
Result<bool> begins_array(const files::Descriptor& file, const fs::path& path) {
  std::array<char, 4096> piece{};
  for (std::uint64_t offset = 0;;) {
    auto got = files::read_at(kOperation, file, piece.data(), piece.size(), offset, path);
    if (!got) return got.error();
    const std::string_view text(piece.data(), *got);
    const auto at = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    if (at != std::string_view::npos) return text[at] == '[';
    if (text.empty()) return false;
    offset += *got;
  }
}

std::string in_mib(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / 1048576.0);
}

}  // namespace

Result<std::shared_ptr<JobFile>> JobFile::open(const fs::path& path, const IntakeOptions& options) {
  const auto format = taken_format(path.filename().native());
  if (!format) return refused("is neither a .json nor a .jsonl file");
  struct stat found{};
  auto file = open_regular(path, found);
  if (!file) return file.error();
  auto opened = std::make_shared<JobFile>();
  opened->path_ = path;
  opened->file_ = std::move(*file);
  opened->format_ = *format;
  opened->size_ = static_cast<std::uint64_t>(found.st_size);
  const bool is_jsonl = *format == JobFormat::kJsonl;
  const std::uint64_t most = is_jsonl ? options.max_jsonl_bytes : options.max_json_bytes;
  if (opened->size_ > most) {
    return refused(fmt::format("has {}; a {} file may have {} at most{}", in_mib(opened->size_),
                               is_jsonl ? ".jsonl" : ".json", in_mib(most),
                               is_jsonl ? ", so cut it into several" : "; a .jsonl file may have more"));
  }
  auto is_array = begins_array(opened->file_, path);
  if (!is_array) return is_array.error();
  opened->is_list_ = is_jsonl || *is_array;
  opened->owner_ = found.st_uid;
  opened->submitter_ = user_name(found.st_uid);
  return opened;
}

JobPass::JobPass(std::shared_ptr<const JobFile> file, const Catalogue& catalogue, std::size_t max_json_bytes,
                 std::shared_ptr<LocalFrames> frames)
    : file_(std::move(file)),
      frames_(std::move(frames)),
      buffer_(file_->descriptor(), file_->path(), file_->size()),
      text_(&buffer_),
      reader_(text_, file_->format(), catalogue,
              file_->format() == JobFormat::kJson ? max_json_bytes : kMaxJobLine) {}

Result<Chunk> JobPass::next() {
  Chunk chunk;
  const std::uint64_t begin = buffer_.fetched();
  for (std::size_t entries = 0; entries < kChunkJobs && buffer_.fetched() - begin < kChunkBytes; ++entries) {
    auto entry = reader_.next();
    if (buffer_.error()) return *buffer_.error();
    if (!entry) {
      chunk.end = true;
      break;
    }
    if (auto added = add(std::move(*entry), chunk); !added) return added.error();
  }
  return chunk;
}

Result<void> JobPass::add(JobReader::Entry entry, Chunk& chunk) {
  const bool is_jsonl = file_->format() == JobFormat::kJsonl;
  auto& problems = entry.job.problems;
  store::JobFrames frames;
  if (entry.job.spec) {
    const std::string pointer =
        is_jsonl || !file_->is_list() ? "" : json_pointer("", std::to_string(entry.position - 1));
    auto taken = frames_->take(*entry.job.spec, is_jsonl ? entry.position : 0, pointer, problems);
    if (!taken) return taken.error();
    frames = std::move(*taken);
  }
  if (problems.empty() && entry.job.spec) {
    chunk.jobs.push_back(ReadJob{entry.position, std::move(*entry.job.spec), std::move(frames)});
  }
  for (Problem& problem : problems) chunk.problems.push_back(std::move(problem));
  return {};
}

}  // namespace reeld::spool
