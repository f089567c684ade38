#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/job/catalogue.hpp"
#include "common/util/json.hpp"
#include "daemon/engine/situation.hpp"
#include "daemon/store/reader.hpp"
#include "daemon/upkeep/upkeep.hpp"

/// The queue's records as the API shows them. The CLI uses the same without a daemon.
namespace reeld::api {

/// Null for an empty text: what is absent.
Json or_null(const std::string& text);

/// A cost as {"amount": "0.0147", "unit": "DOLLARS"}; null where it is not known.
Json cost_json(const std::string& amount, const std::string& unit);

/// A job as a list shows it. "waiting" and "progress" are null: they depend on more than the records.
Json job_json(const store::JobLine& job);

/// A job with all that is known of it.
Json job_json(const store::JobDetail& job);

Json event_json(const store::EventLine& event);
Json events_json(const std::vector<store::EventLine>& events);

Json batch_json(const store::BatchSummary& batch);

/// A job's place in the answer to its submit.
Json submitted_json(const store::BatchJob& job);

/// What may stand in the way of submits. Without a daemon only the pause of `situation` is known.
Json queue_json(const engine::Situation& situation);

Json limits_json(const engine::Situation& situation);

/// What the day's submits came to, and the caps. Without a daemon the caps are those of `situation`, none.
Json budget_json(const store::Stats& stats, const engine::Situation& situation, Time now);

/// The part of /v1/stats that the records hold.
Json stats_json(const store::Stats& stats, Time now);

/// What a prune has done.
Json prune_json(const upkeep::PruneOutcome& outcome, bool dry_run);

Json model_json(const Model& model);

/// `totals` are lines of a group that counts each render once.
Json costs_json(const std::vector<store::CostLine>& lines, const std::vector<store::CostLine>& totals);

}  // namespace reeld::api
