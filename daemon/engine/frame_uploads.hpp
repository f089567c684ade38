#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "common/util/async/nursery.hpp"
#include "common/util/async/wakeup.hpp"
#include "common/util/clock.hpp"
#include "common/util/random.hpp"
#include "daemon/engine/governor.hpp"
#include "daemon/files/pool.hpp"
#include "daemon/leonardo/images.hpp"
#include "daemon/store/frame_store.hpp"

namespace reeld::engine {

/// A local picture in the account.
struct FrameImage {
  std::string id;
  bool is_new = false;  ///< it was uploaded just now
};

/// Brings local pictures into the account: each once, however many jobs ask for it at the same time or later.
/// All on one executor.
class FrameUploads {
  struct Upload;

 public:
  /// What it works with; all of it outlives the object.
  struct Parts {
    store::FrameStore& store;
    leonardo::Images& images;
    files::Pool& pool;
    Clock& clock;
    Random& random;
    Governor& governor;
  };

  struct Options {
    std::filesystem::path copies;  ///< the folder of the pictures
    std::string base_url;
    BackoffPolicy retry;
  };

  using Outcome = leonardo::ApiResult<FrameImage>;

  /// A job's wait for a picture. What it waits for goes on when it leaves, as long as another one waits.
  class Ticket {
   public:
    Ticket(std::shared_ptr<Upload> upload, Wakeup& waiter, bool is_first);
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    /// Nothing: not known yet; the waiter is poked when it is. An error of another class than kInvalid,
    /// kModerated, kUnauthorized and kNoBalance passes: the picture may be asked for again later. To be new
    /// is told to the first who asked.
    std::optional<Outcome> outcome() const;

   private:
    std::shared_ptr<Upload> upload_;
    Wakeup& waiter_;
    bool is_first_;
  };

  FrameUploads(boost::asio::any_io_executor executor, Parts parts, Options options);
  ~FrameUploads();

  /// Other pauses before an upload is tried again.
  void set_retry(BackoffPolicy retry) { options_.retry = retry; }
  /// The API key is another one, perhaps another account's: what is under way ends with an error that passes.
  void key_changed() { ++key_no_; }

  /// Asks for the picture whose copy has this name, in this account. `waiter` outlives the ticket.
  Ticket ask(const std::string& copy, const std::string& account, Wakeup& waiter);

  /// Breaks off what is under way, once nobody asks any more: it is uploaded again at the next start.
  boost::asio::awaitable<void> stop();

 private:
  class Place;
  using Image = boost::asio::awaitable<Outcome>;

  /// Under the copy's name, the account and the key: nobody joins what an older key has begun.
  using Name = std::tuple<std::string, std::string, int>;

  static Name name_of(const Upload& upload);

  boost::asio::awaitable<void> bring(std::shared_ptr<Upload> upload);
  Image find_or_send(std::shared_ptr<Upload> upload);
  Image send(std::shared_ptr<Upload> upload);
  boost::asio::awaitable<void> wait_for_place(std::shared_ptr<Upload> upload);
  boost::asio::awaitable<void> wait_for_request();

  boost::asio::any_io_executor executor_;
  Parts parts_;
  Options options_;
  std::map<Name, std::shared_ptr<Upload>> uploads_;  ///< under way
  int key_no_ = 1;                                   ///< grows with each change of the API key
  int sending_ = 0;
  std::deque<std::shared_ptr<Upload>> queue_;  ///< those that wait for a place to send
  Nursery nursery_;
};

}  // namespace reeld::engine
