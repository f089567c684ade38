#pragma once

#include <string>

/// Rules for single settings, for the schema's table. Each gives "" or what is wrong with `text`, and may
/// bring it into its one true form (a URL without a slash at its end, a host in small letters).
namespace reeld {

std::string check_base_url(std::string& text);
std::string check_host_pattern(std::string& text);
std::string check_proxy(std::string& text);
std::string check_budget(std::string& text);
std::string check_asset_root(std::string& text);
std::string check_output(std::string& text);
std::string check_timezone(std::string& text);
std::string check_store_url(std::string& text);
std::string check_listen(std::string& text);
std::string check_host(std::string& text);
std::string check_base_path(std::string& text);
std::string check_hook_url(std::string& text);
std::string check_hook_event(std::string& text);

}  // namespace reeld
