#include "daemon/spool/descriptor_buffer.hpp"

#include <algorithm>

namespace reeld::spool {

namespace {
constexpr std::size_t kPiece = 1U << 16;
}

DescriptorBuffer::DescriptorBuffer(const files::Descriptor& file, const std::filesystem::path& path,
                                   std::uint64_t limit)
    : file_(file), path_(path), limit_(limit), piece_(kPiece) {}

DescriptorBuffer::int_type DescriptorBuffer::underflow() {
  if (gptr() < egptr()) return traits_type::to_int_type(*gptr());
  if (error_) return traits_type::eof();
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(piece_.size(), limit_ - offset_));
  auto got = files::read_at("spool.read", file_, piece_.data(), size, offset_, path_);
  if (!got) {
    error_ = got.error();
    return traits_type::eof();
  }
  if (*got == 0) return traits_type::eof();
  offset_ += *got;
  setg(piece_.data(), piece_.data(), piece_.data() + *got);
  return traits_type::to_int_type(*gptr());
}

}  // namespace reeld::spool
