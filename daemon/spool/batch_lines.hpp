#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <vector>

#include "daemon/files/pool.hpp"
#include "daemon/store/intake_store.hpp"

/// Files about a batch: one JSON object, with a line for each job, however many those are.
namespace reeld::spool {

/// JSON whose members stay in the order in which they were put: people read it.
using OrderedJson = nlohmann::ordered_json;

/// The jobs of a batch, a page at a time.
class JobPages {
 public:
  JobPages(store::IntakeStore& store, BatchId batch) : store_(store), batch_(std::move(batch)) {}

  /// The next jobs; none at the end.
  boost::asio::awaitable<Result<std::vector<store::BatchJob>>> next();

 private:
  store::IntakeStore& store_;
  BatchId batch_;
  int last_ = 0;
};

/// Text of one line; invalid UTF-8 becomes U+FFFD.
std::string dump_line(const OrderedJson& value);

/// `head`, an object with at least one member, opened for an array as its last member `list`, up to the
/// line's end.
std::string open_list(const OrderedJson& head, std::string_view list);

/// Replaces `target` by `head` with a last member "jobs": a line for each job of the batch.
boost::asio::awaitable<Result<void>> write_job_lines(store::IntakeStore& store, files::Pool& pool,
                                                     BatchId batch, std::filesystem::path target,
                                                     OrderedJson head,
                                                     std::function<OrderedJson(const store::BatchJob&)> line);

}  // namespace reeld::spool
