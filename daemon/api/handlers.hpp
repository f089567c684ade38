#pragma once

#include "daemon/api/problem.hpp"

/// What the API answers, a function for each route. docs/openapi.yaml describes them.
namespace reeld::api {

struct Context;
class Call;

// health.cpp
Task<void> welcome(Context& context, Call& call);
Task<void> tell_health(Context& context, Call& call);
Task<void> tell_readiness(Context& context, Call& call);
Task<void> tell_metrics(Context& context, Call& call);

// login.cpp
Task<void> make_login_link(Context& context, Call& call);
Task<void> log_in(Context& context, Call& call);

// submit.cpp
Task<void> submit_jobs(Context& context, Call& call);

// jobs.cpp
Task<void> list_jobs(Context& context, Call& call);
Task<void> show_job(Context& context, Call& call);
Task<void> show_job_events(Context& context, Call& call);
Task<void> edit_job(Context& context, Call& call);

// film_files.cpp
Task<void> send_file(Context& context, Call& call);

// actions.cpp: on one job
Task<void> cancel_job(Context& context, Call& call);
Task<void> retry_job(Context& context, Call& call);
Task<void> hold_job(Context& context, Call& call);
Task<void> release_job(Context& context, Call& call);
Task<void> resolve_job(Context& context, Call& call);

// bulk_actions.cpp: on many
Task<void> cancel_jobs(Context& context, Call& call);
Task<void> retry_jobs(Context& context, Call& call);
Task<void> hold_jobs(Context& context, Call& call);
Task<void> release_jobs(Context& context, Call& call);

// batches.cpp
Task<void> list_batches(Context& context, Call& call);
Task<void> show_batch(Context& context, Call& call);
Task<void> release_batch(Context& context, Call& call);

// queue.cpp
Task<void> show_queue(Context& context, Call& call);
Task<void> pause_queue(Context& context, Call& call);
Task<void> resume_queue(Context& context, Call& call);
Task<void> show_stats(Context& context, Call& call);

// prune.cpp
Task<void> prune_jobs(Context& context, Call& call);

// costs.cpp, models.cpp, images.cpp
Task<void> show_costs(Context& context, Call& call);
Task<void> show_models(Context& context, Call& call);
Task<void> upload_image(Context& context, Call& call);

// event_stream.cpp
Task<void> stream_events(Context& context, Call& call);

}  // namespace reeld::api
