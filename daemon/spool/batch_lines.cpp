#include "daemon/spool/batch_lines.hpp"

#include "daemon/files/durable.hpp"
#include "daemon/spool/layout.hpp"

namespace reeld::spool {

namespace asio = boost::asio;
using files::DurableWriter;

namespace {
constexpr int kPage = 1000;
}

asio::awaitable<Result<std::vector<store::BatchJob>>> JobPages::next() {
  auto page = co_await store_.batch_jobs(batch_, last_, kPage);
  if (page && !page->empty()) last_ = page->back().position;
  co_return page;
}

std::string dump_line(const OrderedJson& value) {
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string open_list(const OrderedJson& head, std::string_view list) {
  std::string text = dump_line(head);
  text.pop_back();
  text += ",\"";
  text += list;
  text += "\":[\n";
  return text;
}

asio::awaitable<Result<void>> write_job_lines(store::IntakeStore& store, files::Pool& pool, BatchId batch,
                                              std::filesystem::path target, OrderedJson head,
                                              std::function<OrderedJson(const store::BatchJob&)> line) {
  using Writer = std::unique_ptr<DurableWriter>;
  std::function<Result<Writer>()> open = [target] { return DurableWriter::open(target, kFileMode); };
  auto writer = co_await pool.run(std::move(open));
  if (!writer) co_return writer.error();

  std::string text = open_list(head, "jobs");
  JobPages pages(store, std::move(batch));
  bool first = true;
  for (;;) {
    auto page = co_await pages.next();
    if (!page) co_return page.error();
    for (const store::BatchJob& job : *page) {
      if (!first) text += ",\n";
      first = false;
      text += dump_line(line(job));
    }
    const bool end = page->empty();
    if (end) text += "\n]}\n";
    std::function<Result<void>()> write = [file = writer->get(), end,
                                           piece = std::move(text)]() -> Result<void> {
      if (auto written = file->write(piece); !written) return written;
      return end ? file->commit() : Result<void>();
    };
    auto written = co_await pool.run(std::move(write));
    if (!written || end) co_return written;
    text.clear();
  }
}

}  // namespace reeld::spool
