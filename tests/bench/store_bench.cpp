#include <benchmark/benchmark.h>

#include <boost/asio/io_context.hpp>
#include <stdexcept>

#include "common/util/random.hpp"
#include "common/util/uuid.hpp"
#include "daemon/store/open.hpp"
#include "tests/support/files.hpp"
#include "tests/support/run_task.hpp"

namespace reeld::store {
namespace {

/// A claim's cost must not grow with the queue: the argument is how many jobs are queued.
void claim_from_long_queue(benchmark::State& state) {
  const test::TempDir dir;
  SystemClock clock;
  SystemRandom random;
  UuidGenerator uuids(clock, random);
  auto store = open_store({dir.path() / "queue.db"}, clock).value();
  boost::asio::io_context io;
  const BatchId batch(uuids.next());
  for (int first = 1; first <= state.range(0); first += 1000) {
    std::vector<NewJob> jobs;
    for (int i = first; i < first + 1000; ++i) {
      NewJob job;
      job.id = JobId(uuids.next());
      job.position = i;
      job.name = "shot";
      job.kind = {"ltxv-2.0-pro", 1920, 1080, 8};
      job.spec = Json{{"prompt", "Rain on a quiet street"}};
      job.output_path = "shot-" + std::to_string(i);
      jobs.push_back(std::move(job));
    }
    auto staging = store->stage(batch, std::move(jobs));
    if (!test::run_task<Result<std::vector<StagedJob>>>(io, std::move(staging)))
      throw std::runtime_error("stage");
  }
  auto accepting = store->accept(NewBatch{batch, "shots", "", "bench", "digest"});
  if (!test::run_task<Result<void>>(io, std::move(accepting))) throw std::runtime_error("accept");
  for (auto _ : state) {
    auto claiming = store->claim(1);
    auto claimed = test::run_task<Result<Claimed>>(io, std::move(claiming));
    benchmark::DoNotOptimize(claimed);
  }
  store->close();
}
BENCHMARK(claim_from_long_queue)->Arg(1'000)->Arg(100'000)->Iterations(500)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace reeld::store
