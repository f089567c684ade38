#include "daemon/app/proxy_environment.hpp"

namespace reeld::app {
namespace {

std::string either(const std::map<std::string, std::string>& environment, const char* lower,
                   const char* upper) {
  for (const char* name : {lower, upper}) {
    const auto found = environment.find(name);
    if (found != environment.end() && !found->second.empty()) return found->second;
  }
  return "";
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::string part;
  for (char c : list + ",") {
    if (c == ' ' || c == '\t') continue;
    if (c != ',') {
      part += c;
    } else if (!part.empty()) {
      parts.push_back(std::move(part));
      part.clear();
    }
  }
  return parts;
}

}  // namespace

ProxySettings proxy_settings(const std::string& configured,
                             const std::map<std::string, std::string>& environment) {
  ProxySettings settings;
  settings.proxy = configured.empty() ? either(environment, "https_proxy", "HTTPS_PROXY") : configured;
  settings.no_proxy = split(either(environment, "no_proxy", "NO_PROXY"));
  return settings;
}

}  // namespace reeld::app
