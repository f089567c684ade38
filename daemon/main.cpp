#include "daemon/cli/cli.hpp"

int main(int argc, char** argv) {
  return reeld::cli::run(argc, argv);
}
