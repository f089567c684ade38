// A job's films, posters and result file, as they stand below the results folder. Their paths come from the
// store, never from the request.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>

#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/query.hpp"
#include "daemon/api/range.hpp"
#include "daemon/files/descriptor.hpp"

namespace reeld::api {

namespace fs = std::filesystem;
using files::Descriptor;
using http::server::Response;
using store::Film;
using store::JobDetail;

namespace {

constexpr std::string_view kOperation = "api.file";
constexpr std::size_t kPiece = 256U << 10;

/// A file that a job published.
struct PublishedFile {
  fs::path path;       ///< below the results folder
  std::string sha256;  ///< of a film; empty for what may be written anew
  std::uint64_t size = 0;
};

/// The same, opened.
struct OpenFile {
  std::shared_ptr<const Descriptor> descriptor;
  fs::path path;
  std::uint64_t size = 0;
  std::string etag;
};

/// "2.jpg" -> 2 and ".jpg"; number 0 for a name that no published file has.
std::pair<int, std::string_view> parse_name(std::string_view name) {
  int number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || number < 1 || name.front() == '0') return {0, ""};
  return {number, name.substr(static_cast<std::size_t>(end - name.data()))};
}

Refusal no_such_file() {
  return not_found("this job has published no such file (yet)");
}

Outcome<PublishedFile> choose_file(const JobDetail& job, std::string_view name) {
  if (name == "result.json") {
    if (std::ranges::none_of(job.films, &Film::published)) return no_such_file();
    return PublishedFile{job.line.output_path + ".json", "", 0};
  }
  const auto [number, suffix] = parse_name(name);
  const auto film =
      std::ranges::find_if(job.films, [n = number](const Film& f) { return f.number == n && f.published; });
  if (film == job.films.end() || film->path.empty()) return no_such_file();
  if (suffix.empty()) return PublishedFile{film->path, film->sha256, film->size};
  if (suffix == ".jpg") return PublishedFile{fs::path(film->path).replace_extension(".jpg"), "", 0};
  return no_such_file();
}

/// True for a path that stays below its folder whatever it is joined to.
bool stays_below(const fs::path& path) {
  return path.is_relative() && std::ranges::none_of(path, [](const fs::path& part) { return part == ".."; });
}

/// Blocking.
Result<OpenFile> open_file(const fs::path& results, const PublishedFile& file) {
  if (!stays_below(file.path)) {
    return Error{Errc::kInternal, kOperation,
                 fmt::format("{} leaves the results folder", file.path.native())};
  }
  const fs::path path = results / file.path;
  auto opened = files::open_descriptor(kOperation, path, O_RDONLY | O_NONBLOCK);
  if (!opened) return opened.error();
  struct stat found{};
  if (::fstat(opened->get(), &found) != 0) return errno_error(kOperation, errno, path.native());
  if (!S_ISREG(found.st_mode)) return Error{Errc::kNotFound, kOperation, "there is no file any more"};
  OpenFile open{std::make_shared<const Descriptor>(std::move(*opened)), path,
                static_cast<std::uint64_t>(found.st_size), ""};
  const bool is_as_published = !file.sha256.empty() && file.size == open.size;
  open.etag = is_as_published
                  ? fmt::format("\"{}\"", file.sha256)
                  : fmt::format("\"{:x}-{:x}-{:x}\"", open.size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
  return open;
}

std::string content_type(const fs::path& path) {
  if (path.extension() == ".mp4") return "video/mp4";
  if (path.extension() == ".jpg") return "image/jpeg";
  return "application/json";
}

Response file_head(const Call& call, const OpenFile& file) {
  Response response{200, {{"ETag", file.etag}, {"Accept-Ranges", "bytes"}}, ""};
  response.headers.push_back({"Content-Type", content_type(file.path)});
  response.headers.push_back({"Cache-Control", "private, no-cache"});
  // A browser that opens the film by itself shows it in a page that falls under this.
  response.headers.push_back(
      {"Content-Security-Policy",
       "default-src 'none'; media-src 'self'; img-src 'self'; frame-ancestors 'none'"});
  // Anything but a clear yes shows the file where it is.
  const auto download = call.flag("download");
  if (download && *download) {
    response.headers.push_back({"Content-Disposition", attachment(file.path.filename().native())});
  }
  return response;
}

/// What the request asks for of the file. If-Range with another tag means all of it.
RangeAnswer asked_range(const Call& call, const OpenFile& file) {
  const auto& head = call.head();
  const std::string_view if_range = head.header("If-Range");
  const bool may_be_part = if_range.empty() || if_range == file.etag;
  if (head.method != http::server::Method::kGet || !may_be_part) return {};
  return read_range(head.header("Range"), file.size);
}

Task<void> send_bytes(Context& context, Call& call, OpenFile file, std::uint64_t offset,
                      std::uint64_t length) {
  while (length > 0) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(length, kPiece));
    std::function<Result<std::string>()> read = [file, offset, size]() -> Result<std::string> {
      std::string piece(size, '\0');
      auto got = files::read_at(kOperation, *file.descriptor, piece.data(), size, offset, file.path);
      if (!got) return got.error();
      if (*got < size) return Error{Errc::kIo, kOperation, "the file became shorter while it was sent"};
      return piece;
    };
    auto piece = co_await context.parts.pool.run(std::move(read));
    if (!piece) co_return piece.error();
    auto written = co_await call.write(std::move(*piece));
    if (!written) co_return written;
    offset += size;
    length -= size;
  }
  co_return co_await call.finish();
}

}  // namespace

Task<void> send_file(Context& context, Call& call) {
  auto id = co_await find_job(context, call.argument(0));
  if (!id) co_return id.error();
  std::function<Result<JobDetail>(store::Reader&)> look = [id = *id](store::Reader& reader) {
    return reader.show(id);
  };
  auto job = co_await context.parts.reading.run(std::move(look));
  if (!job) co_return job.error();
  auto published = choose_file(*job, call.argument(1));
  if (!published) co_return published.error();
  std::function<Result<OpenFile>()> open = [results = context.options.results, file = *published] {
    return open_file(results, file);
  };
  auto file = co_await context.parts.pool.run(std::move(open));
  const bool is_gone =
      !file && (file.error().code == Errc::kNotFound || file.error().code == Errc::kConflict);
  if (is_gone) co_return not_found("the file is not there any more, or something else stands at its place");
  if (!file) co_return file.error();

  Response response = file_head(call, *file);
  if (names_etag(call.head().header("If-None-Match"), file->etag)) {
    response.status = 304;
    co_return co_await call.answer(std::move(response));
  }
  const RangeAnswer range = asked_range(call, *file);
  std::uint64_t first = 0;
  std::uint64_t length = file->size;
  if (range.kind == RangeAnswer::Kind::kUnsatisfiable) {
    Refusal refusal(416, to_string(Errc::kBadInput), fmt::format("the file has {} bytes", file->size));
    refusal.headers.push_back({"Content-Range", fmt::format("bytes */{}", file->size)});
    co_return refusal;
  }
  if (range.kind == RangeAnswer::Kind::kPart) {
    first = range.first;
    length = range.last - range.first + 1;
    response.status = 206;
    response.headers.push_back(
        {"Content-Range", fmt::format("bytes {}-{}/{}", range.first, range.last, file->size)});
  }
  auto started = co_await call.start(std::move(response), length);
  if (!started) co_return started;
  // Nothing is sent for HEAD.
  if (call.is_head()) length = 0;
  co_return co_await send_bytes(context, call, std::move(*file), first, length);
}

}  // namespace reeld::api
