#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "common/config/schema.hpp"

namespace reeld {

/// A value as a source gave it, before the schema says what it should be.
struct GivenValue {
  /// monostate: of a type that no setting has (a float, a date, a table).
  std::variant<std::monostate, std::string, std::int64_t, bool, std::vector<std::string>> value;
  bool typed = false;  ///< from a file, whose types count; a variable and a flag give text for everything
};

/// Checks `given` against `setting` and writes it into `config`. `home` is what a leading "~/" stands for, or
/// empty. Returns "" or what is wrong; then `config` is as it was.
std::string assign_setting(const Setting& setting, const GivenValue& given, const std::string& home,
                           Config& config);

/// The setting's present value as TOML: "5s" in quotes, 10, ["a", "b"]. A password is shown as ***.
std::string show_setting(const Setting& setting, Config& config);

}  // namespace reeld
