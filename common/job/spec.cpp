#include "common/job/spec.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/job/text.hpp"

namespace reeld {
namespace {

Json frame_to_json(const FrameSource& frame) {
  if (!frame.file.empty()) return Json{{"file", frame.file.string()}};
  return Json{{"id", frame.id}, {"type", frame.type}};
}

FrameSource frame_from_json(const Json& stored) {
  if (stored.contains("file")) return FrameSource{"", "", stored.at("file").get<std::string>()};
  return FrameSource{stored.at("id"), stored.at("type"), {}};
}

Json moment_to_json(const Moment& moment) {
  if (const auto* at = std::get_if<Time>(&moment)) return Json{{"at_ms", at->time_since_epoch().count()}};
  return Json{{"after_ms", std::get<Duration>(moment).count()}};
}

Moment moment_from_json(const Json& stored) {
  if (stored.contains("at_ms")) return Time(Duration(stored.at("at_ms").get<std::int64_t>()));
  return Duration(stored.at("after_ms").get<std::int64_t>());
}

template <class T>
void put(Json& object, const char* member, const std::optional<T>& value) {
  if (value) object[member] = *value;
}

template <class T>
void take(const Json& object, const char* member, std::optional<T>& value) {
  if (object.contains(member)) value = object.at(member).template get<T>();
}

}  // namespace

Time resolve(const Moment& moment, Time accepted) {
  if (const auto* at = std::get_if<Time>(&moment)) return *at;
  return accepted + std::get<Duration>(moment);
}

Json to_json(const JobSpec& spec) {
  Json out{{"model", spec.model},
           {"public", spec.is_public},
           {"prompt", spec.prompt},
           {"quantity", spec.quantity},
           {"duration", spec.duration}};
  put(out, "prompt_enhance", spec.prompt_enhance);
  put(out, "seed", spec.seed);
  put(out, "width", spec.width);
  put(out, "height", spec.height);
  put(out, "mode", spec.mode);
  put(out, "audio", spec.audio);
  if (spec.start_frame) out["start_frame"] = frame_to_json(*spec.start_frame);
  if (spec.end_frame) out["end_frame"] = frame_to_json(*spec.end_frame);
  out["extra_parameters"] = spec.extra_parameters;
  out["name"] = spec.name;
  out["priority"] = spec.priority;
  if (spec.not_before) out["not_before"] = moment_to_json(*spec.not_before);
  if (spec.deadline) out["deadline"] = moment_to_json(*spec.deadline);
  out["key"] = spec.key;
  out["tags"] = spec.tags;
  out["output"] = spec.output;
  out["again"] = spec.again;
  if (!spec.if_absent.empty()) out["if_absent"] = spec.if_absent;
  return out;
}

JobSpec job_spec_from_json(const Json& stored) {
  JobSpec spec;
  spec.model = stored.at("model");
  spec.is_public = stored.at("public");
  spec.prompt = stored.at("prompt");
  spec.quantity = stored.at("quantity");
  spec.duration = stored.at("duration");
  take(stored, "prompt_enhance", spec.prompt_enhance);
  take(stored, "seed", spec.seed);
  take(stored, "width", spec.width);
  take(stored, "height", spec.height);
  take(stored, "mode", spec.mode);
  take(stored, "audio", spec.audio);
  if (stored.contains("start_frame")) spec.start_frame = frame_from_json(stored.at("start_frame"));
  if (stored.contains("end_frame")) spec.end_frame = frame_from_json(stored.at("end_frame"));
  spec.extra_parameters = stored.at("extra_parameters");
  spec.name = stored.at("name");
  spec.priority = stored.at("priority");
  if (stored.contains("not_before")) spec.not_before = moment_from_json(stored.at("not_before"));
  if (stored.contains("deadline")) spec.deadline = moment_from_json(stored.at("deadline"));
  spec.key = stored.at("key");
  spec.tags = stored.at("tags").get<std::vector<std::string>>();
  spec.output = stored.at("output");
  spec.again = stored.at("again");
  spec.if_absent = stored.value("if_absent", "");
  return spec;
}

std::string dotted(std::string_view pointer) {
  std::string out;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    std::string member(pointer.substr(0, end));
    pointer.remove_prefix(end);
    for (std::size_t at = member.find('~'); at != std::string::npos; at = member.find('~', at + 1)) {
      member.replace(at, 2, member.substr(at, 2) == "~1" ? "/" : "~");
    }
    const bool index =
        !member.empty() && std::ranges::all_of(member, [](char c) { return c >= '0' && c <= '9'; });
    if (index) {
      out += '[' + printable(member) + ']';
    } else {
      out += (out.empty() ? "" : ".") + printable(member);
    }
  }
  return out;
}

std::string describe(const Problem& problem) {
  std::string out;
  if (problem.line > 0) out += fmt::format("line {}: ", problem.line);
  if (!problem.pointer.empty()) out += dotted(problem.pointer) + ": ";
  return out + problem.message;
}

}  // namespace reeld
