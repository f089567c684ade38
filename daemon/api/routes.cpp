#include "daemon/api/routes.hpp"

#include <array>

#include "daemon/api/handlers.hpp"

namespace reeld::api {

using enum http::server::Method;

namespace {

constexpr std::array kRoutes{
    Route{kGet, "/", welcome},
    Route{kGet, "/healthz", tell_health},
    Route{kGet, "/readyz", tell_readiness},
    Route{kGet, "/metrics", tell_metrics},
    Route{kGet, "/login", log_in},
    Route{kPost, "/v1/login", make_login_link},
    Route{kPost, "/v1/jobs", submit_jobs},
    Route{kGet, "/v1/jobs", list_jobs},
    Route{kPost, "/v1/jobs/cancel", cancel_jobs},
    Route{kPost, "/v1/jobs/retry", retry_jobs},
    Route{kPost, "/v1/jobs/hold", hold_jobs},
    Route{kPost, "/v1/jobs/release", release_jobs},
    Route{kGet, "/v1/jobs/{id}", show_job},
    Route{kPatch, "/v1/jobs/{id}", edit_job},
    Route{kGet, "/v1/jobs/{id}/events", show_job_events},
    Route{kGet, "/v1/jobs/{id}/files/{file}", send_file},
    Route{kPost, "/v1/jobs/{id}/cancel", cancel_job},
    Route{kPost, "/v1/jobs/{id}/retry", retry_job},
    Route{kPost, "/v1/jobs/{id}/hold", hold_job},
    Route{kPost, "/v1/jobs/{id}/release", release_job},
    Route{kPost, "/v1/jobs/{id}/resolve", resolve_job},
    Route{kGet, "/v1/batches", list_batches},
    Route{kGet, "/v1/batches/{batch}", show_batch},
    Route{kPost, "/v1/batches/{batch}/release", release_batch},
    Route{kGet, "/v1/queue", show_queue},
    Route{kPost, "/v1/queue/pause", pause_queue},
    Route{kPost, "/v1/queue/resume", resume_queue},
    Route{kPost, "/v1/prune", prune_jobs},
    Route{kGet, "/v1/stats", show_stats},
    Route{kGet, "/v1/costs", show_costs},
    Route{kGet, "/v1/models", show_models},
    Route{kPost, "/v1/images", upload_image},
    Route{kGet, "/v1/events", stream_events},
};

}  // namespace

std::span<const Route> all_routes() {
  return kRoutes;
}

bool is_open_route(http::server::Method method, std::span<const std::string> segments) {
  const bool only_looks = method == kGet || method == kHead;
  return only_looks && segments.size() == 1 && (segments[0] == "healthz" || segments[0] == "login");
}

}  // namespace reeld::api
