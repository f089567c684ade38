#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "common/job/text.hpp"
#include "common/util/random.hpp"
#include "daemon/cli/doctor/checks.hpp"

namespace reeld::cli::checks {
namespace {

using namespace std::chrono_literals;
using leonardo::ErrorClass;
using leonardo::Generation;
using leonardo::RenderStatus;

constexpr const char* kModel = "ltxv-2.0-fast";
constexpr Duration kBetweenLooks = 2s;
constexpr Duration kListedWithin = 2min;
constexpr Duration kRenderedWithin = 15min;
constexpr int kPage = 20;

/// One render, from its submit to what the service then shows of it.
class Trial {
 public:
  Trial(Service& service, const leonardo::Account& account, Findings& findings)
      : service_(service), account_(account), findings_(findings) {}

  void run() {
    const Model* model = service_.catalogue().find(kModel);
    if (model == nullptr) return findings_.warning("render", fmt::format("the catalogue has no {}", kModel));
    const auto accepted = submit(*model);
    if (!accepted) return;
    look_into_list();
    look_at_render();
  }

 private:
  bool submit(const Model& model) {
    JobSpec spec;
    spec.model = kModel;
    spec.prompt = "A grey stone on a white table, still camera";
    spec.duration = 6;
    spec.width = model.default_size.width;
    spec.height = model.default_size.height;
    SystemRandom random;
    seed_ = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(model.max_seed)));
    const std::string body = dump_json(build_request(spec, model, seed_));
    fmt::print(stderr, "reeld: sending one render of 6 s ({}, seed {})\n", kModel, seed_);
    const leonardo::Api::BeforeSend go_on = []() -> boost::asio::awaitable<Result<void>> {
      co_return Result<void>();
    };
    const auto answer = service_.wait(service_.api().submit(body, go_on));
    sent_ = service_.clock().elapsed();
    if (!answer) {
      tell_refusal(answer.error());
      return false;
    }
    id_ = answer->id;
    const std::string cost =
        answer->cost.amount.empty() ? "not stated" : answer->cost.amount + " " + answer->cost.unit;
    // At once: whatever happens next, this is paid for.
    fmt::print(stderr, "reeld: accepted as generation {}, cost {}\n", id_.str(), cost);
    findings_.ok("served",
                 fmt::format("{} is still served: generation {}, cost {}", kModel, id_.str(), cost));
    return true;
  }

  void tell_refusal(const leonardo::ApiError& error) {
    const std::string words = printable(error.words, 300);
    if (error.error_class == ErrorClass::kMaybeSent) {
      return findings_.problem("served",
                               fmt::format("no answer that says yes or no: {}. It may be paid for: look into "
                                           "the account's list for seed {}",
                                           words, seed_));
    }
    findings_.problem("served", fmt::format("the render was refused ({}): {}; nothing was paid",
                                            to_string(error.error_class), words));
  }

  void look_into_list() {
    for (;;) {
      const auto page = service_.wait(service_.api().generations_of(account_.user_id, 0, kPage));
      const Duration age = service_.clock().elapsed() - sent_;
      if (page) {
        const auto found = std::ranges::find(*page, id_, &Generation::id);
        if (found != page->end()) return tell_listed(*found, found - page->begin(), age);
      }
      if (age > kListedWithin) {
        return findings_.warning(
            "list", fmt::format("the generation is not in the account's list after {}", humanize(age)));
      }
      service_.pause(kBetweenLooks);
    }
  }

  void tell_listed(const Generation& generation, std::ptrdiff_t place, Duration age) {
    findings_.ok("list", fmt::format("the generation was in the account's list within {}, at place {}",
                                     humanize(age), place + 1));
    tell_seed("the account's list", generation.seed);
  }

  void tell_seed(std::string_view where, std::optional<std::int64_t> seed) {
    if (!seed) {
      findings_.warning("seed", fmt::format("{} does not show the seed", where));
    } else if (*seed != seed_) {
      findings_.warning("seed", fmt::format("{} shows seed {}, and {} was sent", where, *seed, seed_));
    } else {
      findings_.ok("seed", fmt::format("{} shows the seed that was sent", where));
    }
  }

  void look_at_render() {
    for (;;) {
      const auto generation = service_.wait(service_.api().generation(id_));
      const Duration age = service_.clock().elapsed() - sent_;
      if (generation && generation->status == RenderStatus::kComplete) {
        tell_seed("its status", generation->seed);
        return findings_.ok("render", fmt::format("complete after {}", humanize(age)));
      }
      if (generation && generation->status == RenderStatus::kFailed) {
        return findings_.warning("render", "the service failed it: " + printable(generation->failure, 300));
      }
      if (age > kRenderedWithin) {
        return findings_.warning(
            "render", fmt::format("not complete after {}; it goes on at the service", humanize(age)));
      }
      service_.pause(kBetweenLooks);
    }
  }

  Service& service_;
  const leonardo::Account& account_;
  Findings& findings_;
  std::int64_t seed_ = 0;
  GenerationId id_;
  Duration sent_{0};
};

}  // namespace

void check_by_render(Service& service, const leonardo::Account& account, Findings& findings) {
  Trial(service, account, findings).run();
}

}  // namespace reeld::cli::checks
