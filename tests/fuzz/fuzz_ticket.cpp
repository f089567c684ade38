// The leave to upload an image, and the form that is made of it.
#include "common/util/uuid.hpp"
#include "daemon/leonardo/upload_form.hpp"
#include "tests/fuzz/require.hpp"

namespace reeld::leonardo {
namespace {

using fuzz::require;

std::size_t occurrences(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size()))
    ++count;
  return count;
}

void check(std::string_view body) {
  const auto ticket = read_upload_ticket(body);
  if (!ticket) {
    require(ticket.error().error_class == ErrorClass::kServerError, "an odd ticket is the service's trouble");
    return;
  }
  require(is_uuid(ticket->id), "an image has an id");
  require(!ticket->url.empty(), "a form goes somewhere");

  const UploadForm form = make_upload_form(ticket->fields, "frame.png", body);
  const std::string boundary = form.content_type.substr(form.content_type.find('=') + 1);
  require(occurrences(form.body, boundary) == ticket->fields.size() + 2,
          "the boundary stands before each part and behind the last, and in no part");
  require(form.body.find(body) != std::string::npos, "the form holds the image");
}

}  // namespace
}  // namespace reeld::leonardo

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  reeld::leonardo::check(reeld::fuzz::as_text(bytes, size));
  return 0;
}
