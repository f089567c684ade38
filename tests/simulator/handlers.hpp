#pragma once

#include "tests/simulator/cloud.hpp"

namespace reeld::sim {

// Each answers one endpoint's requests; the key and the limit of requests have been looked at.

Answer handle_submit(CloudState& state, const Request& request, Exchange& exchange);
Answer handle_status(CloudState& state, const Exchange& exchange);
Answer handle_list(CloudState& state, const Request& request, const Exchange& exchange);
Answer handle_delete(CloudState& state, const Exchange& exchange);
Answer handle_me(const CloudState& state, const Exchange& exchange);
Answer handle_init_image(CloudState& state, const Request& request);
Answer handle_image(CloudState& state, const Request& request, const Exchange& exchange);
Answer handle_upload(CloudState& state, const Request& request, const Exchange& exchange);
Answer handle_cdn(CloudState& state, const Request& request, const Exchange& exchange);
Answer handle_control(CloudState& state, const Request& request, const Exchange& exchange);

/// 429, with Retry-After where the options ask for it.
Answer too_many_requests(const Options& options, std::string_view what);

}  // namespace reeld::sim
