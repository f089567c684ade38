#include "daemon/cli/upload.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/job_text.hpp"

namespace reeld::cli {
namespace {

constexpr std::size_t kPiece = 64U << 10;

/// Up to `limit` more bytes behind what `text` holds; fewer only at the end of the stream.
void read_on(std::istream& from, std::string& text, std::size_t limit) {
  const std::size_t before = text.size();
  text.resize(before + limit);
  from.read(text.data() + before, static_cast<std::streamsize>(limit));
  text.resize(before + static_cast<std::size_t>(from.gcount()));
}

/// Is there something to be seen behind the first line?
bool reaches_second_line(const std::string& text) {
  const auto first_end = text.find('\n');
  return first_end != std::string::npos && text.find_first_not_of(" \t\r\n", first_end) != std::string::npos;
}

bool has_line(const std::string& text) {
  return text.find('\n') != std::string::npos;
}

/// As much of standard input as tells its format.
std::string read_head(std::istream& input) {
  std::string head;
  while (input && !reaches_second_line(head) && head.size() <= kMaxJobJson) read_on(input, head, kPiece);
  return head;
}

}  // namespace

Upload::Upload(std::string name, std::shared_ptr<std::istream> text)
    : name_(std::move(name)), text_(std::move(text)) {}

std::optional<Trouble> Upload::look_at(const std::string& name) {
  if (name == "-") return std::nullopt;
  if (!job_format(name)) {
    return Trouble{fmt::format("{}: not a job file: its name must end in .json or .jsonl", name),
                   app::kExitUsage};
  }
  // A folder may be read too, but not as a file.
  std::error_code unknown;
  if (::access(name.c_str(), R_OK) == 0 && !std::filesystem::is_directory(name, unknown)) return std::nullopt;
  return Trouble{fmt::format("{}: cannot be read", name), app::kExitNoInput};
}

boost::system::result<Upload, Trouble> Upload::open(const std::string& name) {
  if (auto trouble = look_at(name)) return std::move(*trouble);
  std::shared_ptr<std::istream> text;
  if (name == "-") {
    // Standard input is nobody's to destroy.
    text = std::shared_ptr<std::istream>(std::shared_ptr<std::istream>(), &std::cin);
  } else {
    text = std::make_shared<std::ifstream>(name, std::ios::binary);
  }
  Upload upload(name, std::move(text));
  if (auto begun = upload.begin(); !begun) return begun.error();
  return upload;
}

boost::system::result<void, Trouble> Upload::begin() {
  const bool is_input = name_ == "-";
  head_ = is_input ? read_head(*text_) : "";
  const JobFormat format = is_input ? guess_format(head_) : *job_format(name_);
  streamed_ = format == JobFormat::kJsonl;
  if (streamed_) return {};
  if (head_.size() <= kMaxJobJson) read_on(*text_, head_, kMaxJobJson + 1 - head_.size());
  if (head_.size() <= kMaxJobJson) return {};
  return Trouble{fmt::format("{}: more than 16 MiB; write one job a line instead, in a .jsonl", name_),
                 app::kExitSomeFailed};
}

http::local::Request Upload::request(const std::string& target) {
  http::local::Request request;
  request.method = "POST";
  request.target = target;
  request.headers.push_back({"Content-Type", streamed_ ? "application/x-ndjson" : "application/json"});
  if (streamed_) {
    request.next_piece = [this] { return next_piece(); };
  } else {
    request.body = head_;
  }
  return request;
}

Result<void> Upload::rewrite(JobRewriter& rewriter) {
  rewriter_ = &rewriter;
  if (streamed_) return {};
  auto text = rewriter.rewrite(head_);
  if (!text) return text.error();
  head_ = std::move(*text);
  return {};
}

Result<std::string> Upload::next_piece() {
  std::string piece = std::exchange(head_, "");
  if (piece.empty()) read_on(*text_, piece, kPiece);
  if (rewriter_ != nullptr) {
    // Jobs are changed in whole lines; what is longer than any job goes out as it is, to be refused.
    while (*text_ && !has_line(piece) && piece.size() <= kMaxJobLine) read_on(*text_, piece, kPiece);
    if (*text_ && has_line(piece)) {
      const std::size_t end = piece.rfind('\n') + 1;
      head_ = piece.substr(end);
      piece.resize(end);
    }
  }
  if (text_->bad()) return Error{Errc::kIo, "cli.submit", name_ + ": cannot be read to its end"};
  return rewriter_ == nullptr ? piece : rewriter_->rewrite_lines(piece);
}

bool Upload::rewind() {
  if (!streamed_) return true;
  head_.clear();
  text_->clear();
  text_->seekg(0);
  return !text_->fail();
}

std::string Upload::batch_name() const {
  return name_ == "-" ? "" : std::filesystem::path(name_).stem().string();
}

}  // namespace reeld::cli
