#include "daemon/cli/query.hpp"

#include <fmt/format.h>

namespace reeld::cli {
namespace {

bool stands_for_itself(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (char c : text) {
    if (stands_for_itself(c)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

Query& Query::add(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  target_ += fmt::format("{}{}={}", any_ ? '&' : '?', name, percent_encode(value));
  any_ = true;
  return *this;
}

}  // namespace reeld::cli
