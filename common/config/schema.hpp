#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/config/config.hpp"

namespace reeld {

/// Where a setting's value is kept in Config; the type decides how it is written.
using ConfigField =
    std::variant<int& (*)(Config&), bool& (*)(Config&), std::string& (*)(Config&),
                 std::filesystem::path& (*)(Config&), Duration& (*)(Config&),
                 std::vector<std::string>& (*)(Config&), std::vector<std::filesystem::path>& (*)(Config&)>;

/// A further rule for a text, a path or each element of a list: "" or what is wrong with it. May bring the
/// text into its one true form.
using ConfigRule = std::string (*)(std::string& text);

/// One key of the configuration; the table of them is the only place that knows them all.
struct Setting {
  std::string_view key;  ///< "limits.max_downloads"
  ConfigField field;     ///< where it goes
  std::string_view
      initial;  ///< the default, written as in a variable; "" also where it derives from data_dir
  std::string_view description;  ///< one line
  std::int64_t least = 0;        ///< of a whole number, or of a duration in milliseconds
  std::int64_t most = 0;
  std::string_view choices = {};  ///< "park|resend"; empty: free
  ConfigRule rule = nullptr;
  bool octal = false;     ///< a number written as text in octal digits: permission bits
  bool password = false;  ///< may hold a password, which is never printed
  bool discreet = false;  ///< may hold a token: a reload says that it changed, not to what
  bool live = false;      ///< a reload takes it; any other needs a restart
};

/// All settings, in the order of config/reeld.toml.
std::span<const Setting> config_schema();

/// Null for a key that is not in the table.
const Setting* find_setting(std::string_view key);

/// "limits.max_downloads" -> "REELD_LIMITS__MAX_DOWNLOADS".
std::string variable_name(std::string_view key);

}  // namespace reeld
