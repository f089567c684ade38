#include "daemon/engine/frame_uploads.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>

#include "common/util/log.hpp"
#include "daemon/files/descriptor.hpp"

namespace reeld::engine {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using leonardo::ApiError;
using leonardo::ErrorClass;

namespace {

/// Each holds a picture in memory, twice: as it is and in its form.
constexpr int kMostAtOnce = 4;
/// Tries in a row. Then the jobs leave and ask again later, so that others get their turn.
constexpr int kTries = 5;

void report(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    spdlog::critical("a bug ended the upload of a picture: {}", error.what());
  }
}

/// True when the same may go well later.
bool passes(const ApiError& error) {
  switch (error.error_class) {
    case ErrorClass::kInvalid:
    case ErrorClass::kModerated:
    case ErrorClass::kUnauthorized:
    case ErrorClass::kNoBalance:
      return false;
    default:
      return true;
  }
}

ApiError not_now(const Error& error) {
  return ApiError{ErrorClass::kServerError, error.detail, 0, std::nullopt};
}

ApiError other_key() {
  return ApiError{ErrorClass::kServerError, "the API key has changed meanwhile", 0, std::nullopt};
}

Result<std::string> read_all(const fs::path& file) {
  static constexpr std::string_view kOperation = "engine.read_frame";
  auto opened = files::open_descriptor(kOperation, file, O_RDONLY);
  if (!opened) return opened.error();
  struct stat found{};
  if (::fstat(opened->get(), &found) != 0) return errno_error(kOperation, errno, file.native());
  std::string bytes(static_cast<std::size_t>(found.st_size), '\0');
  auto got = files::read_at(kOperation, *opened, bytes.data(), bytes.size(), 0, file);
  if (!got) return got.error();
  bytes.resize(*got);
  return bytes;
}

}  // namespace

/// A picture on its way.
struct FrameUploads::Upload {
  std::string copy;
  store::ImageKey key;
  int key_no;  ///< of the API key when it was asked for
  Wakeup wakeup;
  std::vector<Wakeup*> waiters{};
  std::optional<Outcome> outcome{};
};

