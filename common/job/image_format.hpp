#pragma once

#include <optional>
#include <string_view>

namespace reeld {

/// The kinds of image that a start frame can be.
enum class ImageFormat { kPng, kJpg, kWebp };

/// "png", "jpg" or "webp": a file's extension without the dot.
std::string_view to_string(ImageFormat format);

/// "image/png", "image/jpeg" or "image/webp".
std::string_view media_type(ImageFormat format);

/// What the bytes of an image say of it.
struct ImageInfo {
  ImageFormat format = ImageFormat::kPng;
  int width = 0;  ///< pixels, as stored: a rotation noted in Exif is not applied
  int height = 0;
};

/// Reads format and size from the beginning of an image, never from a name. Nothing when the bytes are no
/// PNG, JPEG or WebP, end before the size is told, or tell one that no picture has (a side of 0 or over
/// 65535).
std::optional<ImageInfo> image_format(std::string_view bytes);

}  // namespace reeld
