#pragma once

#include <memory>

#include "common/util/clock.hpp"
#include "daemon/store/observer.hpp"
#include "daemon/store/reader.hpp"
#include "daemon/store/sqlite/connection.hpp"
#include "daemon/store/store.hpp"

namespace reeld::store::sqlite {

/// The store over a migrated connection; the store's thread owns it from here on.
std::unique_ptr<Store> make_sqlite_store(std::unique_ptr<Connection> connection, const Clock& clock,
                                         Observer& observer);

/// A reader over a read-only connection.
std::unique_ptr<Reader> make_sqlite_reader(std::unique_ptr<Connection> connection);

}  // namespace reeld::store::sqlite
