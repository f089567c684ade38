#include "daemon/leonardo/answers.hpp"

#include <charconv>
#include <utility>

#include "common/util/json.hpp"
#include "common/util/uuid.hpp"
#include "daemon/leonardo/classify.hpp"

namespace reeld::leonardo {
namespace {

/// The member of an object; null where the value is no object or has none.
const Json& at(const Json& value, const char* name) {
  static const Json kNothing;
  if (!value.is_object()) return kNothing;
  const auto found = value.find(name);
  return found == value.end() ? kNothing : *found;
}

std::string text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

std::optional<std::int64_t> integer(const Json& value) {
  if (value.is_number_unsigned() && !std::in_range<std::int64_t>(value.get<std::uint64_t>()))
    return std::nullopt;
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return std::nullopt;
  const auto& digits = value.get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [rest, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failed != std::errc() || rest != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::optional<int> small_integer(const Json& value) {
  const auto number = integer(value);
  if (!number || *number < 0 || *number > 1'000'000) return std::nullopt;
  return static_cast<int>(*number);
}

/// An amount as decimal text, whether it came as text or as a number.
std::string amount(const Json& value) {
  if (value.is_number()) return value.dump();
  return text(value);
}

Cost read_cost(const Json& envelope) {
  const Json& cost = at(envelope, "cost");
  if (cost.is_object()) return Cost{amount(at(cost, "amount")), text(at(cost, "unit"))};
  const std::string credits = amount(at(envelope, "apiCreditCost"));
  return credits.empty() ? Cost{} : Cost{credits, "CREDITS"};
}

RenderStatus read_status(const std::string& word) {
  if (word == "PENDING") return RenderStatus::kPending;
  if (word == "COMPLETE" || word == "COMPLETED") return RenderStatus::kComplete;
  if (word == "FAILED") return RenderStatus::kFailed;
  return RenderStatus::kOther;
}

/// True when `url`, without its query, ends like a film.
bool is_film(const std::string& url) {
  return url.substr(0, url.find('?')).ends_with(".mp4");
}

std::vector<RenderedFilm> read_films(const Json& images) {
  std::vector<RenderedFilm> films;
  if (!images.is_array()) return films;
  for (const Json& image : images) {
    const std::string url = text(at(image, "url"));
    const std::string video = text(at(image, "motionMP4URL"));
    if (!video.empty()) {
      films.push_back(RenderedFilm{video, is_film(url) ? "" : url});
    } else if (is_film(url)) {
      films.push_back(RenderedFilm{url, ""});
    }
  }
  return films;
}

/// Moderation shows in members that the specification does not have; any of them is taken at its word.
void read_failure(const Json& value, Generation& generation) {
  const Json& moderations = at(value, "prompt_moderations");
  if (moderations.is_array()) {
    for (const Json& entry : moderations) {
      const Json& classes = at(entry, "moderationClassification");
      if (classes.is_array() && !classes.empty()) generation.moderated = true;
    }
  }
  generation.failure = text(at(value, "failure_reason"));
  const auto known = classify_words(ErrorBody{generation.failure, ""});
  if (known == ErrorClass::kModerated) generation.moderated = true;
}

/// Nothing for a value without an id that can be used.
std::optional<Generation> read_one(const Json& value) {
  Generation generation;
  generation.id = GenerationId(text(at(value, "id")));
  if (!is_uuid(generation.id.str())) return std::nullopt;
  generation.status_word = text(at(value, "status"));
  generation.status = read_status(generation.status_word);
  generation.films = read_films(at(value, "generated_images"));
  generation.prompt = text(at(value, "prompt"));
  generation.seed = integer(at(value, "seed"));
  generation.width = small_integer(at(value, "imageWidth"));
  generation.height = small_integer(at(value, "imageHeight"));
  const std::string created = text(at(value, "createdAt"));
  // Times come without a zone and mean UTC.
  generation.created_at = parse_time(created.ends_with('Z') ? created : created + "Z");
  read_failure(value, generation);
  return generation;
}

ApiError not_understood(std::string words) {
  return ApiError{ErrorClass::kServerError, std::move(words), 200, std::nullopt};
}

}  // namespace

std::optional<Accepted> read_accepted(std::string_view body) {
  const auto value = parse_json_leniently(body);
  if (!value || !value->is_object()) return std::nullopt;
  for (const Json* envelope : {&at(*value, "generate"), &*value, &at(*value, "motionVideoGenerationJob"),
                               &at(*value, "sdGenerationJob")}) {
    const std::string id = text(at(*envelope, "generationId"));
    if (is_uuid(id)) return Accepted{GenerationId(id), read_cost(*envelope)};
  }
  return std::nullopt;
}

ApiResult<Generation> read_generation(std::string_view body) {
  const auto value = parse_json_leniently(body);
  if (!value) return not_understood("the status answer is not JSON");
  if (!value->is_object() || !value->contains("generations_by_pk")) return classify_read(200, body);
  const Json& generation = at(*value, "generations_by_pk");
  if (generation.is_null()) {
    return ApiError{ErrorClass::kNotFound, "the service shows no such generation (yet)", 200, std::nullopt};
  }
  auto read = read_one(generation);
  if (!read) return not_understood("the status answer names no generation");
  return std::move(*read);
}

ApiResult<std::vector<Generation>> read_generations(std::string_view body) {
  const auto value = parse_json_leniently(body);
  if (!value || !at(*value, "generations").is_array()) return not_understood("the list answer holds no list");
  std::vector<Generation> all;
  for (const Json& entry : at(*value, "generations")) {
    auto generation = read_one(entry);
    // Any of them may be the one that is looked for: a list with a hole proves nothing.
    if (!generation) return not_understood("the list names a generation without an id");
    all.push_back(std::move(*generation));
  }
  return all;
}

ApiResult<Account> read_account(std::string_view body) {
  const auto value = parse_json_leniently(body);
  if (!value) return not_understood("the account answer is not JSON");
  const Json& details = at(*value, "user_details");
  if (!details.is_array() || details.empty()) return classify_read(200, body);
  const Json& user = at(details.front(), "user");
  Account account{text(at(user, "id")), text(at(user, "username"))};
  if (account.user_id.empty()) return not_understood("the account answer names no user id");
  return account;
}

}  // namespace reeld::leonardo
