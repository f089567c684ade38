#include "daemon/app/hook_service.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>

#include "common/config/secret_file.hpp"

namespace reeld::app {
namespace {

bool names_any(const hooks::HookOptions& options) {
  return !options.command.empty() || !options.url.empty();
}

}  // namespace

Result<hooks::HookOptions> read_hook_options(const HooksConfig& config) {
  hooks::HookOptions options;
  options.command = config.command;
  options.url = config.url;
  options.events = config.events;
  options.timeout = config.timeout;
  options.keep_trying = config.keep_trying;
  if (names_any(options) && !config.secret_file.empty()) {
    auto secret = read_secret_file(config.secret_file, "a secret");
    if (!secret) return secret.error();
    options.secret = std::move(*secret);
  }
  return options;
}

HookService::HookService(asio::any_io_executor executor, Parts parts, hooks::HookOptions options)
    : executor_(std::move(executor)),
      parts_(std::move(parts)),
      options_(std::move(options)),
      facts_(parts_.reading, parts_.store) {}

HookService::~HookService() = default;

Result<void> HookService::prepare() {
  return prepare_for(options_);
}

Result<void> HookService::prepare_for(const hooks::HookOptions& options) {
  if (client_ || !names_any(options)) return {};
  // A program on this machine may be told without TLS; the configuration refuses that for any other.
  http::ClientOptions client = parts_.client_options;
  client.allow_plain_http = true;
  try {
    client_ = http::make_client(executor_, std::move(client));
  } catch (const std::runtime_error& error) {
    return Error{Errc::kBadInput, "app.hooks", error.what()};
  }
  return {};
}

void HookService::start(Nursery& services) {
  services_ = &services;
  if (names_any(options_)) {
    tell_in(services);
  } else {
    services.spawn(forget_all());
  }
}

Result<void> HookService::set_options(hooks::HookOptions options) {
  if (auto prepared = prepare_for(options); !prepared) return prepared;
  options_ = std::move(options);
  if (hooks_) {
    hooks_->set_options(options_);
    tells_ = names_any(options_);
  } else if (names_any(options_)) {
    tell_in(*services_);
  }
  return {};
}

void HookService::tell_in(Nursery& services) {
  hooks::Hooks::Describe describe = [this](const store::EventLine& event) { return facts_.describe(event); };
  hooks::Hooks::Parts parts{parts_.store, *client_,      parts_.pool,
                            parts_.clock, parts_.random, std::move(describe)};
  hooks_ = std::make_unique<hooks::Hooks>(executor_, std::move(parts), options_);
  tells_ = true;
  services.spawn(hooks_->run());
}

/// Messages to hooks that are configured no more are nobody's, also when they come back one day.
asio::awaitable<void> HookService::forget_all() {
  std::vector<std::string> none;
  auto forgotten = co_await parts_.store.collect_deliveries(std::move(none));
  if (!forgotten) spdlog::warn("old messages to hooks stay in the queue: {}", describe(forgotten.error()));
}

void HookService::history_grew() {
  if (!tells_ || poked_.exchange(true)) return;
  asio::post(executor_, [this] {
    poked_ = false;
    hooks_->poke();
  });
}

void HookService::close() {
  if (client_) client_->shutdown();
}

}  // namespace reeld::app
