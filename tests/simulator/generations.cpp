#include "tests/simulator/generations.hpp"

#include <algorithm>

namespace reeld::sim {

namespace {

Json image_ref_json(const std::optional<ImageRef>& image) {
  if (!image) return nullptr;
  return {{"id", image->id}, {"uploaded", image->uploaded}};
}

std::optional<ImageRef> parse_image_ref(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return ImageRef{json.at("id"), json.at("uploaded")};
}

Json to_line(const Generation& generation) {
  const Order& order = generation.order;
  return {{"event", "accepted"},
          {"id", generation.id},
          {"user", generation.user_id},
          {"created_ms", generation.created.time_since_epoch().count()},
          {"finishes_ms", generation.finishes.time_since_epoch().count()},
          {"outcome", to_string(generation.outcome)},
          {"seed", generation.seed},
          {"seed_given", order.seed.has_value()},
          {"cost", format_money(generation.cost)},
          {"model", order.model},
          {"prompt", order.prompt},
          {"public", order.is_public},
          {"enhance", order.enhance},
          {"width", order.width},
          {"height", order.height},
          {"duration", order.duration},
          {"quantity", order.quantity},
          {"start_frame", image_ref_json(order.start_frame)},
          {"end_frame", image_ref_json(order.end_frame)}};
}

Generation from_line(const Json& line) {
  Generation generation;
  generation.id = line.at("id");
  generation.user_id = line.at("user");
  generation.created = Time{Duration{line.at("created_ms").get<std::int64_t>()}};
  generation.finishes = Time{Duration{line.at("finishes_ms").get<std::int64_t>()}};
  generation.outcome = parse_outcome(line.at("outcome").get<std::string>()).value();
  generation.seed = line.at("seed");
  generation.cost = parse_money(line.at("cost").get<std::string>()).value();
  Order& order = generation.order;
  order.model = line.at("model");
  order.prompt = line.at("prompt");
  order.is_public = line.at("public");
  order.enhance = line.at("enhance");
  order.width = line.at("width");
  order.height = line.at("height");
  order.duration = line.at("duration");
  order.quantity = line.at("quantity");
  if (line.at("seed_given").get<bool>()) order.seed = generation.seed;
  order.start_frame = parse_image_ref(line.at("start_frame"));
  order.end_frame = parse_image_ref(line.at("end_frame"));
  return generation;
}

}  // namespace

// A restart must not hand out the ids of the run before, so their random part does not come from the seed
// alone.
Generations::Generations(const Options& options, StateLog& log)
    : options_(options),
      log_(log),
      ids_(options.random_seed ^ std::random_device{}()),
      random_(options.random_seed),
      balance_(options.balance) {}

Money Generations::price_of(const Order& order) const {
  const auto found = options_.prices.find(order.model);
  if (found == options_.prices.end()) return {};
  const int rows = std::min(order.width, order.height);
  const PricePerSecond& price = found->second;
  const Money second = rows >= 2160 ? price.at_2160 : rows >= 1440 ? price.at_1440 : price.at_1080;
  return second * order.duration * order.quantity;
}

bool Generations::has_room() const {
  if (options_.concurrency == 0 || options_.max_pending == 0) return true;
  const auto limit =
      static_cast<std::size_t>(options_.concurrency) + static_cast<std::size_t>(options_.max_pending);
  return pending_ < limit;
}

Time Generations::take_slot(Time now) {
  const double unit = static_cast<double>(random_() >> 11) * 0x1.0p-53;
  const double factor = 1 + options_.render_jitter * (2 * unit - 1);
  const Duration render{
      static_cast<std::int64_t>(static_cast<double>(options_.render_time.count()) * factor)};
  if (options_.concurrency == 0) return now + render;
  Time start = now;
  if (slots_.size() >= static_cast<std::size_t>(options_.concurrency)) {
    start = std::max(now, slots_.top());
    slots_.pop();
  }
  slots_.push(start + render);
  return start + render;
}

Generation& Generations::accept(Order order, std::string user_id, Time now) {
  Generation generation;
  generation.id = ids_.time_id(now);
  generation.user_id = std::move(user_id);
  generation.seed = order.seed.value_or(static_cast<std::int64_t>(random_() % 2'147'483'637));
  generation.cost = price_of(order);
  generation.outcome = outcome_of_prompt(order.prompt);
  generation.order = std::move(order);
  generation.created = now;
  generation.finishes = take_slot(now);
  log_.append(to_line(generation));
  return keep(std::move(generation));
}

Generation& Generations::keep(Generation generation) {
  Generation& kept = all_.emplace_back(std::move(generation));
  by_id_.emplace(kept.id, &kept);
  balance_ = balance_ - kept.cost;
  rendering_.push(&kept);
  ++pending_;
  return kept;
}

void Generations::settle(Time now) {
  while (!rendering_.empty() && rendering_.top()->finishes <= now) {
    Generation& generation = *rendering_.top();
    rendering_.pop();
    if (!generation.settled) end(generation);
  }
}

void Generations::end(Generation& generation) {
  generation.settled = true;
  generation.cached_status.reset();
  --pending_;
  if (is_failure(generation.outcome)) balance_ = balance_ + generation.cost;
  for (int i = 0; i < generation.films(); ++i) images_.emplace(image_id(generation, i), &generation);
}

void Generations::force(Generation& generation, Outcome outcome) {
  if (generation.settled && is_failure(generation.outcome)) balance_ = balance_ - generation.cost;
  if (generation.settled) ++pending_;
  generation.outcome = outcome;
  end(generation);
  log_.append({{"event", "forced"}, {"id", generation.id}, {"outcome", to_string(outcome)}});
}

void Generations::doom(Generation& generation, Outcome outcome) {
  generation.outcome = outcome;
  log_.append({{"event", "doomed"}, {"id", generation.id}, {"outcome", to_string(outcome)}});
}

void Generations::replace_films(Generation& generation) {
  ++generation.variant;
  generation.film_hashes.clear();
  log_.append({{"event", "replaced"}, {"id", generation.id}});
}

void Generations::remove(Generation& generation) {
  generation.deleted = true;
  generation.cached_status.reset();
  log_.append({{"event", "deleted"}, {"id", generation.id}});
}

Generation* Generations::find(std::string_view id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() || found->second->deleted ? nullptr : found->second;
}

Generation* Generations::find_by_path(std::string_view path) {
  constexpr std::string_view kFolder = "/generations/";
  constexpr std::size_t kIdLength = 36;
  const auto folder = path.find(kFolder);
  return folder == std::string_view::npos ? nullptr : find(path.substr(folder + kFolder.size(), kIdLength));
}

std::vector<const Generation*> Generations::page(std::string_view user_id, std::uint64_t offset,
                                                 std::uint64_t limit, Time visible_until) const {
  std::vector<const Generation*> found;
  for (auto it = all_.rbegin(); it != all_.rend() && found.size() < limit; ++it) {
    if (it->user_id != user_id || it->deleted || it->created > visible_until) continue;
    if (offset > 0)
      --offset;
    else
      found.push_back(&*it);
  }
  return found;
}

void Generations::restore(const Json& line) {
  const auto event = line.at("event").get<std::string>();
  if (event == "accepted") {
    const Generation& kept = keep(from_line(line));
    if (options_.concurrency == 0) return;
    if (slots_.size() >= static_cast<std::size_t>(options_.concurrency)) slots_.pop();
    slots_.push(kept.finishes);
    return;
  }
  const auto found = by_id_.find(line.at("id").get<std::string>());
  if (found == by_id_.end()) return;
  Generation& generation = *found->second;
  if (event == "deleted") generation.deleted = true;
  if (event == "replaced") ++generation.variant;
  if (event != "forced" && event != "doomed") return;
  generation.outcome = parse_outcome(line.at("outcome").get<std::string>()).value();
  // Nothing is settled while lines are read, so a forced end only has to be booked once, here.
  if (event == "forced" && !generation.settled) end(generation);
}

}  // namespace reeld::sim
