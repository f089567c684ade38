#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "daemon/files/pool.hpp"
#include "daemon/store/intake_store.hpp"

namespace reeld::spool {

/// The films of a job, below results: "PATH.mp4", or "PATH-1.mp4", "PATH-2.mp4", ... where several are made.
std::vector<std::string> film_paths(const std::string& output_path, int quantity);

/// Writes NAME.receipt.json: the batch, and for each line the job and where its films will be.
boost::asio::awaitable<Result<void>> write_receipt(store::IntakeStore& store, files::Pool& pool,
                                                   store::BatchSummary batch, std::filesystem::path target);

}  // namespace reeld::spool
