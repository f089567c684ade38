// reeld-sim: the simulated cloud as a program.
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/simulator/flags.hpp"
#include "tests/simulator/json_shapes.hpp"
#include "tests/simulator/simulator.hpp"

namespace {

using namespace reeld::sim;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

// Each connection is a descriptor, and the usual soft limit is lower than what a benchmark opens.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void announce(const Simulator& simulator, const Options& options) {
  const Json line = {{"base_url", simulator.base_url()},
                     {"ca_file", simulator.ca_file().string()},
                     {"cdn_host", options.cdn_host + ":" + std::to_string(simulator.port())},
                     {"api_key", options.api_key},
                     {"user_id", options.user_id},
                     {"pid", getpid()}};
  std::printf("%s\n", dump(line).c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  int exit_code = 0;
  const auto flags = parse_flags(argc, argv, exit_code);
  if (!flags) return exit_code;
  raise_file_limit();
  try {
    Simulator simulator(flags->options);
    if (!flags->script.empty()) simulator.add_faults(read_file(flags->script));
    simulator.run([&simulator, &flags] { announce(simulator, flags->options); });
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "reeld-sim: %s\n", error.what());
    return 1;
  }
}