/// One of the few that send at a time, given on when it goes.
class FrameUploads::Place {
 public:
  explicit Place(FrameUploads& uploads) : uploads_(uploads) { ++uploads_.sending_; }
  ~Place() {
    --uploads_.sending_;
    if (uploads_.queue_.empty()) return;
    uploads_.queue_.front()->wakeup.poke();
    uploads_.queue_.pop_front();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  FrameUploads& uploads_;
};

FrameUploads::Ticket::Ticket(std::shared_ptr<Upload> upload, Wakeup& waiter, bool is_first)
    : upload_(std::move(upload)), waiter_(waiter), is_first_(is_first) {
  upload_->waiters.push_back(&waiter_);
}

FrameUploads::Ticket::~Ticket() {
  std::erase(upload_->waiters, &waiter_);
}

std::optional<FrameUploads::Outcome> FrameUploads::Ticket::outcome() const {
  auto outcome = upload_->outcome;
  if (outcome && *outcome) (*outcome)->is_new = (*outcome)->is_new && is_first_;
  return outcome;
}

FrameUploads::FrameUploads(asio::any_io_executor executor, Parts parts, Options options)
    : executor_(executor), parts_(parts), options_(std::move(options)), nursery_(executor, report) {}

FrameUploads::~FrameUploads() = default;

FrameUploads::Name FrameUploads::name_of(const Upload& upload) {
  return {upload.copy, upload.key.account, upload.key_no};
}

FrameUploads::Ticket FrameUploads::ask(const std::string& copy, const std::string& account, Wakeup& waiter) {
  std::shared_ptr<Upload>& upload = uploads_[{copy, account, key_no_}];
  const bool is_first = upload == nullptr;
  if (!is_first) return Ticket(upload, waiter, false);
  store::ImageKey key{fs::path(copy).stem().native(), account, options_.base_url};
  upload = std::make_shared<Upload>(Upload{copy, std::move(key), key_no_, Wakeup(executor_)});
  nursery_.spawn(bring(upload));
  return Ticket(upload, waiter, true);
}

asio::awaitable<void> FrameUploads::stop() {
  nursery_.cancel(asio::cancellation_type::terminal);
  co_await nursery_.join(1s);
}

asio::awaitable<void> FrameUploads::bring(std::shared_ptr<Upload> upload) {
  std::exception_ptr thrown;
  Outcome outcome = not_now(Error{Errc::kInternal, "engine.upload_frame", "the upload broke off"});
  try {
    outcome = co_await find_or_send(upload);
  } catch (...) {
    thrown = std::current_exception();
  }
  uploads_.erase(name_of(*upload));
  upload->outcome = std::move(outcome);
  for (Wakeup* waiter : upload->waiters) waiter->poke();
  if (thrown) std::rethrow_exception(thrown);
}

FrameUploads::Image FrameUploads::find_or_send(std::shared_ptr<Upload> upload) {
  auto known = co_await parts_.store.uploaded_image(upload->key);
  if (!known) co_return not_now(known.error());
  if (*known) co_return FrameImage{std::move(**known), false};
  for (int tries = 1;; ++tries) {
    auto sent = co_await send(upload);
    if (sent) co_return sent;
    log_event(spdlog::level::warn, "a picture is not uploaded yet",
              {{"picture", upload->copy}, {"try", tries}, {"error", sent.error().words}});
    const bool is_last = tries == kTries || upload->waiters.empty() || upload->key_no != key_no_;
    if (is_last || !passes(sent.error())) co_return sent;
    const Duration pause = backoff_delay(options_.retry, tries, parts_.random.unit());
    co_await parts_.clock.sleep_for(std::max(pause, sent.error().retry_after.value_or(0ms)));
  }
}

/// One try.
FrameUploads::Image FrameUploads::send(std::shared_ptr<Upload> upload) {
  co_await wait_for_place(upload);
  const Place place(*this);
  const std::function<Result<std::string>()> read = [path = options_.copies / upload->copy] {
    return read_all(path);
  };
  auto bytes = co_await parts_.pool.run(read);
  if (!bytes && bytes.error().code == Errc::kNotFound) {
    co_return ApiError{
        ErrorClass::kInvalid,
        fmt::format("the copy of the picture, {}, is gone; submit the job again", upload->copy), 0,
        std::nullopt};
  }
  if (!bytes) co_return not_now(bytes.error());
  const auto picture = image_format(*bytes);
  if (!picture) {
    co_return ApiError{ErrorClass::kInvalid,
                       fmt::format("the copy of the picture, {}, is damaged", upload->copy), 0, std::nullopt};
  }
  co_await wait_for_request();
  if (upload->key_no != key_no_) co_return other_key();
  leonardo::ImageFile file{picture->format, std::move(*bytes)};
  auto sent = co_await parts_.images.upload(std::move(file));
  if (!sent && sent.error().error_class == ErrorClass::kRateLimited) {
    parts_.governor.request_refused(parts_.clock.elapsed(), sent.error().retry_after);
  }
  // Whose account it is in, or who refused it, is not known.
  if (upload->key_no != key_no_) co_return other_key();
  if (!sent) co_return sent.error();
  log_event(spdlog::level::info, "a picture is uploaded", {{"picture", upload->copy}, {"image", sent->id}});
  auto remembered = co_await parts_.store.remember_image(upload->key, sent->id);
  if (!remembered) {
    log_event(spdlog::level::warn, "an uploaded picture is not remembered, and will be uploaded again",
              {{"picture", upload->copy}, {"error", describe(remembered.error())}});
  }
  co_return FrameImage{std::move(sent->id), true};
}

asio::awaitable<void> FrameUploads::wait_for_place(std::shared_ptr<Upload> upload) {
  while (sending_ >= kMostAtOnce) {
    queue_.push_back(upload);
    co_await upload->wakeup.wait_for(Duration::max());
  }
}

asio::awaitable<void> FrameUploads::wait_for_request() {
  for (;;) {
    const Duration wait = parts_.governor.request_wait(parts_.clock.elapsed());
    if (wait == 0ms) break;
    co_await parts_.clock.sleep_for(wait);
  }
  parts_.governor.note_request(parts_.clock.elapsed());
}

}  // namespace reeld::engine
