#include "tests/simulator/fault.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/simulator/fault_actions.hpp"
#include "tests/simulator/http.hpp"

namespace reeld::sim {

namespace {

bool is_endpoint_name(std::string_view name) {
  if (name == "any") return true;
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    const auto endpoint = static_cast<Endpoint>(i);
    if (endpoint != Endpoint::kControl && name == to_string(endpoint)) return true;
  }
  return false;
}

bool concerns(const Fault& fault, const FaultSubject& subject) {
  if (fault.on != "any" && fault.on != subject.endpoint) return false;
  if (!subject.has_range && find_action(fault.action)->only_ranges) return false;
  return fault.match.empty() || subject.prompt.find(fault.match) != std::string_view::npos ||
         subject.target.find(fault.match) != std::string_view::npos;
}

}  // namespace

void FaultPlan::add(Fault fault) {
  if (find_action(fault.action) == nullptr) throw std::invalid_argument("unknown action: " + fault.action);
  if (!is_endpoint_name(fault.on)) throw std::invalid_argument("unknown endpoint: " + fault.on);
  armed_.push_back({std::make_shared<const Fault>(std::move(fault))});
}

bool FaultPlan::needs_prompt() const {
  return std::ranges::any_of(armed_, [](const Armed& armed) { return !armed.fault->match.empty(); });
}

std::shared_ptr<const Fault> FaultPlan::strike(const FaultSubject& subject) {
  for (Armed& armed : armed_) {
    const Fault& fault = *armed.fault;
    const bool spent = fault.times != 0 && armed.struck >= fault.times;
    if (spent || !concerns(fault, subject)) continue;
    if (armed.seen++ < fault.after) continue;
    const double chance = static_cast<double>(random_() >> 11) * 0x1.0p-53;
    if (chance >= fault.probability) continue;
    ++armed.struck;
    return armed.fault;
  }
  return nullptr;
}

std::vector<std::pair<std::shared_ptr<const Fault>, std::uint64_t>> FaultPlan::struck() const {
  std::vector<std::pair<std::shared_ptr<const Fault>, std::uint64_t>> counts;
  for (const Armed& armed : armed_) counts.emplace_back(armed.fault, armed.struck);
  return counts;
}

}  // namespace reeld::sim
