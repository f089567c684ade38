#include "daemon/spool/local_frames.hpp"

#include <fmt/format.h>

#include "daemon/files/durable.hpp"

namespace reeld::spool {

namespace fs = std::filesystem;

namespace {

/// More pictures than this are not remembered, so that a file of any length takes a bounded memory.
constexpr std::size_t kMostRemembered = 10'000;
constexpr mode_t kFolderMode = 0700;
constexpr mode_t kCopyMode = 0600;

bool is_local(const std::optional<FrameSource>& frame) {
  return frame && !frame->file.empty();
}

}  // namespace

LocalFrames::LocalFrames(fs::path folder, uid_t owner, const FrameRules& rules, fs::path copies)
    : folder_(std::move(folder)), owner_(owner), rules_(rules), copies_(std::move(copies)) {}

Result<store::JobFrames> LocalFrames::take(const JobSpec& spec, int line, std::string_view pointer,
                                           std::vector<Problem>& problems) {
  struct Place {
    const std::optional<FrameSource>& source;
    const char* member;
    const char* name;
    std::string& copy;
  };
  store::JobFrames frames;
  for (const Place& place : {Place{spec.start_frame, "start_frame", "start frame", frames.start},
                             Place{spec.end_frame, "end_frame", "end frame", frames.end}}) {
    if (!is_local(place.source)) continue;
    auto taken = take(place.source->file);
    if (!taken) return taken.error();
    if (!taken->problem.empty()) {
      problems.push_back(
          Problem{line, fmt::format("{}/parameters/{}/file", pointer, place.member), taken->problem});
      continue;
    }
    place.copy = taken->copy;
    if (frames.warning.empty()) frames.warning = shape_warning(place.name, taken->picture, spec);
  }
  return frames;
}

Result<LocalFrames::Taken> LocalFrames::take(const fs::path& file) {
  if (const auto known = taken_.find(file); known != taken_.end()) return known->second;
  Taken taken;
  auto frame = read_frame(file, folder_, owner_, rules_);
  if (!frame && frame.error().code != Errc::kBadInput) return frame.error();
  if (!frame) {
    taken.problem = frame.error().detail;
  } else {
    auto copy = keep(*frame);
    if (!copy) return copy.error();
    taken.copy = std::move(*copy);
    taken.picture = frame->picture;
  }
  if (taken_.size() >= kMostRemembered) taken_.clear();
  taken_.emplace(file, taken);
  return taken;
}

/// A copy is called after its bytes: the one that is there already is the same.
Result<std::string> LocalFrames::keep(const FrameFile& frame) const {
  if (copies_.empty()) return std::string();
  std::string name = fmt::format("{}.{}", files::sha256(frame.bytes), to_string(frame.picture.format));
  if (auto made = files::make_directories(copies_, kFolderMode); !made) return made.error();
  std::error_code unknown;
  if (fs::file_size(copies_ / name, unknown) == frame.bytes.size()) {
    // Who made it may have been cut off before its name was on the disk.
    if (auto synced = files::sync(copies_); !synced) return synced.error();
    return name;
  }
  if (auto written = files::write_durably(copies_ / name, frame.bytes, kCopyMode); !written) {
    return written.error();
  }
  return name;
}

}  // namespace reeld::spool
