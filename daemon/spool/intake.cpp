#include "daemon/spool/intake.hpp"

#include <boost/asio/this_coro.hpp>

#include "common/job/output_path.hpp"
#include "daemon/spool/lock.hpp"
#include "daemon/spool/rounds.hpp"

namespace reeld::spool {

namespace asio = boost::asio;

Intake::Intake(Parts parts, IntakeOptions options, std::function<void()> on_accepted)
    : parts_(parts),
      options_(std::move(options)),
      on_accepted_(std::move(on_accepted)),
      layout_(options_.dir) {}

Intake::~Intake() = default;

Result<void> Intake::prepare() {
  if (auto zone = local_stamp(parts_.clock.now(), options_.timezone); !zone) return zone.error();
  if (auto made = make_folders(layout_); !made) return made;
  auto lock = SpoolLock::take(layout_.dir());
  if (!lock) return lock.error();
  lock_ = std::move(*lock);
  return {};
}

asio::awaitable<void> Intake::run() {
  auto executor = co_await asio::this_coro::executor;
  Rounds rounds(std::move(executor), parts_, options_, layout_, on_accepted_);
  co_await rounds.run();
}

}  // namespace reeld::spool
