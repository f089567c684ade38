#pragma once

#include <array>
#include <string_view>

namespace reeld {

/// For tests only: a place where a test may kill the process, to see that the next start goes on from there.
/// `point` is one of the names below, `what` tells apart the operations that pass it.
///
/// The product's own does nothing. A test's program brings another one, which the linker takes instead
/// (tests/matrix/crash_point.cpp).
void crash_point(std::string_view point, std::string_view what = {});

/// The names of all crash points. `...Before` and `...After` are the two sides of one step.
namespace crash {

// One transaction carries many operations: `what` is each of them ("store.intent").
inline constexpr std::string_view kCommitBefore = "commit.before";
inline constexpr std::string_view kCommitAfter = "commit.after";
// Requests: `what` is the method.
inline constexpr std::string_view kSendBefore = "send.before";
inline constexpr std::string_view kSendAfter = "send.after";
inline constexpr std::string_view kAnswerAfter = "answer.after";
// The generation's id is known and not yet on record.
inline constexpr std::string_view kSubmitHeard = "submit.heard";
// Files: `what` is the operation ("files.write_durably").
inline constexpr std::string_view kSyncBefore = "sync.before";
inline constexpr std::string_view kSyncAfter = "sync.after";
inline constexpr std::string_view kSyncFolderBefore = "sync_folder.before";
inline constexpr std::string_view kSyncFolderAfter = "sync_folder.after";
inline constexpr std::string_view kRenameBefore = "rename.before";
inline constexpr std::string_view kRenameAfter = "rename.after";
// A job file's way through the spool, and a job's through its last stage.
inline constexpr std::string_view kTakeBefore = "take.before";
inline constexpr std::string_view kTakeAfter = "take.after";
inline constexpr std::string_view kHandOverBefore = "hand_over.before";
inline constexpr std::string_view kHandOverAfter = "hand_over.after";
inline constexpr std::string_view kPosterBefore = "poster.before";
inline constexpr std::string_view kPosterAfter = "poster.after";
inline constexpr std::string_view kResultFileBefore = "result_file.before";
inline constexpr std::string_view kResultFileAfter = "result_file.after";
inline constexpr std::string_view kFilmBefore = "film.before";
inline constexpr std::string_view kFilmAfter = "film.after";

inline constexpr std::array kAll = {
    kCommitBefore,     kCommitAfter,     kSendBefore,       kSendAfter,       kAnswerAfter,  kSubmitHeard,
    kSyncBefore,       kSyncAfter,       kSyncFolderBefore, kSyncFolderAfter, kRenameBefore, kRenameAfter,
    kTakeBefore,       kTakeAfter,       kHandOverBefore,   kHandOverAfter,   kPosterBefore, kPosterAfter,
    kResultFileBefore, kResultFileAfter, kFilmBefore,       kFilmAfter,
};

}  // namespace crash
}  // namespace reeld
