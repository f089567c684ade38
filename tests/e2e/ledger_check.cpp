#include "tests/e2e/ledger_check.hpp"

#include <gtest/gtest.h>

namespace reeld::test {
namespace {

sim::Money dollars(const Json& sums) {
  return sim::parse_money(sums.value("DOLLARS", "0.00")).value();
}

}  // namespace

void expect_ledger_agrees(Daemon& daemon, sim::Money initial) {
  const Finished told = daemon.reeld({"costs", "--json", "--by", "batch"});
  ASSERT_EQ(told.exit_code, 0) << told.output;
  const Json costs = Json::parse(told.output);
  const Json& total = costs.at("total");
  const sim::Money booked = dollars(total.at("costs"));
  const sim::Money open = dollars(total.at("reserved"));
  const sim::Money lost = initial - daemon.cloud().balance();
  if (open == sim::Money{}) {
    EXPECT_EQ(sim::format_money(booked), sim::format_money(lost)) << costs.dump(1);
    EXPECT_EQ(total.at("without_cost"), 0) << costs.dump(1);
  } else {
    EXPECT_LE(booked, lost) << costs.dump(1);
    EXPECT_GE(booked + open, lost) << costs.dump(1);
  }
}

}  // namespace reeld::test
