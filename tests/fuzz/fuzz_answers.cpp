// Every answer of the API: whatever it holds, a submit is refused only where a refusal is certain.
#include "common/util/uuid.hpp"
#include "daemon/leonardo/answers.hpp"
#include "daemon/leonardo/classify.hpp"
#include "tests/fuzz/require.hpp"

namespace reeld::leonardo {
namespace {

using fuzz::require;

bool may_be_sent_again(ErrorClass error_class) {
  return error_class != ErrorClass::kMaybeSent;
}

void check_submit(std::string_view body) {
  for (const int status : {0, 201, 204, 301, 408, 500, 502, 503}) {
    require(!may_be_sent_again(classify_submit(status, body).error_class),
            "only a 4xx but 408, and a 200, can say that a submit was refused");
  }
  for (const int status : {200, 400, 401, 403, 404, 422, 429}) {
    const ApiError error = classify_submit(status, body);
    require(error.status == status, "an error knows its status");
    require(!error.words.empty() || error.error_class != ErrorClass::kMaybeSent, "not knowing has its words");
    require(error.error_class != ErrorClass::kUnauthorized || status == 401,
            "only a 401 says that the key is wrong");
    require(error.error_class != ErrorClass::kNotSent, "what was answered was sent");
  }
  if (const auto accepted = read_accepted(body)) {
    require(is_uuid(accepted->id.str()), "what was accepted has an id that can be asked for");
  }
}

void check_generation(const Generation& generation) {
  require(is_uuid(generation.id.str()), "a generation has an id");
  require(generation.width.value_or(0) >= 0 && generation.height.value_or(0) >= 0,
          "sizes are no less than 0");
  for (const RenderedFilm& film : generation.films) require(!film.video_url.empty(), "a film has an address");
}

void check_reads(std::string_view body) {
  if (const auto generation = read_generation(body)) check_generation(*generation);
  if (const auto all = read_generations(body)) {
    for (const Generation& generation : *all) check_generation(generation);
  }
  if (const auto account = read_account(body)) require(!account->user_id.empty(), "an account has an id");
  for (const int status : {200, 401, 404, 429, 500}) {
    const ErrorClass error_class = classify_read(status, body).error_class;
    require(error_class != ErrorClass::kMaybeSent && error_class != ErrorClass::kModerated,
            "asking costs nothing and is refused for no content");
  }
}

}  // namespace
}  // namespace reeld::leonardo

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string_view body = reeld::fuzz::as_text(bytes, size);
  reeld::leonardo::check_submit(body);
  reeld::leonardo::check_reads(body);
  return 0;
}
