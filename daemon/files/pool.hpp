#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <optional>

#include "common/util/error.hpp"

namespace reeld::files {

/// A few threads for blocking file work, so that the network thread never waits for a disk.
class Pool {
 public:
  explicit Pool(std::size_t threads) : threads_(threads) {}

  /// Runs `work` on the pool and resumes the caller on its own executor with the result. Not cancellable:
  /// what has begun to be written is finished. An exception of `work` is thrown to the caller.
  template <class T>
  boost::asio::awaitable<Result<T>> run(std::function<Result<T>()> work);

  /// Waits for all that was started. Blocks.
  void join() { threads_.join(); }

 private:
  boost::asio::thread_pool threads_;
};

template <class T>
boost::asio::awaitable<Result<T>> Pool::run(std::function<Result<T>()> work) {
  namespace asio = boost::asio;
  auto start = [this](auto handler, std::function<Result<T>()> job) {
    auto guard = asio::make_work_guard(handler);
    asio::post(
        threads_, [handler = std::move(handler), guard = std::move(guard), job = std::move(job)]() mutable {
          std::exception_ptr thrown;
          std::optional<Result<T>> result;
          try {
            result.emplace(job());
          } catch (...) {
            thrown = std::current_exception();
            result.emplace(Error{Errc::kInternal, "files.pool", "the work threw"});
          }
          auto executor = guard.get_executor();
          asio::post(executor, [handler = std::move(handler), thrown, result = std::move(*result)]() mutable {
            std::move(handler)(thrown, std::move(result));
          });
        });
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr, Result<T>)>(
      start, asio::use_awaitable, std::move(work));
}

}  // namespace reeld::files
