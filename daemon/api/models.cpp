#include "daemon/api/call.hpp"
#include "daemon/api/context.hpp"
#include "daemon/api/handlers.hpp"
#include "daemon/api/shapes.hpp"

namespace reeld::api {

Task<void> show_models(Context& context, Call& call) {
  const Catalogue& catalogue = context.parts.catalogue;
  Json models = Json::array();
  for (const std::string& name : catalogue.names()) models.push_back(model_json(*catalogue.find(name)));
  Json answer{{"models", std::move(models)}};
  co_return co_await call.answer(200, std::move(answer));
}

}  // namespace reeld::api
