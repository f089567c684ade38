#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>

#include "daemon/files/pool.hpp"
#include "daemon/store/frame_store.hpp"

namespace reeld::spool {

/// Deletes the copies of local pictures that no job needs any more, and what a crash left half written. While
/// no file is being taken in: a copy whose job is not in the queue yet looks like one that nobody needs. How
/// many went.
boost::asio::awaitable<Result<int>> sweep_frames(std::filesystem::path copies, store::FrameStore& store,
                                                 files::Pool& pool);

}  // namespace reeld::spool
