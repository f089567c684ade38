#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "tests/simulator/http.hpp"

namespace reeld::sim {

/// A picture that a submit refers to.
struct ImageRef {
  std::string id;
  bool uploaded = false;  ///< else it is the image of an earlier generation
};

/// What a valid submit asks for, defaults filled in.
struct Order {
  std::string model;
  std::string prompt;
  bool is_public = false;
  bool enhance = false;
  int width = 0;
  int height = 0;
  int duration = 0;
  int quantity = 1;
  std::optional<std::int64_t> seed;
  std::optional<ImageRef> start_frame;
  std::optional<ImageRef> end_frame;
};

/// Where the guides and the specification of the service disagree.
struct SubmitPolicy {
  bool accept_request_wrapper = false;
};

/// Checks the body of a submit as strictly as the service: either the order, or the refusal to send.
/// Does not look at what only the cloud knows: whether images exist, the balance, the limits.
std::variant<Order, Answer> check_submit(std::string_view body, const SubmitPolicy& policy);

}  // namespace reeld::sim
