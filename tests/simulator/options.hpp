#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "common/util/time.hpp"
#include "tests/simulator/money.hpp"

namespace reeld::sim {

/// Dollars for one second of film, by the height of the picture.
struct PricePerSecond {
  Money at_1080;
  Money at_1440;
  Money at_2160;
};

/// Everything that can be set about a simulated cloud. A limit of 0 is off.
struct Options {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one; a restart in one process keeps it
  /// Holds ca.pem and the CA's key, used again when present; empty: a temporary folder.
  std::filesystem::path dir{};
  /// Keeps what was accepted, as JSON lines, and is read at start; empty: nothing is kept.
  std::filesystem::path state{};
  /// The host in film addresses; the certificate also covers cdn.localhost.
  std::string cdn_host = "localhost";
  bool wrong_host_cert = false;  ///< the certificate names another host
  bool expired_cert = false;     ///< the certificate ended yesterday

  std::string api_key = "00000000-0000-4000-8000-00000000c0de";
  std::string user_id = "5e1f0000-0000-4000-8000-0000000005e1";
  /// A second account, which shares money, limits and images with the first, and sees its own generations
  /// alone. Empty: there is none.
  std::string other_api_key{};
  std::string other_user_id = "5e1f0000-0000-4000-8000-0000000005e2";
  std::vector<std::string> known_images = {"11111111-2222-4333-8444-555555555555"};  ///< uploaded "earlier"

  Duration render_time{2000};
  double render_jitter = 0;       ///< 0.2: each render takes 80 % to 120 % of render_time
  std::uint64_t video_bytes = 0;  ///< the exact size of each film; 0: a clip's natural size
  Duration list_delay{0};         ///< how long a new generation stays out of the list
  Duration upload_policy_life{120'000};
  Duration clock_skew{0};         ///< the cloud's clock minus ours: Date, ids and createdAt all show it
  std::uint64_t random_seed = 1;  ///< drives jitter, drawn seeds and the probability of faults

  int requests_per_minute = 2000;
  int submits_per_minute = 100;
  int concurrency = 10;   ///< renders at a time; the rest waits
  int max_pending = 100;  ///< how many may wait for a slot before submits are refused
  int retry_after = 0;    ///< seconds in the Retry-After of a 429; 0: the header stays out
  int max_connections = 2048;

  Money balance{10'000'000};
  std::map<std::string, PricePerSecond> prices = {
      {"ltxv-2.0-pro", {{600}, {1200}, {2400}}},
      {"ltxv-2.0-fast", {{400}, {800}, {1600}}},
      {"ltxv-2.3-pro", {{600}, {1200}, {2400}}},
      {"ltxv-2.3-fast", {{400}, {800}, {1600}}},
  };

  bool echo_seed = true;                 ///< false: the seed reads null
  bool rewrite_enhanced_prompts = true;  ///< prompt_enhance ON stores another prompt than was sent
  bool top_level_envelope = false;       ///< submits answer without the `generate` member around
  bool accept_request_wrapper = false;   ///< LTX 2.3 as in its guide: a `request` member around, and `audio`
  bool range = true;                     ///< downloads honour Range
  bool strict_upload_order = true;       ///< an upload's fields must come in the order they were given
};

}  // namespace reeld::sim
