#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/query.hpp"
#include "daemon/api/shapes.hpp"
#include "daemon/api/users.hpp"

namespace reeld::api {

using store::BatchPage;
using store::BatchSummary;
using store::Reader;

namespace {

Task<BatchSummary> find_batch(Context& context, std::string id_or_name) {
  std::function<Result<BatchSummary>(Reader&)> look = [id_or_name](Reader& reader) {
    return reader.batch(id_or_name);
  };
  auto batch = co_await context.parts.reading.run(std::move(look));
  if (!batch) co_return batch.error();
  co_return std::move(*batch);
}

}  // namespace

Task<void> list_batches(Context& context, Call& call) {
  auto limit = read_limit(call);
  if (!limit) co_return limit.error();
  auto after = read_after(call);
  if (!after) co_return after.error();
  std::function<Result<BatchPage>(Reader&)> look = [limit = *limit, after = BatchId(*after)](Reader& reader) {
    return reader.batches(after, limit);
  };
  auto page = co_await context.parts.reading.run(std::move(look));
  if (!page) co_return page.error();
  Json batches = Json::array();
  for (const BatchSummary& batch : page->batches) batches.push_back(batch_json(batch));
  Json answer{{"batches", std::move(batches)}, {"next", or_null(page->next.str())}};
  co_return co_await call.answer(200, std::move(answer));
}

Task<void> show_batch(Context& context, Call& call) {
  auto batch = co_await find_batch(context, call.argument(0));
  if (!batch) co_return batch.error();
  co_return co_await call.answer(200, batch_json(*batch));
}

Task<void> release_batch(Context& context, Call& call) {
  auto batch = co_await find_batch(context, call.argument(0));
  if (!batch) co_return batch.error();
  std::string by = co_await context.users.name(call.head().peer);
  auto released = co_await context.parts.control.release_batch(batch->id, std::move(by));
  if (!released) co_return released.error();
  auto now = co_await find_batch(context, batch->id.str());
  if (!now) co_return now.error();
  Json answer{{"batch", batch_json(*now)}, {"released", *released}};
  co_return co_await call.answer(200, std::move(answer));
}

}  // namespace reeld::api
