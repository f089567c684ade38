#pragma once

#include <filesystem>
#include <string>

#include "common/job/catalogue.hpp"
#include "common/util/clock.hpp"
#include "common/util/uuid.hpp"
#include "daemon/files/pool.hpp"
#include "daemon/spool/frame_file.hpp"
#include "daemon/store/frame_store.hpp"
#include "daemon/store/intake_store.hpp"

namespace reeld::spool {

/// How intake learns of new files.
enum class Watch {
  kAuto,    ///< by events where the filesystem has them, else by looking each second
  kEvents,  ///< inotify
  kPoll,    ///< looking each second
};

struct IntakeOptions {
  std::filesystem::path dir;  ///< the spool; its folders are made when missing
  Duration settle{1'000};     ///< how long a file that came without a rename must rest
  Duration rescan{30'000};    ///< a full look at incoming/, whatever inotify says
  Duration duplicate_window{86'400'000};
  std::string output;    ///< default template of result paths
  std::string timezone;  ///< for {date} and {time}
  std::size_t max_json_bytes = 16U << 20;
  std::size_t max_jsonl_bytes = 1U << 30;
  FrameRules frames;               ///< for the local pictures of jobs
  std::filesystem::path copies{};  ///< of those pictures: a folder that is reeld's alone
  Duration sweep{3'600'000};       ///< between two looks for copies that no job needs
  Watch watch = Watch::kAuto;
};

/// What intake works with; all of it outlives the intake.
struct IntakeParts {
  store::IntakeStore& store;
  files::Pool& pool;
  Clock& clock;
  UuidGenerator& uuids;
  const Catalogue& catalogue;
  store::FrameStore& frames;
};

}  // namespace reeld::spool
