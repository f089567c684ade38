#pragma once

#include "daemon/store/sqlite/ledger.hpp"

/// What kinds of renders cost, as the service's answers tell it.
namespace reeld::store::sqlite::prices {

/// What the service named last for this kind; nothing before it named something.
std::optional<ledger::Price> learned(Connection& db, const std::string& kind);

/// Keeps what the service named; true when nothing was known for this kind before.
bool learn(Connection& db, const std::string& kind, const ledger::Price& price, Time now);

/// The service took a render of this kind and named no cost. A price that is known stays.
void note_silence(Connection& db, const std::string& kind, Time now);

/// The service has taken a render of this kind, and has never named a cost for one.
bool is_silent(Connection& db, const std::string& kind);

}  // namespace reeld::store::sqlite::prices
