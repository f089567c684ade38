#include "daemon/cli/render_keys.hpp"

#include <fmt/format.h>

#include "daemon/files/durable.hpp"

namespace reeld::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kDigits = 40;

/// Where `reeld` of the job stands, or may be put: beside `request` or in it.
Json* own_of(Json& job) {
  if (!job.is_object()) return nullptr;
  const auto request = job.find("request");
  const bool is_inside = request != job.end() && request->is_object() && request->contains("reeld");
  Json& own = is_inside ? (*request)["reeld"] : job["reeld"];
  if (own.is_null()) own = Json::object();
  return own.is_object() ? &own : nullptr;
}

/// The job without what is reeld's own and changes nothing of the film.
Json what_is_sent(Json job) {
  const Json* own = own_of(job);
  Json extra = own != nullptr && own->contains("extra_parameters") ? own->at("extra_parameters") : Json();
  if (const auto request = job.find("request"); request != job.end() && request->is_object())
    request->erase("reeld");
  job["reeld"] = std::move(extra);
  return job;
}

}  // namespace

RenderKeys::RenderKeys(Pictures& pictures, const std::string& file_name, std::filesystem::path folder)
    : pictures_(pictures),
      file_name_(file_name),
      folder_(std::move(folder)),
      fingerprint_(files::sha256(file_name)) {}

Result<std::string> RenderKeys::rewrite(const std::string& document) {
  const bool is_marked = document.starts_with(kByteOrderMark);
  auto jobs = parse_json(is_marked ? document.substr(kByteOrderMark.size()) : document);
  if (!jobs) return pictures_.rewrite(document);
  if (jobs->is_array()) {
    for (Json& job : *jobs) add_key(job);
  } else {
    add_key(*jobs);
  }
  return pictures_.rewrite(dump_json(*jobs));
}

void RenderKeys::add_key(Json& job) {
  Json* own = own_of(job);
  if (own == nullptr) return;
  Json known = job;
  replace_pictures(known);
  fingerprint_ = files::sha256(fingerprint_ + dump_json(known));
  if (own->contains("id")) return;
  const std::string sent = files::sha256(file_name_ + "\n" + dump_json(what_is_sent(std::move(known))));
  (*own)["id"] = fmt::format("render-{}-{}", sent.substr(0, kDigits), ++seen_[sent]);
}

void RenderKeys::replace_pictures(Json& value) {
  if (value.is_object() && value.size() == 1 && value.contains("file") && value.at("file").is_string()) {
    value["file"] = digest_of(value.at("file").get<std::string>());
  } else if (value.is_structured()) {
    for (Json& part : value) replace_pictures(part);
  }
}

std::string RenderKeys::digest_of(const std::string& picture) {
  if (const auto known = digests_.find(picture); known != digests_.end()) return known->second;
  // A picture that cannot be read is told of when it is to be sent.
  const auto digest = files::digest(folder_ / picture);
  return digests_[picture] = digest ? digest->sha256 : picture;
}

}  // namespace reeld::cli
