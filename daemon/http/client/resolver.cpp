#include "daemon/http/client/resolver.hpp"

#include <netdb.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace reeld::http {
namespace {

constexpr Duration kKeep{30'000};
constexpr std::size_t kMaxKept = 256;
constexpr int kMaxThreads = 4;

Error resolve_error(Errc code, std::string detail) {
  return Error{code, "http.resolve", std::move(detail)};
}

}  // namespace

Result<Addresses> system_lookup(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), nullptr, &wanted, &first);
  if (failed != 0) {
    return resolve_error(Errc::kUnavailable, "cannot look up " + host + ": " + ::gai_strerror(failed));
  }
  Addresses addresses;
  for (const addrinfo* info = first; info != nullptr; info = info->ai_next) {
    if (info->ai_family == AF_INET) {
      const auto* v4 = reinterpret_cast<const sockaddr_in*>(info->ai_addr);
      addresses.emplace_back(boost::asio::ip::address_v4(ntohl(v4->sin_addr.s_addr)));
    } else if (info->ai_family == AF_INET6) {
      const auto* v6 = reinterpret_cast<const sockaddr_in6*>(info->ai_addr);
      boost::asio::ip::address_v6::bytes_type bytes;
      std::copy_n(v6->sin6_addr.s6_addr, bytes.size(), bytes.begin());
      addresses.emplace_back(boost::asio::ip::address_v6(bytes, v6->sin6_scope_id));
    }
  }
  ::freeaddrinfo(first);
  return addresses;
}

/// What is known and who waits; belongs to the executor.
class Resolver::Names {
 public:
  struct Name {
    std::list<boost::asio::steady_timer*> waiting;
    std::optional<Result<Addresses>> answer;
    SteadyTime fresh_until = SteadyTime::max();
  };

  /// A timer's place among those that an answer wakes, for as long as this lives.
  class Waiting {
   public:
    Waiting(Name& name, boost::asio::steady_timer& timer)
        : name_(name), place_(name.waiting.insert(name.waiting.end(), &timer)) {}
    ~Waiting() { name_.waiting.erase(place_); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    Name& name_;
    std::list<boost::asio::steady_timer*>::iterator place_;
  };

  /// The entry to wait for or to read; `is_new` when somebody must look it up.
  std::shared_ptr<Name> find(const std::string& host, bool& is_new) {
    std::shared_ptr<Name>& name = names_[host];
    is_new = !name || name->fresh_until <= std::chrono::steady_clock::now();
    if (is_new) name = std::make_shared<Name>();
    return name;
  }

  void answer(const std::string& host, Result<Addresses> result) {
    const auto found = names_.find(host);
    if (found == names_.end()) return;
    const std::shared_ptr<Name> name = found->second;
    if (result && result->empty()) result = resolve_error(Errc::kUnavailable, host + " has no address");
    name->fresh_until = after(kKeep);
    // A failure is told to those who wait and then forgotten, so that the next request tries anew.
    if (!result || names_.size() > kMaxKept) names_.erase(found);
    name->answer = std::move(result);
    for (boost::asio::steady_timer* timer : name->waiting) timer->cancel();
    forget_stale();
  }

  void abandon(const std::string& host) { names_.erase(host); }

  void cancel_all() {
    while (!names_.empty()) {
      const std::string host = names_.begin()->first;
      answer(host, resolve_error(Errc::kCancelled, "shutting down"));
    }
  }

 private:
  void forget_stale() {
    const SteadyTime now = std::chrono::steady_clock::now();
    std::erase_if(names_, [now](const auto& entry) { return entry.second->fresh_until <= now; });
  }

  std::map<std::string, std::shared_ptr<Name>> names_;
};

/// The lookups; shared with the threads, which may outlive the resolver.
class Resolver::Threads : public std::enable_shared_from_this<Threads> {
 public:
  using Deliver = std::function<void(std::string host, Result<Addresses>)>;

  Threads(BlockingLookup lookup, Deliver deliver)
      : lookup_(std::move(lookup)), deliver_(std::move(deliver)) {}

  /// False when the system gives no thread, or after stop().
  bool start(std::string host) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return false;
    queue_.push_back(std::move(host));
    if (running_ >= kMaxThreads) return true;
    try {
      std::thread([self = shared_from_this()] { self->work(); }).detach();
      ++running_;
    } catch (const std::system_error&) {
      if (running_ == 0) queue_.pop_back();
      return running_ > 0;
    }
    return true;
  }

  /// Takes a lookup back that has not begun; false when it has.
  bool withdraw(const std::string& host) {
    const std::scoped_lock lock(mutex_);
    return std::erase(queue_, host) > 0;
  }

  void stop() {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    queue_.clear();
    deliver_ = nullptr;
  }

 private:
  Result<Addresses> look_up(const std::string& host) const {
    try {
      return lookup_(host);
    } catch (const std::exception& error) {
      return resolve_error(Errc::kUnavailable, "cannot look up " + host + ": " + error.what());
    }
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (!queue_.empty()) {
      const std::string host = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      Result<Addresses> result = look_up(host);
      lock.lock();
      // Under the lock: once stop() has returned, nothing is posted to an executor that may be gone.
      if (!stopped_) deliver_(host, std::move(result));
    }
    --running_;
  }

  std::mutex mutex_;
  std::deque<std::string> queue_;
  int running_ = 0;
  bool stopped_ = false;
  const BlockingLookup lookup_;
  Deliver deliver_;
};

Resolver::Resolver(boost::asio::any_io_executor executor, BlockingLookup lookup)
    : executor_(executor), names_(std::make_shared<Names>()) {
  auto deliver = [executor, weak = std::weak_ptr(names_)](std::string host, Result<Addresses> result) {
    boost::asio::post(executor, [weak, host = std::move(host), result = std::move(result)]() mutable {
      if (const auto names = weak.lock()) names->answer(host, std::move(result));
    });
  };
  threads_ = std::make_shared<Threads>(std::move(lookup), std::move(deliver));
}

Resolver::~Resolver() {
  threads_->stop();
}

boost::asio::awaitable<Result<Addresses>> Resolver::resolve(std::string host, SteadyTime deadline) {
  boost::system::error_code not_literal;
  const auto literal = boost::asio::ip::make_address(host, not_literal);
  if (!not_literal) co_return Addresses{literal};
  bool is_new = false;
  const std::shared_ptr<Names::Name> name = names_->find(host, is_new);
  if (is_new && !threads_->start(host)) {
    names_->abandon(host);
    co_return resolve_error(Errc::kUnavailable, "no thread to look up " + host);
  }
  boost::system::error_code ended;
  if (!name->answer) {
    boost::asio::steady_timer timer(executor_, deadline);
    const Names::Waiting waiting(*name, timer);
    std::tie(ended) = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  if (!name->answer) {
    if (name->waiting.empty() && threads_->withdraw(host)) names_->abandon(host);
    if (!ended) co_return resolve_error(Errc::kTimedOut, "looking up " + host + " takes too long");
    co_return resolve_error(Errc::kCancelled, "cancelled");
  }
  co_return *name->answer;
}

void Resolver::shutdown() {
  threads_->stop();
  names_->cancel_all();
}

}  // namespace reeld::http
