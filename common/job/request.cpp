#include <algorithm>

#include "common/job/catalogue.hpp"

namespace reeld {
namespace {

Json image(const FrameSource& frame) {
  return Json{{"id", frame.id}, {"type", frame.type}};
}

void put_frame(Json& parameters, const Model& model, const char* name,
               const std::optional<FrameSource>& frame) {
  if (!frame) return;
  if (model.frame_shape == FrameShape::kFlat) {
    parameters[name] = image(*frame);
  } else {
    parameters["guidances"][name] = Json::array({Json{{"image", image(*frame)}}});
  }
}

/// What the job says, or OFF where the model knows it: what is sent should not rest on a default of the
/// service.
std::optional<std::string> prompt_enhance(const JobSpec& spec, const Model& model) {
  if (spec.prompt_enhance) return spec.prompt_enhance;
  const bool has_off = std::ranges::find(model.prompt_enhance, "OFF") != model.prompt_enhance.end();
  return has_off ? std::optional<std::string>("OFF") : std::nullopt;
}

}  // namespace

Json build_request(const JobSpec& spec, const Model& model, std::int64_t seed) {
  Json parameters{{"prompt", spec.prompt}, {"quantity", spec.quantity}, {"duration", spec.duration}};
  if (spec.mode) parameters["mode"] = *spec.mode;
  if (const auto enhance = prompt_enhance(spec, model)) parameters["prompt_enhance"] = *enhance;
  if (model.seed) parameters["seed"] = seed;
  if (spec.width && spec.height) {
    parameters["width"] = *spec.width;
    parameters["height"] = *spec.height;
  }
  if (spec.audio && !model.audio_field.empty()) parameters[model.audio_field] = *spec.audio;
  put_frame(parameters, model, "start_frame", spec.start_frame);
  put_frame(parameters, model, "end_frame", spec.end_frame);
  for (const auto& [name, value] : spec.extra_parameters.items()) parameters.emplace(name, value);
  Json body{{"model", spec.model}, {"public", spec.is_public}, {"parameters", std::move(parameters)}};
  return model.request_wrapper ? Json{{"request", std::move(body)}} : body;
}

}  // namespace reeld
