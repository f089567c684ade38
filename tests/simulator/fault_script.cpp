// Reads faults from JSON.
#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

#include "tests/simulator/fault.hpp"
#include "tests/simulator/json_shapes.hpp"

namespace reeld::sim {

namespace {

[[noreturn]] void refuse(const std::string& member, const char* wanted) {
  throw std::invalid_argument("fault: " + member + ": " + wanted);
}

void read(std::string& target, const std::string& member, const Json& value) {
  if (!value.is_string()) refuse(member, "wants a string");
  target = value.get<std::string>();
}

void read(std::uint64_t& target, const std::string& member, const Json& value) {
  if (!value.is_number_unsigned()) refuse(member, "wants a whole number from 0");
  target = value.get<std::uint64_t>();
}

void read(int& target, const std::string& member, const Json& value) {
  std::uint64_t number = 0;
  read(number, member, value);
  if (number > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) refuse(member, "is too large");
  target = static_cast<int>(number);
}

void read(Duration& target, const std::string& member, const Json& value) {
  int number = 0;
  read(number, member, value);
  target = Duration{number};
}

void read(double& target, const std::string& member, const Json& value) {
  if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1)
    refuse(member, "wants 0 to 1");
  target = value.get<double>();
}

void read(bool& target, const std::string& member, const Json& value) {
  if (!value.is_boolean()) refuse(member, "wants true or false");
  target = value.get<bool>();
}

void read(std::vector<std::pair<std::string, std::string>>& target, const std::string& member,
          const Json& value) {
  if (!value.is_object()) refuse(member, "wants an object");
  for (const auto& [name, text] : value.items()) {
    target.emplace_back(name, "");
    read(target.back().second, member + "." + name, text);
  }
}

// A body may also be written as JSON, which saves the script from quoting it.
void read_body(std::string& target, const Json& value) {
  target = value.is_string() ? value.get<std::string>() : dump(value);
}

template <auto Field>
void read_field(Fault& fault, const std::string& member, const Json& value) {
  read(fault.*Field, member, value);
}

struct FieldReader {
  std::string_view name;
  void (*read)(Fault&, const std::string&, const Json&);
};
constexpr std::array kFields = {
    FieldReader{"on", read_field<&Fault::on>},
    FieldReader{"do", read_field<&Fault::action>},
    FieldReader{"after", read_field<&Fault::after>},
    FieldReader{"times", read_field<&Fault::times>},
    FieldReader{"probability", read_field<&Fault::probability>},
    FieldReader{"match", read_field<&Fault::match>},
    FieldReader{"code", read_field<&Fault::code>},
    FieldReader{"body",
                [](Fault& fault, const std::string&, const Json& value) { read_body(fault.body, value); }},
    FieldReader{"headers", read_field<&Fault::headers>},
    FieldReader{"retry_after", read_field<&Fault::retry_after>},
    FieldReader{"ms", read_field<&Fault::delay>},
    FieldReader{"bytes", read_field<&Fault::bytes>},
    FieldReader{"bytes_per_second", read_field<&Fault::bytes_per_second>},
    FieldReader{"location", read_field<&Fault::location>},
    FieldReader{"type", read_field<&Fault::type>},
    FieldReader{"reset", read_field<&Fault::reset>},
};

Fault parse_fault(const Json& object) {
  if (!object.is_object()) throw std::invalid_argument("fault: wants an object");
  Fault fault;
  for (const auto& [name, value] : object.items()) {
    const auto field = std::ranges::find(kFields, name, &FieldReader::name);
    if (field == kFields.end()) refuse(name, "no such member");
    field->read(fault, name, value);
  }
  if (fault.action.empty()) throw std::invalid_argument("fault: `do` is missing");
  return fault;
}

}  // namespace

std::vector<Fault> parse_faults(std::string_view text) {
  const auto json = parse_body(text);
  if (!json) throw std::invalid_argument("fault: not JSON");
  std::vector<Fault> faults;
  if (!json->is_array()) return {parse_fault(*json)};
  for (const Json& item : *json) faults.push_back(parse_fault(item));
  return faults;
}

}  // namespace reeld::sim
