#include "common/job/price.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace reeld {
namespace {

/// The picture's shorter side; nothing where only the start frame tells it.
std::optional<int> shorter_side(const JobSpec& spec, const Model& model) {
  if (spec.width && spec.height) return std::min(*spec.width, *spec.height);
  if (!spec.mode) return std::nullopt;
  const auto mode = model.modes.find(*spec.mode);
  return mode == model.modes.end() ? std::nullopt : std::optional(mode->second);
}

}  // namespace

std::string price_kind(const JobSpec& spec) {
  const std::string size = spec.width && spec.height ? fmt::format("{}x{}", *spec.width, *spec.height)
                                                     : spec.mode.value_or("size of its start frame");
  std::string kind = fmt::format("{}, {}, {} s, {} film{}", spec.model, size, spec.duration, spec.quantity,
                                 spec.quantity == 1 ? "" : "s");
  if (spec.audio) kind += *spec.audio ? ", with sound" : ", without sound";
  if (!spec.extra_parameters.empty()) kind += ", with " + dump_json(spec.extra_parameters);
  return kind;
}

std::optional<Amount> stated_price(const JobSpec& spec, const Model& model) {
  const auto side = shorter_side(spec, model);
  if (!side) return std::nullopt;
  const auto price = model.price_per_second.find(*side);
  if (price == model.price_per_second.end()) return std::nullopt;
  return price->second * spec.duration * spec.quantity;
}

std::optional<Duration> stated_render_time(const JobSpec& spec, const Model& model) {
  const auto side = shorter_side(spec, model);
  if (!side) return std::nullopt;
  const auto time = model.render_time_per_second.find(*side);
  if (time == model.render_time_per_second.end()) return std::nullopt;
  return time->second * spec.duration;
}

}  // namespace reeld
