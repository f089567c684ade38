#include "common/job/reader.hpp"

#include <fmt/format.h>

#include <ios>

#include "common/job/text.hpp"

namespace reeld {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

bool is_utf16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

bool is_binary(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

/// Of a one-line text the parser's "at line 1, column 7" would be taken for the file's line.
std::string without_line(std::string words) {
  constexpr std::string_view kLine = "line 1, ";
  const std::size_t at = words.find(kLine);
  return at == std::string::npos ? words : words.erase(at, kLine.size());
}

std::string size_words(std::size_t bytes) {
  if (bytes >= 1U << 20 && bytes % (1U << 20) == 0) return fmt::format("{} MiB", bytes >> 20U);
  return fmt::format("{} bytes", bytes);
}

constexpr std::string_view kUtf16Words = "is UTF-16 text; save it as UTF-8";
constexpr std::string_view kBinaryWords =
    "holds NUL bytes: it is not a text file (or it is UTF-16; save it as UTF-8)";

}  // namespace

std::optional<JobFormat> job_format(std::string_view file_name) {
  if (file_name.ends_with(".json")) return JobFormat::kJson;
  if (file_name.ends_with(".jsonl")) return JobFormat::kJsonl;
  return std::nullopt;
}

JobReader::JobReader(std::istream& text, JobFormat format, const Catalogue& catalogue, std::size_t max_line)
    : text_(text), format_(format), catalogue_(catalogue), max_line_(max_line) {}

std::optional<JobReader::Entry> JobReader::next() {
  if (ended_) return std::nullopt;
  std::optional<Entry> entry;
  try {
    entry = format_ == JobFormat::kJsonl ? next_line() : next_element();
  } catch (const std::ios_base::failure&) {
    // What a file's buffer throws when the disk refuses to read.
    ended_ = true;
    entry = problem("cannot be read to its end");
  }
  if (!entry) ended_ = true;
  if (!entry && !any_) entry = problem("holds no job");
  any_ = true;
  return entry;
}

std::optional<JobReader::Entry> JobReader::next_line() {
  std::string line;
  for (;;) {
    const Line read = read_line(line);
    if (read == Line::kEnd) return std::nullopt;
    ++position_;
    if (position_ == 1 && line.starts_with(kUtf8Mark)) line.erase(0, kUtf8Mark.size());
    if (position_ == 1 && is_utf16(line)) {
      ended_ = true;
      return problem(std::string(kUtf16Words));
    }
    if (is_binary(line)) {
      ended_ = true;
      return problem(std::string(kBinaryWords));
    }
    if (read == Line::kTooLong) return problem("is longer than " + size_words(max_line_));
    if (line.find_first_not_of(" \t\r") != std::string::npos) return check_line(line);
  }
}

JobReader::Line JobReader::read_line(std::string& line) {
  using Traits = std::streambuf::traits_type;
  std::streambuf& buffer = *text_.rdbuf();
  line.clear();
  bool any = false;
  bool too_long = false;
  for (;;) {
    const auto got = buffer.sbumpc();
    if (Traits::eq_int_type(got, Traits::eof())) break;
    any = true;
    const char c = Traits::to_char_type(got);
    if (c == '\n') break;
    // The rest of a line that is too long is read past, so that the lines behind it are still checked.
    if (line.size() == max_line_) too_long = true;
    if (!too_long) line += c;
  }
  if (!any) return Line::kEnd;
  return too_long ? Line::kTooLong : Line::kWhole;
}

JobReader::Entry JobReader::check_line(const std::string& line) {
  auto value = parse_json(line);
  if (!value) return problem(without_line(value.error().detail));
  if (value->is_array())
    return problem("is an array; a line holds one job (an array belongs into a .json file)");
  Entry entry{position_, check_job(*value, catalogue_)};
  for (Problem& found : entry.job.problems) found.line = position_;
  return entry;
}

std::optional<JobReader::Entry> JobReader::next_element() {
  if (!document_) {
    if (auto broken = read_document()) return broken;
  }
  const bool is_array = document_->is_array();
  const auto index = static_cast<std::size_t>(position_);
  if (index >= (is_array ? document_->size() : 1)) return std::nullopt;
  ++position_;
  if (!is_array) return Entry{position_, check_job(*document_, catalogue_)};
  return Entry{position_,
               check_job((*document_)[index], catalogue_, json_pointer("", std::to_string(index)))};
}

std::optional<JobReader::Entry> JobReader::read_document() {
  std::string whole;
  std::streambuf& buffer = *text_.rdbuf();
  char chunk[16384];
  for (;;) {
    const std::streamsize got = buffer.sgetn(chunk, sizeof(chunk));
    if (got <= 0) break;
    whole.append(chunk, static_cast<std::size_t>(got));
    if (whole.size() > max_line_) break;
  }
  ended_ = true;
  if (whole.size() > max_line_) return problem("is larger than " + size_words(max_line_));
  if (is_utf16(whole)) return problem(std::string(kUtf16Words));
  if (is_binary(whole)) return problem(std::string(kBinaryWords));
  std::string_view text = whole;
  if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return problem("is empty");
  auto value = parse_json(text);
  if (!value) return problem(value.error().detail);
  document_ = std::move(*value);
  ended_ = false;
  return std::nullopt;
}

JobReader::Entry JobReader::problem(std::string message) const {
  Entry entry;
  entry.position = position_;
  entry.job.problems.push_back(Problem{format_ == JobFormat::kJsonl ? position_ : 0, "", std::move(message)});
  return entry;
}

}  // namespace reeld
