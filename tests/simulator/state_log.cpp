#include "tests/simulator/state_log.hpp"

#include <stdexcept>

namespace reeld::sim {

void StateLog::open(const std::function<void(const Json&)>& take) {
  if (path_.empty()) return;
  std::uintmax_t whole = 0;
  {
    std::ifstream in(path_, std::ios::binary);
    std::string line;
    // getline reports the end of the file together with a line that no newline ended.
    while (std::getline(in, line) && !in.eof()) {
      const auto json = parse_body(line);
      if (!json || !json->is_object())
        throw std::runtime_error(path_.string() + ": not a state file: " + line);
      take(*json);
      whole += line.size() + 1;
    }
  }
  if (std::filesystem::exists(path_)) std::filesystem::resize_file(path_, whole);
  out_.open(path_, std::ios::binary | std::ios::app);
  if (!out_) throw std::runtime_error("cannot write " + path_.string());
}

void StateLog::append(const Json& line) {
  if (!out_.is_open()) return;
  out_ << dump(line) << '\n' << std::flush;
  if (!out_) throw std::runtime_error("cannot write " + path_.string());
}

}  // namespace reeld::sim
