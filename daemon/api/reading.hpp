#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "common/util/error.hpp"
#include "daemon/files/pool.hpp"
#include "daemon/store/reader.hpp"

namespace reeld::api {

/// Runs looks at the queue on threads of their own, one for each reader, so that the network thread never
/// waits for SQLite and lists never wait for commits.
class Reading {
 public:
  explicit Reading(std::vector<std::unique_ptr<store::Reader>> readers);
  /// Waits for the looks under way. Blocks.
  ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  /// Resumes the caller on its own executor with what `look` found. Not cancellable.
  template <class T>
  boost::asio::awaitable<Result<T>> run(std::function<Result<T>(store::Reader&)> look) {
    std::function<Result<T>()> work = [this, look = std::move(look)] {
      const Loan loan(*this);
      return look(loan.reader());
    };
    co_return co_await pool_.run(std::move(work));
  }

 private:
  /// A reader in the hands of one thread. There is always a free one: they are as many as the threads.
  class Loan {
   public:
    explicit Loan(Reading& reading);
    ~Loan();
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    store::Reader& reader() const { return *reader_; }

   private:
    Reading& reading_;
    std::unique_ptr<store::Reader> reader_;
  };

  files::Pool pool_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<store::Reader>> free_;
};

}  // namespace reeld::api
