#include "tests/matrix/runner.hpp"

#include <atomic>
#include <thread>

#include "tests/matrix/play.hpp"

namespace reeld::matrix {

std::vector<Played> play_all(const std::vector<Row>& rows, int workers) {
  std::vector<Played> played(rows.size());
  std::vector<std::size_t> busy;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      played[i].row = rows[i];
      if (rows[i].slow) {
        threads.emplace_back([&played, i] { played[i].tally = play(played[i].row); });
      } else {
        busy.push_back(i);
      }
    }
    std::atomic<std::size_t> next = 0;
    for (int worker = 0; worker < workers; ++worker) {
      threads.emplace_back([&] {
        for (std::size_t i = next++; i < busy.size(); i = next++)
          played[busy[i]].tally = play(played[busy[i]].row);
      });
    }
    threads.clear();
  }
  return played;
}

}  // namespace reeld::matrix
