#include "daemon/cli/queue_view.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace reeld::cli {
namespace {

class DaemonView final : public QueueView {
 public:
  explicit DaemonView(Control& control) : control_(control) {}

  Answer list(const JobChoice& choice, const std::string& after, int limit) override {
    Query query("/v1/jobs");
    add_to(query, choice);
    query.add("limit", std::to_string(limit)).add("after", after);
    return control_.ask(query.str());
  }

  Answer match(const std::string& part) override {
    return control_.ask(Query("/v1/jobs").add("id", part).str());
  }

  Answer show(const std::string& id) override { return control_.ask("/v1/jobs/" + percent_encode(id)); }

  Answer stats() override { return control_.ask("/v1/stats"); }

 private:
  Control& control_;
};

}  // namespace

std::unique_ptr<QueueView> open_view(Control& control, int& exit_code) {
  exit_code = control.exit_code();
  if (!control.usable()) return nullptr;
  const Answer healthy = control.ask("/healthz");
  if (healthy) return std::make_unique<DaemonView>(control);
  if (!healthy.error().nobody() || control.config() == nullptr) {
    exit_code = tell(healthy.error());
    return nullptr;
  }
  auto queue = open_queue_itself(*control.config());
  if (!queue) {
    exit_code = tell(queue.error());
    return nullptr;
  }
  fmt::print(stderr, "reeld: the daemon is not running; reading the queue itself\n");
  return std::move(*queue);
}

}  // namespace reeld::cli
