#include "daemon/cli/doctor/service.hpp"

#include <fmt/format.h>

#include <thread>

#include "daemon/app/catalogue.hpp"
#include "version.hpp"

namespace reeld::cli::checks {

Result<std::unique_ptr<Service>> Service::connect(const Config& config,
                                                  const std::map<std::string, std::string>& environment,
                                                  std::string api_key) {
  auto catalogue = app::load_catalogue(config.leonardo.models_file);
  if (!catalogue) return catalogue.error();
  auto service = std::unique_ptr<Service>(
      new Service(std::move(*catalogue), app::proxy_settings(config.leonardo.proxy, environment)));
  http::ClientOptions options;
  options.ca_file = config.leonardo.ca_file;
  options.proxy = service->proxy_.proxy;
  options.no_proxy = service->proxy_.no_proxy;
  options.user_agent = fmt::format("reeld/{}", kVersion);
  service->base_url_ = config.leonardo.base_url;
  service->has_key_ = !api_key.empty();
  try {
    service->client_ = http::make_client(service->io_.get_executor(), std::move(options));
  } catch (const std::runtime_error& error) {
    return Error{Errc::kBadInput, "doctor.connect", error.what()};
  }
  service->api_ = leonardo::make_api(*service->client_, service->clock_,
                                     {config.leonardo.base_url, std::move(api_key), nullptr});
  return service;
}

Service::~Service() {
  if (client_) client_->shutdown();
}

void Service::pause(Duration duration) {
  std::this_thread::sleep_for(duration);
}

}  // namespace reeld::cli::checks
