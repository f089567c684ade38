#include "daemon/spool/receipt.hpp"

#include <fmt/format.h>

#include "daemon/spool/batch_lines.hpp"

namespace reeld::spool {

namespace {

OrderedJson receipt_line(const store::BatchJob& job) {
  OrderedJson line{{"line", job.position}, {"id", job.id.str()}, {"name", job.name}};
  line["films"] = film_paths(job.output_path, job.quantity);
  line["result"] = job.output_path + ".json";
  if (job.duplicate) line["duplicate_of"] = job.id.str();
  return line;
}

}  // namespace

std::vector<std::string> film_paths(const std::string& output_path, int quantity) {
  if (quantity == 1) return {output_path + ".mp4"};
  std::vector<std::string> paths;
  for (int number = 1; number <= quantity; ++number)
    paths.push_back(fmt::format("{}-{}.mp4", output_path, number));
  return paths;
}

boost::asio::awaitable<Result<void>> write_receipt(store::IntakeStore& store, files::Pool& pool,
                                                   store::BatchSummary batch, std::filesystem::path target) {
  OrderedJson head{{"batch", batch.id.str()},
                   {"file", batch.file_name},
                   {"accepted_at", format_time(batch.accepted_at)},
                   {"submitter", batch.submitter}};
  co_return co_await write_job_lines(store, pool, std::move(batch.id), std::move(target), std::move(head),
                                     &receipt_line);
}

}  // namespace reeld::spool
