#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/util/time.hpp"
#include "tests/simulator/film.hpp"

namespace reeld::sim {

/// What a request asks for. The names are those that faults and counts use.
enum class Endpoint {
  kSubmit,
  kStatus,
  kList,
  kMe,
  kDelete,
  kInitImage,
  kImage,
  kUpload,
  kDownload,
  kPoster,
  kControl,
  kOther,
};
constexpr std::size_t kEndpoints = 12;

/// "submit", "status", "init-image", ...
std::string_view to_string(Endpoint endpoint);

enum class Method { kGet, kHead, kPost, kDelete, kOther };
std::string_view to_string(Method method);

/// The parts of a request that the simulator looks at; they live as long as the exchange.
struct Request {
  Method method = Method::kOther;
  std::string_view path;
  std::string_view query;
  bool has_authorization = false;
  std::string_view authorization;
  std::string_view content_type;
  std::string_view range;
  std::string_view if_range;
  std::string_view body;
  bool body_too_large = false;
  std::uint64_t connection = 0;
};

/// A part of a film or a poster.
struct ContentPart {
  Content content;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// How an answer goes out, where that is not simply "at once and whole".
struct Delivery {
  enum class End { kWhole, kNothing, kHalf, kHang, kEndless };
  End end = End::kWhole;
  bool reset = false;  ///< break off with RST instead of FIN
  Duration delay{0};
  std::uint64_t bytes_per_second = 0;  ///< 0: as fast as it goes
};

/// What goes back.
struct Answer {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string text;
  std::shared_ptr<const std::string> shared_text;  ///< instead of text: a body that is kept
  std::optional<ContentPart> content;              ///< instead of both: streamed
  bool head_only = false;
  Delivery delivery;

  std::string_view body() const {
    return shared_text ? std::string_view(*shared_text) : std::string_view(text);
  }
};

/// A JSON answer.
Answer json_answer(std::string text, int status = 200);

/// The value of a query parameter, as it stands; empty where it is missing.
std::string_view query_value(std::string_view query, std::string_view name);

/// A whole number of digits only; nothing on other text.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace reeld::sim
