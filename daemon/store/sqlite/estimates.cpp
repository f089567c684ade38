#include "daemon/store/estimates.hpp"

#include <fmt/format.h>

#include "daemon/store/sqlite/films.hpp"
#include "daemon/store/sqlite/prices.hpp"

namespace reeld::store {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;
using sqlite::Query;

class SqliteEstimates final : public Estimates {
 public:
  explicit SqliteEstimates(const fs::path& database) : db_(database, Connection::Mode::kReadOnly) {}

  Result<std::optional<JobState>> state_of(const std::string& key) override {
    return guarded<std::optional<JobState>>([&]() -> std::optional<JobState> {
      Query row = db_.query("SELECT state FROM job WHERE key = ?1", key);
      if (!row.step()) return std::nullopt;
      return parse_job_state(row.text(0));
    });
  }

  Result<std::vector<Duration>> render_times(const RenderKind& kind) override {
    return guarded<std::vector<Duration>>([&] { return sqlite::render_times(db_, kind).value(); });
  }

  Result<std::optional<Price>> price(const std::string& price_kind) override {
    return guarded<std::optional<Price>>([&]() -> std::optional<Price> {
      const auto learned = sqlite::prices::learned(db_, price_kind);
      if (!learned) return std::nullopt;
      return Price{learned->amount, learned->unit};
    });
  }

  Result<Amount> spent() override {
    return guarded<Amount>([&] {
      Query row =
          db_.query("SELECT coalesce(sum(spent + reserved), 0) FROM spend_day WHERE unit = ?1", kDollars);
      row.step();
      return Amount{row.integer(0)};
    });
  }

 private:
  template <class T, class Read>
  static Result<T> guarded(Read read) {
    try {
      return read();
    } catch (const std::exception& error) {
      return Error{Errc::kUnavailable, "store.estimate", error.what()};
    }
  }

  Connection db_;
};

}  // namespace

Result<std::unique_ptr<Estimates>> open_estimates(const fs::path& database) {
  std::error_code failed;
  if (!fs::exists(database, failed)) {
    return Error{Errc::kNotFound, "store.estimate",
                 fmt::format("there is no queue at {}", database.string())};
  }
  try {
    return std::unique_ptr<Estimates>(std::make_unique<SqliteEstimates>(database));
  } catch (const std::exception& error) {
    return Error{Errc::kUnavailable, "store.estimate",
                 fmt::format("{}: {}", database.string(), error.what())};
  }
}

}  // namespace reeld::store
