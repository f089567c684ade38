#include "common/job/image_format.hpp"

#include <cstdint>

namespace reeld {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kMaxSide = 65'535;

/// The byte at `at`, which is within `bytes`.
std::uint32_t byte(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

std::uint32_t big_endian(std::string_view bytes, std::size_t at, int count) {
  std::uint32_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | byte(bytes, at + static_cast<std::size_t>(i));
  return value;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at, int count) {
  std::uint32_t value = 0;
  for (int i = count - 1; i >= 0; --i) value = value << 8 | byte(bytes, at + static_cast<std::size_t>(i));
  return value;
}

bool has_at(std::string_view bytes, std::size_t at, std::string_view expected) {
  return bytes.size() >= at && bytes.substr(at).starts_with(expected);
}

std::optional<ImageInfo> info(ImageFormat format, std::uint32_t width, std::uint32_t height) {
  if (width == 0 || height == 0 || width > kMaxSide || height > kMaxSide) return std::nullopt;
  return ImageInfo{format, static_cast<int>(width), static_cast<int>(height)};
}

/// Signature, then the header chunk: its length (13), its name, width and height.
std::optional<ImageInfo> read_png(std::string_view bytes) {
  if (bytes.size() < 24 || !has_at(bytes, 8, "\0\0\0\x0DIHDR"sv)) return std::nullopt;
  return info(ImageFormat::kPng, big_endian(bytes, 16, 4), big_endian(bytes, 20, 4));
}

/// The segments that begin a frame: 0xC0 to 0xCF but the tables DHT (C4), JPG (C8) and DAC (CC).
bool begins_frame(std::uint32_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// Goes from segment to segment; the one that begins the frame tells the size before any pixel comes.
std::optional<ImageInfo> read_jpeg(std::string_view bytes) {
  constexpr std::uint32_t kFill = 0xFF;
  std::size_t at = 2;
  while (at + 4 <= bytes.size() && byte(bytes, at) == kFill) {
    const std::uint32_t marker = byte(bytes, at + 1);
    if (marker == kFill) {
      ++at;
      continue;
    }
    const bool has_length = marker >= 0xC0 && (marker < 0xD0 || marker > 0xDA);
    const std::uint32_t length = big_endian(bytes, at + 2, 2);
    if (!has_length || length < 2) return std::nullopt;
    if (begins_frame(marker)) {
      if (at + 9 > bytes.size()) return std::nullopt;
      return info(ImageFormat::kJpg, big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2));
    }
    at += 2 + length;
  }
  return std::nullopt;
}

/// The first chunk says which of three kinds of WebP it is, and each tells the size in its own way.
std::optional<ImageInfo> read_webp(std::string_view bytes) {
  constexpr std::uint32_t kFourteenBits = 0x3FFF;
  if (bytes.size() >= 30 && has_at(bytes, 12, "VP8 ") && has_at(bytes, 23, "\x9D\x01\x2A")) {
    return info(ImageFormat::kWebp, little_endian(bytes, 26, 2) & kFourteenBits,
                little_endian(bytes, 28, 2) & kFourteenBits);
  }
  if (bytes.size() >= 25 && has_at(bytes, 12, "VP8L") && has_at(bytes, 20, "\x2F")) {
    const std::uint32_t sizes = little_endian(bytes, 21, 4);
    return info(ImageFormat::kWebp, (sizes & kFourteenBits) + 1, (sizes >> 14 & kFourteenBits) + 1);
  }
  if (bytes.size() >= 30 && has_at(bytes, 12, "VP8X")) {
    return info(ImageFormat::kWebp, little_endian(bytes, 24, 3) + 1, little_endian(bytes, 27, 3) + 1);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(ImageFormat format) {
  switch (format) {
    case ImageFormat::kPng:
      return "png";
    case ImageFormat::kJpg:
      return "jpg";
    case ImageFormat::kWebp:
      return "webp";
  }
  return "png";
}

std::string_view media_type(ImageFormat format) {
  switch (format) {
    case ImageFormat::kPng:
      return "image/png";
    case ImageFormat::kJpg:
      return "image/jpeg";
    case ImageFormat::kWebp:
      return "image/webp";
  }
  return "image/png";
}

std::optional<ImageInfo> image_format(std::string_view bytes) {
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return read_png(bytes);
  if (bytes.starts_with("\xFF\xD8\xFF")) return read_jpeg(bytes);
  if (bytes.starts_with("RIFF") && has_at(bytes, 8, "WEBP")) return read_webp(bytes);
  return std::nullopt;
}

}  // namespace reeld
