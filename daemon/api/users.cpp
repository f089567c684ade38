#include "daemon/api/users.hpp"

#include "common/util/user.hpp"

namespace reeld::api {

boost::asio::awaitable<std::string> Users::name(http::server::Peer peer) {
  if (!peer.uid) co_return "api";
  const uid_t uid = *peer.uid;
  if (const auto found = known_.find(uid); found != known_.end()) co_return found->second;
  std::function<Result<std::string>()> look = [uid] { return Result<std::string>(user_name(uid)); };
  auto name = co_await pool_.run(std::move(look));
  if (!name) co_return std::to_string(uid);
  known_[uid] = *name;
  co_return std::move(*name);
}

}  // namespace reeld::api
