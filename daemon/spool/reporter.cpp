#include "daemon/spool/reporter.hpp"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <optional>

#include "common/job/cost_sum.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/spool/batch_lines.hpp"
#include "daemon/spool/names.hpp"
#include "daemon/spool/receipt.hpp"

namespace reeld::spool {

namespace asio = boost::asio;

namespace {

constexpr Duration kSoon{1'000};

/// Where the report of a batch belongs; nothing while intake still works on its file. Blocking.
Result<std::optional<Place>> report_place(const Layout& layout, const store::BatchSummary& batch) {
  struct stat found{};
  if (::lstat(layout.claim(batch.id).c_str(), &found) == 0) return std::optional<Place>();
  const auto folder = layout.accepted(batch.accepted_at);
  if (auto made = files::make_directories(folder, kFolderMode); !made) return made.error();
  auto place = choose_place(folder, batch.file_name, batch.id.str());
  if (!place) return place.error();
  return std::optional(std::move(*place));
}

/// What a batch cost and what its lines came to, as far as its summary does not say.
struct Totals {
  CostSum cost;
  int without_cost = 0;
  int duplicates = 0;

  void add(const store::BatchJob& job) {
    if (job.duplicate) {
      ++duplicates;  // paid for by the batch that made it
    } else if (!cost.add(job.cost)) {
      ++without_cost;
    }
  }
};

OrderedJson done_head(const store::BatchSummary& batch, const Totals& totals) {
  OrderedJson head{{"batch", batch.id.str()},
                   {"file", batch.file_name},
                   {"submitter", batch.submitter},
                   {"accepted_at", format_time(batch.accepted_at)}};
  if (batch.finished_at) head["finished_at"] = format_time(*batch.finished_at);
  head["counts"] = OrderedJson{{"jobs", batch.jobs},
                               {"succeeded", batch.succeeded},
                               {"failed", batch.failed},
                               {"cancelled", batch.cancelled},
                               {"duplicates", totals.duplicates}};
  head["cost"] = OrderedJson(totals.cost.sums());
  head["jobs_without_cost"] = totals.without_cost;
  return head;
}

OrderedJson done_line(const store::BatchJob& job) {
  OrderedJson line{
      {"line", job.position}, {"id", job.id.str()}, {"name", job.name}, {"state", to_string(job.state)}};
  line["files"] = job.files;
  if (!job.cost.empty()) line["cost"] = job.cost;
  if (!job.failure.empty()) line["failure"] = job.failure;
  if (job.duplicate) line["duplicate_of"] = job.id.str();
  return line;
}

}  // namespace

Reporter::Reporter(asio::any_io_executor executor, Parts parts, std::filesystem::path dir, Duration each)
    : parts_(parts), layout_(std::move(dir)), each_(each), wakeup_(std::move(executor)) {}

asio::awaitable<void> Reporter::run() {
  for (;;) {
    auto found = co_await report_all();
    if (!found) {
      spdlog::warn("spool: will try again what=reports error={}", shown_name(describe(found.error())));
    }
    // The store names some at a time, and some wait for intake: where there were any, there may be more.
    const bool soon = found && *found > 0;
    co_await wakeup_.wait_for(soon ? std::min(kSoon, each_) : each_);
  }
}

/// Reports what there is. How many batches that were; the last error where some failed.
asio::awaitable<Result<std::size_t>> Reporter::report_all() {
  auto mended = co_await mend_receipts();
  if (!mended) {
    spdlog::warn("spool: will try again what=receipts error={}", shown_name(describe(mended.error())));
  }
  auto batches = co_await parts_.store.finished_batches();
  if (!batches) co_return batches.error();
  const std::size_t found = batches->size();
  std::optional<Error> trouble;
  for (store::BatchSummary& batch : *batches) {
    auto reported = co_await report(std::move(batch));
    if (!reported) trouble = reported.error();
    if (!reported && reported.error().code == Errc::kUnavailable) break;
  }
  if (trouble) co_return *trouble;
  co_return found;
}

/// Rewrites the receipts that promise a path which a job had to leave: a foreign file stood there.
asio::awaitable<Result<void>> Reporter::mend_receipts() {
  auto batches = co_await parts_.store.stale_receipts();
  if (!batches) co_return batches.error();
  for (const store::BatchSummary& batch : *batches) {
    if (!batch.file_name.empty()) {
      std::function<Result<std::optional<Place>>()> find = [this, batch] {
        return report_place(layout_, batch);
      };
      auto place = co_await parts_.pool.run(std::move(find));
      if (!place) co_return place.error();
      if (!*place) continue;
      auto written = co_await write_receipt(parts_.store, parts_.pool, batch, (*place)->receipt());
      if (!written) co_return written;
    }
    auto marked = co_await parts_.store.mark_receipt_written(batch.id);
    if (!marked) co_return marked;
  }
  co_return Result<void>();
}

asio::awaitable<Result<void>> Reporter::report(store::BatchSummary batch) {
  const BatchId id = batch.id;
  if (!batch.file_name.empty()) {
    std::function<Result<std::optional<Place>>()> find = [this, batch] {
      return report_place(layout_, batch);
    };
    auto place = co_await parts_.pool.run(std::move(find));
    if (!place) co_return place.error();
    if (!*place) co_return Result<void>();
    auto written = co_await write_done(batch, std::move(**place));
    if (!written) co_return written.error();
    spdlog::info("spool: finished file={} batch={} succeeded={} failed={} cancelled={}",
                 shown_name(batch.file_name), id.str(), batch.succeeded, batch.failed, batch.cancelled);
  }
  co_return co_await parts_.store.mark_reported(id);
}

asio::awaitable<Result<void>> Reporter::write_done(store::BatchSummary batch, Place place) {
  Totals totals;
  JobPages pages(parts_.store, batch.id);
  for (bool end = false; !end;) {
    auto page = co_await pages.next();
    if (!page) co_return page.error();
    for (const store::BatchJob& job : *page) totals.add(job);
    end = page->empty();
  }
  co_return co_await write_job_lines(parts_.store, parts_.pool, batch.id, place.done(),
                                     done_head(batch, totals), &done_line);
}

}  // namespace reeld::spool
