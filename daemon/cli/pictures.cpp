#include "daemon/cli/pictures.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "daemon/app/exit_codes.hpp"
#include "daemon/app/frames.hpp"
#include "daemon/cli/control.hpp"
#include "daemon/cli/json_members.hpp"

namespace reeld::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* kNoImage = "00000000-0000-4000-8000-000000000000";

/// Null where there is no such member.
Json* member_of(Json& value, const char* name) {
  if (!value.is_object()) return nullptr;
  const auto found = value.find(name);
  return found == value.end() ? nullptr : &*found;
}

/// {"file": "..."} and nothing else; what is wrong with any other is told by the daemon.
bool names_file(const Json& frame) {
  return frame.is_object() && frame.size() == 1 && frame.contains("file") && frame.at("file").is_string();
}

}  // namespace

Pictures::Pictures(Control& control, fs::path folder, bool look_only)
    : control_(control), folder_(std::move(folder)), look_only_(look_only) {
  if (control.config() != nullptr) rules_ = app::frame_rules(*control.config());
}

Result<std::string> Pictures::rewrite(const std::string& document) {
  if (document.find("\"file\"") == std::string::npos) return document;
  auto jobs = parse_json(document);
  if (!jobs) return document;
  bool any = false;
  if (jobs->is_array()) {
    for (Json& job : *jobs) any = replace_in(job) || any;
  } else {
    any = replace_in(*jobs);
  }
  if (trouble_) return Error{Errc::kCancelled, "cli.pictures", trouble_->words};
  return any ? dump_json(*jobs) : document;
}

/// True when a picture of the job was replaced.
bool Pictures::replace_in(Json& job) {
  Json* wrapped = member_of(job, "request");
  Json* parameters = member_of(wrapped != nullptr ? *wrapped : job, "parameters");
  if (parameters == nullptr) return false;
  bool any = false;
  for (const char* name : {"start_frame", "end_frame"}) {
    if (Json* frame = member_of(*parameters, name)) any = replace(*frame) || any;
    Json* guidances = member_of(*parameters, "guidances");
    Json* list = guidances != nullptr ? member_of(*guidances, name) : nullptr;
    if (list == nullptr || !list->is_array() || list->size() != 1) continue;
    if (Json* image = member_of(list->front(), "image")) any = replace(*image) || any;
  }
  return any;
}

bool Pictures::replace(Json& frame) {
  if (!names_file(frame) || trouble_) return false;
  const auto id = id_of(frame.at("file").get<std::string>());
  if (!id) return false;
  frame = Json{{"id", *id}, {"type", "UPLOADED"}};
  return true;
}

std::optional<std::string> Pictures::id_of(const std::string& file) {
  if (const auto known = ids_.find(file); known != ids_.end()) return known->second;
  const auto frame = spool::read_frame(file, folder_, ::geteuid(), rules_);
  if (!frame) {
    trouble_ = Trouble{"a frame cannot be used: " + frame.error().detail, app::kExitSomeFailed};
    return std::nullopt;
  }
  auto id = look_only_ ? std::optional<std::string>(kNoImage) : upload(*frame);
  if (id) ids_.emplace(file, *id);
  return id;
}

std::optional<std::string> Pictures::upload(const spool::FrameFile& frame) {
  http::local::Request request;
  request.method = "POST";
  request.target = "/v1/images";
  request.headers.push_back({"Content-Type", std::string(media_type(frame.picture.format))});
  request.body = frame.bytes;
  request.timeout = std::chrono::minutes(10);
  const Answer answer = control_.ask(request);
  if (answer) return text_of(*answer, "id");
  trouble_ = answer.error();
  trouble_->words = "a frame could not be uploaded: " + trouble_->words;
  return std::nullopt;
}

}  // namespace reeld::cli
