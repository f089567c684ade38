#pragma once

#include <optional>
#include <string>

#include "common/job/amount.hpp"
#include "common/job/catalogue.hpp"

/// What a render may cost and take, before the service has shown it.
namespace reeld {

/// What the price of a job's render may depend on, in words: "ltxv-2.0-pro, 1920x1080, 8 s, 1 film, with
/// sound". Jobs of one kind are taken to cost the same.
std::string price_kind(const JobSpec& spec);

/// Dollars by the model's `price_per_second`; nothing where that states none for the job's size.
std::optional<Amount> stated_price(const JobSpec& spec, const Model& model);

/// How long its render takes by the model's `render_time_per_second`; nothing where that states none for the
/// job's size.
std::optional<Duration> stated_render_time(const JobSpec& spec, const Model& model);

}  // namespace reeld
