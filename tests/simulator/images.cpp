#include "tests/simulator/images.hpp"

#include <array>

namespace reeld::sim {

namespace {

struct Format {
  std::string_view extension;
  std::string_view media_type;
};
constexpr std::array kFormats = {Format{"png", "image/png"}, Format{"jpg", "image/jpeg"},
                                 Format{"jpeg", "image/jpeg"}, Format{"webp", "image/webp"}};

}  // namespace

std::optional<std::string_view> media_type_of(std::string_view extension) {
  for (const Format& format : kFormats) {
    if (format.extension == extension) return format.media_type;
  }
  return std::nullopt;
}

bool has_format(std::string_view bytes, std::string_view extension) {
  if (extension == "png") return bytes.starts_with("\x89PNG\r\n\x1a\n");
  if (extension == "webp") return bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP");
  return bytes.starts_with("\xff\xd8\xff");
}

Images::Images(const Options& options, StateLog& log)
    : options_(options), log_(log), ids_(~options.random_seed ^ std::random_device{}()) {
  for (const std::string& id : options.known_images) {
    Image image;
    image.id = id;
    image.extension = "jpg";
    image.uploaded = true;
    images_.emplace(id, std::move(image));
  }
}

const Image& Images::announce(std::string_view extension, Time now) {
  Image image;
  image.id = ids_.random_id();
  image.extension = extension;
  image.created = now;
  const std::string day = format_created_at(now).substr(0, 10);
  const std::string key = "users/" + options_.user_id + "/initImages/" + image.id + "." + image.extension;
  image.fields = {{"Content-Type", std::string(*media_type_of(extension))},
                  {"bucket", "reeld-sim-images"},
                  {"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
                  {"X-Amz-Credential", "SIMULATED/" + day + "/us-east-1/s3/aws4_request"},
                  {"X-Amz-Date", format_created_at(now)},
                  {"X-Amz-Security-Token", ids_.random_id()},
                  {"key", key},
                  {"Policy", ids_.random_id()},
                  {"X-Amz-Signature", ids_.random_id()}};
  return images_.insert_or_assign(image.id, image).first->second;
}

void Images::mark_uploaded(Image& image, std::uint64_t size, std::string sha256) {
  image.uploaded = true;
  image.size = size;
  image.sha256 = std::move(sha256);
  log_.append({{"event", "image"},
               {"id", image.id},
               {"extension", image.extension},
               {"created_ms", image.created.time_since_epoch().count()},
               {"size", image.size},
               {"sha256", image.sha256}});
}

bool Images::remove(std::string_view id) {
  if (images_.erase(std::string(id)) == 0) return false;
  log_.append({{"event", "image_deleted"}, {"id", id}});
  return true;
}

Image* Images::find(std::string_view id) {
  const auto found = images_.find(std::string(id));
  return found == images_.end() ? nullptr : &found->second;
}

bool Images::is_uploaded(std::string_view id) const {
  const auto found = images_.find(std::string(id));
  return found != images_.end() && found->second.uploaded;
}

void Images::restore(const Json& line) {
  const auto id = line.at("id").get<std::string>();
  if (line.at("event") == "image_deleted") {
    images_.erase(id);
    return;
  }
  Image image;
  image.id = id;
  image.extension = line.at("extension");
  image.created = Time{Duration{line.at("created_ms").get<std::int64_t>()}};
  image.uploaded = true;
  image.size = line.at("size");
  image.sha256 = line.at("sha256");
  images_.insert_or_assign(id, std::move(image));
}

Json Images::to_json() const {
  Json list = Json::array();
  for (const auto& [id, image] : images_) {
    list.push_back({{"id", id},
                    {"extension", image.extension},
                    {"uploaded", image.uploaded},
                    {"size", image.size},
                    {"sha256", image.sha256}});
  }
  return list;
}

}  // namespace reeld::sim
