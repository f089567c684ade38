#include <fmt/format.h>

#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"

namespace reeld::api {

Refusal LargeBody::refusal() {
  Refusal busy(429, "rate_limited",
               "several large requests are being taken in just now; try again in a moment");
  busy.headers.push_back({"Retry-After", "2"});
  return busy;
}

Task<void> upload_image(Context& context, Call& call) {
  const std::string type = media_type(call.head());
  if (type != "image/png" && type != "image/jpeg" && type != "image/webp") {
    co_return unsupported_media_type("image/png, image/jpeg or image/webp");
  }
  const LargeBody place(context);
  if (!place.is_admitted()) co_return LargeBody::refusal();
  const std::size_t most = context.options.max_image;
  auto bytes = co_await call.exchange().read_all(most);
  if (!bytes) {
    const std::string words = fmt::format("an image may have {} MiB at most (frames.max_mib)", most >> 20);
    co_return unread_body(bytes.error(), words);
  }
  if (bytes->empty()) co_return bad_input("the body is empty; send the image's bytes as they are");
  auto image = co_await context.parts.upload_image(std::move(*bytes));
  if (!image) co_return image.error();
  Json answer{{"id", image->id},         {"type", "UPLOADED"},    {"sha256", image->sha256},
              {"format", image->format}, {"width", image->width}, {"height", image->height}};
  co_return co_await call.answer(201, std::move(answer));
}

}  // namespace reeld::api
