#include "tests/simulator/film.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "tests/simulator/ids.hpp"

namespace reeld::sim {

namespace {

constexpr std::size_t kBoxBytes = 128;  // header and label; room for an id and two numbers
constexpr std::size_t kMaxBox = 0xffffffff;

using DigestPtr = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

DigestPtr new_digest() {
  DigestPtr digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
  return digest;
}

std::string finish_hex(EVP_MD_CTX* digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  EVP_DigestFinal_ex(digest, bytes.data(), &length);
  std::string hex;
  for (unsigned i = 0; i < length; ++i) {
    hex += "0123456789abcdef"[bytes[i] >> 4];
    hex += "0123456789abcdef"[bytes[i] & 15];
  }
  return hex;
}

// The digest after a clip: every film begins with one of two, so hashing 10,000 small films costs next to
// nothing.
DigestPtr digest_after(Bytes head) {
  static std::mutex mutex;
  static std::map<const std::uint8_t*, DigestPtr> known;
  const std::lock_guard lock(mutex);
  auto found = known.find(head.data());
  if (found == known.end()) {
    DigestPtr digest = new_digest();
    EVP_DigestUpdate(digest.get(), head.data(), head.size());
    found = known.emplace(head.data(), std::move(digest)).first;
  }
  DigestPtr copy = new_digest();
  EVP_MD_CTX_copy_ex(copy.get(), found->second.get());
  return copy;
}

std::string make_box(std::uint64_t size, const std::string& label) {
  std::string box(kBoxBytes, ' ');
  for (std::size_t i = 0; i < 4; ++i) box[i] = static_cast<char>(size >> (24 - 8 * i) & 0xff);
  box.replace(4, 4, "free");
  box.replace(8, label.size(), label);
  box.back() = '\n';
  return box;
}

// Padding is a stream of mixed numbers, so that any place in it can be computed alone.
void fill_padding(std::uint64_t seed, std::uint64_t offset, std::span<std::uint8_t> out) {
  std::array<std::uint8_t, 8> bytes;
  const auto compute = [&bytes, seed](std::uint64_t word) {
    const std::uint64_t value = mix(seed + word);
    std::memcpy(bytes.data(), &value, 8);
  };
  if (const std::size_t skip = offset % 8; skip != 0 && !out.empty()) {
    const std::size_t count = std::min(out.size(), 8 - skip);
    compute(offset / 8);
    std::memcpy(out.data(), bytes.data() + skip, count);
    out = out.subspan(count);
    offset += count;
  }
  std::uint64_t word = offset / 8;
  for (; out.size() >= 8; out = out.subspan(8)) {
    compute(word++);
    std::memcpy(out.data(), bytes.data(), 8);
  }
  compute(word);
  std::memcpy(out.data(), bytes.data(), out.size());
}

}  // namespace

Content Content::film(std::string_view generation_id, int index, int seconds, std::uint64_t total,
                      int variant) {
  Content content;
  content.head_ = clip_of(seconds);
  const std::uint64_t natural = content.head_.size() + kBoxBytes;
  if (total >= natural) content.padding_ = std::min<std::uint64_t>(total - natural, kMaxBox - kBoxBytes);

  std::string label =
      "reeld-sim " + std::string(generation_id.substr(0, 36)) + " film " + std::to_string(index);
  if (variant != 0) label += " variant " + std::to_string(variant);
  content.box_ = make_box(kBoxBytes + content.padding_, label);
  content.seed_ = hash_text(label);
  const std::string identity = label + " of " + std::to_string(content.size());
  content.etag_ = '"' + derived_id(identity, 0) + '"';
  return content;
}

Content Content::poster_image() {
  Content content;
  content.head_ = poster();
  content.etag_ = "\"poster-1\"";
  return content;
}

void Content::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const auto copy_from = [&offset, &out](const std::uint8_t* data, std::size_t size) {
    if (offset >= size) {
      offset -= size;
      return;
    }
    const std::size_t count = std::min<std::size_t>(out.size(), size - offset);
    std::memcpy(out.data(), data + offset, count);
    out = out.subspan(count);
    offset = 0;
  };
  copy_from(head_.data(), head_.size());
  if (out.empty()) return;
  copy_from(reinterpret_cast<const std::uint8_t*>(box_.data()), box_.size());
  fill_padding(seed_, offset, out);
}

std::string Content::sha256() const {
  const DigestPtr digest = digest_after(head_);
  std::vector<std::uint8_t> chunk(std::min<std::uint64_t>(size() - head_.size(), 256 * 1024));
  for (std::uint64_t at = head_.size(); at < size();) {
    const std::span<std::uint8_t> part(chunk.data(), std::min<std::uint64_t>(chunk.size(), size() - at));
    read(at, part);
    EVP_DigestUpdate(digest.get(), part.data(), part.size());
    at += part.size();
  }
  return finish_hex(digest.get());
}

std::uint64_t min_film_bytes() {
  return std::max(clip_of(6).size(), clip_of(8).size()) + kBoxBytes;
}

std::string sha256_hex(Bytes bytes) {
  const DigestPtr digest = new_digest();
  EVP_DigestUpdate(digest.get(), bytes.data(), bytes.size());
  return finish_hex(digest.get());
}

}  // namespace reeld::sim
