#include "daemon/cli/render_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

#include "common/job/reader.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/job_text.hpp"
#include "daemon/cli/upload.hpp"
#include "daemon/files/durable.hpp"

namespace reeld::cli {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPrivateFolder = 0750;

/// Either what was found or why nothing was.
using Files = boost::system::result<std::vector<fs::path>, Trouble>;

Files files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && !name.starts_with('.') && job_format(name)) files.push_back(entry.path());
  }
  if (failed) return Trouble{fmt::format("{}: {}", folder.string(), failed.message()), app::kExitNoInput};
  std::ranges::sort(files);
  return files;
}

/// Keeps standard input in a file, so that it can be sent like one.
Files keep_standard_input(const fs::path& state) {
  std::stringstream text;
  text << std::cin.rdbuf();
  const bool lines = guess_format(text.str()) == JobFormat::kJsonl;
  if (auto made = files::make_directories(state, kPrivateFolder); !made)
    return Trouble{made.error().detail, app::kExitIo};
  const fs::path file = state / (lines ? "stdin.jsonl" : "stdin.json");
  if (auto written = files::write_durably(file, text.str(), 0600); !written)
    return Trouble{written.error().detail, app::kExitIo};
  return std::vector<fs::path>{file};
}

Files files_of(const std::string& path, const fs::path& state) {
  if (path == "-") return keep_standard_input(state);
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return files_in(path);
  if (!job_format(path)) {
    return Trouble{
        fmt::format("{}: neither a folder nor a job file: its name must end in .json or .jsonl", path),
        app::kExitUsage};
  }
  return std::vector<fs::path>{path};
}

}  // namespace

boost::system::result<std::vector<RenderInput>, Trouble> find_inputs(const std::vector<std::string>& paths,
                                                                     const fs::path& state) {
  std::vector<RenderInput> inputs;
  for (const std::string& path : paths) {
    const Files files = files_of(path, state);
    if (!files) return files.error();
    for (const fs::path& file : *files) {
      if (auto unreadable = Upload::look_at(file.string())) return std::move(*unreadable);
      inputs.push_back({file, path == "-" ? fs::current_path() : fs::absolute(file).parent_path(),
                        file.filename().string()});
    }
  }
  if (inputs.empty()) return Trouble{"no job file (.json, .jsonl) was found", app::kExitNoInput};
  return inputs;
}

}  // namespace reeld::cli
