#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "common/util/error.hpp"
#include "daemon/store/observer.hpp"
#include "daemon/store/sqlite/checkpointer.hpp"
#include "daemon/store/sqlite/connection.hpp"
#include "daemon/store/sqlite/disk_trouble.hpp"

namespace reeld::store::sqlite {

/// The one thread that owns the one connection that writes and checkpoints.
///
/// It takes all the work that has gathered, runs it in one transaction (each piece in its own savepoint, so
/// that one failure does not sink the others), commits, and only then resumes the callers: one fsync serves
/// them all, and nothing is acknowledged that a power cut could take back.
class StoreThread {
 public:
  /// `connection` is used by the new thread alone from here on; `observer` outlives it.
  explicit StoreThread(std::unique_ptr<Connection> connection, Observer& observer);
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  /// Runs `work` in the next transaction; resumes the caller on its own executor after the commit. What
  /// `work` returns as an Error rolls back its own changes only. Not cancellable.
  template <class T>
  boost::asio::awaitable<Result<T>> submit(std::string_view operation,
                                           std::function<Result<T>(Connection&)> work);

  /// `callback` is called on this thread after each commit that changed something.
  void on_commit(std::function<void()> callback);

  /// Why nothing can be written; empty: it can. Any thread.
  std::string trouble() const { return trouble_.words(); }

  /// Bytes in the write-ahead log. Any thread.
  std::uint64_t wal_bytes() const { return checkpointer_.bytes(); }

  /// Runs what was submitted, checkpoints, and closes the connection. Blocks.
  void close();

 private:
  /// A caller's work, its result, and the way back to the caller.
  class Piece {
   public:
    virtual ~Piece() = default;
    /// False when the work's changes are to be undone.
    virtual bool apply(Connection& connection) = 0;
    /// Resumes the caller; `failure`, if any, replaces the result: nothing was committed.
    virtual void complete(const Error* failure) = 0;
    /// What the work is called.
    virtual std::string_view operation() const = 0;
  };
  template <class T, class Handler>
  class PieceFor;

  void enqueue(std::unique_ptr<Piece> piece);
  void loop();
  /// What has gathered, after a wait; none at the end, or when it is time to try the disk again.
  std::vector<std::unique_ptr<Piece>> take();
  void try_disk_if_due();
  void commit(std::vector<std::unique_ptr<Piece>>& pieces);
  void apply_all(std::vector<std::unique_ptr<Piece>>& pieces);
  void tell_commit();

  std::unique_ptr<Connection> connection_;
  Observer& observer_;
  Checkpointer checkpointer_;
  DiskTrouble trouble_;
  PlaceCheck place_;
  std::chrono::steady_clock::time_point disk_tried_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::unique_ptr<Piece>> queue_;
  bool closing_ = false;
  std::function<void()> on_commit_;
  std::thread thread_;
};

template <class T, class Handler>
class StoreThread::PieceFor final : public Piece {
 public:
  PieceFor(Handler handler, std::string_view operation, std::function<Result<T>(Connection&)> work)
      : handler_(std::move(handler)),
        guard_(boost::asio::get_associated_executor(handler_)),
        operation_(operation),
        work_(std::move(work)),
        result_(Error{Errc::kUnavailable, operation, "the queue could not be written"}) {}

  bool apply(Connection& connection) override {
    try {
      result_ = work_(connection);
    } catch (const SqliteError& error) {
      // What the disk refuses one, it refuses all: nothing of the transaction is to be kept.
      if (error.cannot_write()) throw;
      result_ = Error{error.is_lasting() ? Errc::kInternal : Errc::kUnavailable, operation_, error.what()};
    } catch (const std::exception& error) {
      result_ = Error{Errc::kInternal, operation_, error.what()};
    }
    work_ = nullptr;
    return result_.has_value();
  }

  std::string_view operation() const override { return operation_; }

  void complete(const Error* failure) override {
    // Also an error: what it rests on may have been undone with the rest of the transaction.
    if (failure != nullptr) result_ = Error{failure->code, operation_, failure->detail};
    auto executor = guard_.get_executor();
    boost::asio::post(executor, [handler = std::move(handler_), result = std::move(result_)]() mutable {
      std::move(handler)(std::move(result));
    });
  }

 private:
  Handler handler_;
  /// Keeps io_context::run() alive while this thread holds the handler.
  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> guard_;
  std::string_view operation_;
  std::function<Result<T>(Connection&)> work_;
  Result<T> result_;
};

template <class T>
boost::asio::awaitable<Result<T>> StoreThread::submit(std::string_view operation,
                                                      std::function<Result<T>(Connection&)> work) {
  auto start = [this, operation](auto handler, std::function<Result<T>(Connection&)> job) {
    using Handler = decltype(handler);
    enqueue(std::make_unique<PieceFor<T, Handler>>(std::move(handler), operation, std::move(job)));
  };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<T>)>(
      start, boost::asio::use_awaitable, std::move(work));
}

}  // namespace reeld::store::sqlite
