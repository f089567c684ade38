#include <fmt/format.h>

#include <array>

#include "common/job/check_parts.hpp"
#include "common/job/text.hpp"
#include "common/util/uuid.hpp"

namespace reeld::check {
namespace {

constexpr std::size_t kLongestPath = 1024;

std::optional<std::string> check_file(const Members& frame) {
  const auto file = frame.text("file");
  if (!file) return std::nullopt;
  if (!is_blank(*file) && !has_control(*file) && file->size() <= kLongestPath) return file;
  frame.problem("file", fmt::format("{} is not the path of a file", in_quotes(*file)));
  return std::nullopt;
}

std::optional<std::string> check_id(const Members& frame) {
  if (frame.find("id") == nullptr) {
    frame.problem("id", "is missing: the image's id, or \"file\" with the path of a local image");
    return std::nullopt;
  }
  const auto id = frame.text("id");
  if (!id || is_uuid(*id)) return id;
  const bool placeholder = id->starts_with('<') && id->ends_with('>');
  frame.problem("id", placeholder
                          ? in_quotes(*id) +
                                " is the guide's placeholder: put your image's id here, or name a local "
                                "image with \"file\""
                          : in_quotes(*id) +
                                " is not an id: 8-4-4-4-12 hexadecimal digits; a local image is named "
                                "with \"file\"");
  return std::nullopt;
}

std::optional<std::string> check_type(const Members& frame) {
  if (frame.find("type") == nullptr) {
    frame.problem("type", "is missing: GENERATED or UPLOADED");
    return std::nullopt;
  }
  const auto type = frame.text("type");
  if (!type || *type == "GENERATED" || *type == "UPLOADED") return type;
  frame.problem("type", in_quotes(*type) + " is not one of GENERATED, UPLOADED");
  return std::nullopt;
}

/// {id, type} or {file}.
std::optional<FrameSource> check_frame(const Json& value, const std::string& pointer, Findings& findings) {
  static constexpr std::array<std::string_view, 3> kKnown{"id", "type", "file"};
  const auto frame = Members::open(value, pointer, findings);
  if (!frame) return std::nullopt;
  frame->refuse_unknown(kKnown);
  if (frame->find("file") != nullptr) {
    const auto file = check_file(*frame);
    if (frame->find("id") != nullptr || frame->find("type") != nullptr) {
      frame->problem("file", "stands beside id or type: write either file, or id and type");
      return std::nullopt;
    }
    return file ? std::optional(FrameSource{"", "", *file}) : std::nullopt;
  }
  const auto id = check_id(*frame);
  const auto type = check_type(*frame);
  return id && type ? std::optional(FrameSource{*id, *type, {}}) : std::nullopt;
}

/// [{"image": {...}}], the form that stands under `guidances`.
std::optional<FrameSource> check_guidance(const Members& guidances, std::string_view name) {
  static constexpr std::array<std::string_view, 1> kKnown{"image"};
  const Json& list = *guidances.find(name);
  if (!list.is_array() || list.size() != 1) {
    guidances.problem(
        name, fmt::format("must be an array of one item [{{\"image\": {{...}}}}], not {}", shown(list)));
    return std::nullopt;
  }
  const auto item = Members::open(list.front(), json_pointer(guidances.at(name), "0"), guidances.findings());
  if (!item) return std::nullopt;
  item->refuse_unknown(kKnown);
  const Json* image = item->find("image");
  if (image != nullptr) return check_frame(*image, item->at("image"), item->findings());
  item->problem("image", "is missing");
  return std::nullopt;
}

/// One frame in either form.
std::optional<FrameSource> check_either(const Members& parameters, const std::optional<Members>& guidances,
                                        std::string_view name) {
  const Json* flat = parameters.find(name);
  const bool guided = guidances && guidances->find(name) != nullptr;
  std::optional<FrameSource> from_flat;
  std::optional<FrameSource> from_guidances;
  if (flat != nullptr) from_flat = check_frame(*flat, parameters.at(name), parameters.findings());
  if (guided) from_guidances = check_guidance(*guidances, name);
  if (flat != nullptr && guided) {
    parameters.problem(name, fmt::format("stands beside guidances.{}: write one of the two", name));
    return std::nullopt;
  }
  return flat != nullptr ? from_flat : from_guidances;
}

}  // namespace

void check_frames(const Members& parameters, const Model* model, JobSpec& spec) {
  static constexpr std::array<std::string_view, 2> kKnown{"start_frame", "end_frame"};
  const auto guidances = parameters.object("guidances");
  if (guidances) guidances->refuse_unknown(kKnown);
  spec.start_frame = check_either(parameters, guidances, "start_frame");
  spec.end_frame = check_either(parameters, guidances, "end_frame");
  if (model == nullptr || model->end_frame) return;
  const std::string words = model->name + " takes no end frame";
  if (parameters.find("end_frame") != nullptr) parameters.problem("end_frame", words);
  if (guidances && guidances->find("end_frame") != nullptr) guidances->problem("end_frame", words);
}

}  // namespace reeld::check
