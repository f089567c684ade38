#include "daemon/api/body_pieces.hpp"

#include <algorithm>
#include <utility>

namespace reeld::api {

namespace {
constexpr int kPieceLines = 1000;
constexpr std::size_t kPieceBytes = 4U << 20;
constexpr int kMostLines = 1'000'000'000;
}  // namespace

void BodyPieces::add(std::string_view bytes) {
  if (format_ == JobFormat::kJson) {
    piece_.text += bytes;
  } else {
    add_lines(bytes);
  }
}

void BodyPieces::add_lines(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::string_view line = bytes.substr(0, newline);
    // Of a line that is too long so much is kept as shows that it is.
    const std::size_t room = kMaxJobLine + 1 - std::min(line_bytes_, kMaxJobLine + 1);
    piece_.text += line.substr(0, room);
    line_bytes_ += line.size();
    if (newline == std::string_view::npos) return;
    bytes.remove_prefix(newline + 1);
    piece_.text += '\n';
    line_bytes_ = 0;
    if (++lines_ >= kPieceLines || piece_.text.size() >= kPieceBytes) cut();
  }
}

void BodyPieces::cut() {
  const int lines_before = piece_.lines_before + lines_;
  ready_.push_back(std::exchange(piece_, BodyPiece{"", lines_before}));
  lines_ = 0;
}

std::optional<BodyPiece> BodyPieces::next() {
  if (ready_.empty()) return std::nullopt;
  BodyPiece piece = std::move(ready_.front());
  ready_.pop_front();
  return piece;
}

BodyPiece BodyPieces::rest() {
  return std::exchange(piece_, BodyPiece{});
}

bool BodyPieces::is_too_long() const {
  if (format_ == JobFormat::kJson) return piece_.text.size() > kMaxJobJson;
  return piece_.lines_before > kMostLines;
}

}  // namespace reeld::api
