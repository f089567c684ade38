#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "common/job/check_parts.hpp"
#include "common/job/text.hpp"

namespace reeld::check {
namespace {

void check_prompt(const Members& parameters, const Model* model, JobSpec& spec) {
  if (parameters.find("prompt") == nullptr)
    return parameters.problem("prompt", "is missing: say what the film shows");
  const auto prompt = parameters.text("prompt");
  if (!prompt) return;
  if (is_blank(*prompt)) return parameters.problem("prompt", "is empty");
  if (prompt->find('\0') != std::string::npos) return parameters.problem("prompt", "holds a NUL character");
  const std::size_t length = count_code_points(*prompt);
  if (model != nullptr && length > model->max_prompt) {
    return parameters.problem("prompt", fmt::format("has {} characters, {} takes at most {}", length,
                                                    model->name, model->max_prompt));
  }
  spec.prompt = *prompt;
}

void check_enhance(const Members& parameters, const Model* model, JobSpec& spec) {
  const auto enhance = parameters.text("prompt_enhance");
  if (!enhance || model == nullptr) return;
  if (std::ranges::find(model->prompt_enhance, *enhance) == model->prompt_enhance.end()) {
    return parameters.problem("prompt_enhance",
                              model->prompt_enhance.empty()
                                  ? model->name + " has no prompt enhancement"
                                  : fmt::format("{} is not one of {} ({})", in_quotes(*enhance),
                                                fmt::join(model->prompt_enhance, ", "), model->name));
  }
  spec.prompt_enhance = enhance;
}

void check_duration(const Members& parameters, const Model* model, JobSpec& spec) {
  if (parameters.find("duration") == nullptr) {
    return parameters.problem("duration", model == nullptr
                                              ? "is missing"
                                              : fmt::format("is missing; it is one of {} ({})",
                                                            fmt::join(model->durations, ", "), model->name));
  }
  const auto duration = parameters.integer("duration", INT64_MIN, INT64_MAX);
  if (!duration || model == nullptr) return;
  if (std::ranges::find(model->durations, *duration) == model->durations.end()) {
    return parameters.problem("duration", fmt::format("{} is not one of {} ({})", *duration,
                                                      fmt::join(model->durations, ", "), model->name));
  }
  spec.duration = static_cast<int>(*duration);
}

void check_seed(const Members& parameters, const Model* model, JobSpec& spec) {
  if (model != nullptr && !model->seed && parameters.find("seed") != nullptr) {
    return parameters.problem("seed", model->name + " takes no seed");
  }
  spec.seed = parameters.integer("seed", 0, model == nullptr ? INT64_MAX : model->max_seed);
}

void check_audio(const Members& parameters, const Model* model, JobSpec& spec) {
  if (model == nullptr) return;
  if (model->audio_field.empty()) {
    if (parameters.find("audio") != nullptr)
      parameters.problem("audio", model->name + " has no audio switch");
    return;
  }
  const bool alias = model->audio_field != "audio" && parameters.find(model->audio_field) != nullptr;
  spec.audio = parameters.boolean(alias ? std::string_view(model->audio_field) : "audio");
  if (alias && parameters.find("audio") != nullptr) {
    parameters.problem("audio",
                       fmt::format("means the same as {}: write one of the two", model->audio_field));
  }
}

}  // namespace

std::vector<std::string_view> known_parameters(const Model* model) {
  std::vector<std::string_view> known{"prompt",      "prompt_enhance", "quantity", "duration",
                                      "seed",        "width",          "height",   "mode",
                                      "start_frame", "audio",          "guidances"};
  // Known even where the model has none, so that its own message can say so.
  known.push_back("end_frame");
  if (model == nullptr) {
    known.push_back("motion_has_audio");
  } else if (!model->audio_field.empty() && model->audio_field != "audio") {
    known.push_back(model->audio_field);
  }
  return known;
}

void check_parameters(const Members& parameters, const Model* model, JobSpec& spec) {
  parameters.refuse_unknown(known_parameters(model));
  check_prompt(parameters, model, spec);
  check_enhance(parameters, model, spec);
  const int most = model == nullptr ? std::numeric_limits<int>::max() : model->max_quantity;
  spec.quantity = static_cast<int>(parameters.integer("quantity", 1, most).value_or(1));
  check_duration(parameters, model, spec);
  check_seed(parameters, model, spec);
  check_audio(parameters, model, spec);
  check_frames(parameters, model, spec);
  if (model != nullptr) check_sizes(parameters, *model, spec);
}

}  // namespace reeld::check
