#include "daemon/engine/match.hpp"

#include <algorithm>

#include "common/util/json.hpp"
#include "common/util/uuid_time.hpp"

namespace reeld::engine {
namespace {

using namespace std::chrono_literals;

/// When a submit is usually processed: closer to its intent than what is merely not impossible.
constexpr Duration kUsualSlack = 10s;
constexpr Duration kUsualArrival = 2min;

/// Without spaces at its ends, and with single ones between words: the service may tidy what it keeps.
std::string tidy(const std::string& text) {
  std::string out;
  bool space = false;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!is_space && space && !out.empty()) out += ' ';
    if (!is_space) out += c;
    space = is_space;
  }
  return out;
}

template <class T>
std::optional<T> number(const Json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<T>();
}

/// Compares what the list shows with what was asked for; "possible" where either does not say.
template <class T, class U>
Fit compare(const std::optional<T>& asked, const std::optional<U>& shown) {
  if (!asked || !shown) return Fit::kPossible;
  return *asked == *shown ? Fit::kCertain : Fit::kNone;
}

Fit compare_prompts(const Wanted& wanted, const std::string& shown) {
  if (!shown.empty() && tidy(wanted.prompt) == tidy(shown)) return Fit::kCertain;
  return shown.empty() || wanted.may_be_rewritten ? Fit::kPossible : Fit::kNone;
}

Fit compare_times(const Wanted& wanted, const std::optional<Time>& made) {
  if (!made) return Fit::kPossible;
  const bool fits = *made >= wanted.sent_at - kClockSlack && *made <= wanted.sent_at + kLatestArrival;
  return fits ? Fit::kCertain : Fit::kNone;
}

}  // namespace

Wanted wanted_by(const store::OpenAttempt& attempt) {
  Wanted wanted;
  wanted.sent_at = attempt.upstream_at;
  const auto body = parse_json_leniently(attempt.body);
  if (!body || !body->is_object()) return wanted;
  const Json& request = body->contains("request") ? body->at("request") : *body;
  const Json parameters = request.value("parameters", Json::object());
  wanted.prompt = parameters.value("prompt", "");
  wanted.may_be_rewritten = parameters.value("prompt_enhance", "OFF") != "OFF";
  wanted.seed = number<std::int64_t>(parameters, "seed");
  wanted.width = number<int>(parameters, "width");
  wanted.height = number<int>(parameters, "height");
  return wanted;
}

std::optional<Time> made_at(const leonardo::Generation& generation) {
  const auto by_id = time_of_uuid(generation.id.str());
  return by_id ? by_id : generation.created_at;
}

Fit fit(const Wanted& wanted, const leonardo::Generation& generation) {
  return std::min({compare(wanted.seed, generation.seed), compare(wanted.width, generation.width),
                   compare(wanted.height, generation.height), compare_prompts(wanted, generation.prompt),
                   compare_times(wanted, made_at(generation))});
}

namespace {

using Fits = std::vector<Fit>;  ///< of one submit to each stranger

/// Without a certain proof: does enough speak for it that it can be adopted if nobody else could have made
/// it?
bool is_likely(const Wanted& wanted, const leonardo::Generation& generation) {
  const bool bears_mark = compare(wanted.seed, generation.seed) == Fit::kCertain ||
                          compare_prompts(wanted, generation.prompt) == Fit::kCertain;
  const auto made = made_at(generation);
  return bears_mark && made && *made >= wanted.sent_at - kUsualSlack &&
         *made <= wanted.sent_at + kUsualArrival;
}

std::ptrdiff_t count(const std::vector<Fits>& fits, std::size_t stranger, Fit least) {
  return std::ranges::count_if(fits, [&](const Fits& row) { return row[stranger] >= least; });
}

/// The strangers that fit best; certain ones leave the merely possible to others.
std::vector<std::size_t> best_of(const Fits& fits) {
  std::vector<std::size_t> best;
  const Fit most = fits.empty() ? Fit::kNone : std::ranges::max(fits);
  for (std::size_t i = 0; most != Fit::kNone && i < fits.size(); ++i) {
    if (fits[i] == most) best.push_back(i);
  }
  return best;
}

}  // namespace

std::vector<Finding> match(const std::vector<Wanted>& wanted,
                           const std::vector<leonardo::Generation>& strangers) {
  using Verdict = Finding::Verdict;
  std::vector<Fits> fits(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    for (const auto& stranger : strangers) fits[i].push_back(fit(wanted[i], stranger));
  }
  std::vector<Finding> findings(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto best = best_of(fits[i]);
    if (best.empty()) continue;
    Finding& finding = findings[i];
    for (const std::size_t at : best) finding.candidates.push_back(strangers[at].id);
    finding.verdict = Verdict::kAmbiguous;
    if (best.size() > 1) continue;
    const std::size_t at = best.front();
    const bool certain = fits[i][at] == Fit::kCertain;
    if (certain && count(fits, at, Fit::kCertain) == 1) finding.verdict = Verdict::kCertain;
    if (!certain && count(fits, at, Fit::kPossible) == 1 && is_likely(wanted[i], strangers[at]))
      finding.verdict = Verdict::kLikely;
  }
  return findings;
}

}  // namespace reeld::engine
