#include "common/util/random.hpp"

namespace reeld {

std::uint64_t Random::below(std::uint64_t bound) {
  // Numbers at the end of the range that would favour the small results are drawn again.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t number = next();
  while (number >= limit) number = next();
  return number % bound;
}

SystemRandom::SystemRandom() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
  engine_.seed(seed);
}

}  // namespace reeld
