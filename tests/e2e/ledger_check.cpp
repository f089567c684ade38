#include "tests/e2e/ledger_check.hpp"

#include <gtest/gtest.h>

namespace reeld::test {
namespace {

sim::Money dollars(const Json& sums) {
  return sim::parse_money(sums.value("DOLLARS", "0.00")).value();
}

}  // namespace

std::string ledger_difference(Daemon& daemon, sim::Money initial) {
  const Finished told = daemon.reeld({"costs", "--json", "--by", "batch"});
  if (told.exit_code != 0) return told.output;
  const Json costs = Json::parse(told.output);
  const Json& total = costs.at("total");
  const sim::Money booked = dollars(total.at("costs"));
  const sim::Money open = dollars(total.at("reserved"));
  const sim::Money lost = initial - daemon.cloud().balance();
  const bool all_known = open != sim::Money{} || total.at("without_cost") == 0;
  if (booked <= lost && lost <= booked + open && all_known) return "";
  return "the account lost " + sim::format_money(lost) + ", the ledger says " + costs.dump(1);
}

void expect_ledger_agrees(Daemon& daemon, sim::Money initial) {
  EXPECT_EQ(ledger_difference(daemon, initial), "");
}

}  // namespace reeld::test
