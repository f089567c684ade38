#include "tests/simulator/ledger.hpp"

#include "tests/simulator/json_shapes.hpp"

namespace reeld::sim {

LedgerEntry ledger_entry(Generation& generation, const Options& options) {
  const Order& order = generation.order;
  generation.film_hashes.resize(static_cast<std::size_t>(generation.films()));
  for (int i = 0; i < generation.films(); ++i) {
    std::string& hash = generation.film_hashes[static_cast<std::size_t>(i)];
    if (hash.empty()) hash = film_of(generation, i, options.video_bytes).sha256();
  }
  LedgerEntry entry;
  entry.id = generation.id;
  entry.at = generation.created;
  entry.prompt = order.prompt;
  entry.seed = generation.seed;
  entry.seed_was_given = order.seed.has_value();
  entry.model = order.model;
  entry.width = order.width;
  entry.height = order.height;
  entry.duration = order.duration;
  entry.quantity = order.quantity;
  entry.is_public = order.is_public;
  entry.cost = format_money(generation.cost);
  entry.status = generation.status();
  entry.key = generation.user_id == options.other_user_id ? options.other_api_key : options.api_key;
  entry.deleted = generation.deleted;
  entry.refunded = generation.settled && is_failure(generation.outcome);
  if (order.start_frame) entry.start_image = order.start_frame->id;
  entry.sha256 = generation.film_hashes;
  return entry;
}

std::string ledger_text(const LedgerEntry& entry) {
  return dump({{"id", entry.id},
               {"at", format_time(entry.at)},
               {"prompt", entry.prompt},
               {"seed", entry.seed},
               {"seed_was_given", entry.seed_was_given},
               {"model", entry.model},
               {"width", entry.width},
               {"height", entry.height},
               {"duration", entry.duration},
               {"quantity", entry.quantity},
               {"public", entry.is_public},
               {"cost", entry.cost},
               {"status", entry.status},
               {"key", entry.key},
               {"deleted", entry.deleted},
               {"refunded", entry.refunded},
               {"start_image", entry.start_image},
               {"sha256", entry.sha256}});
}

}  // namespace reeld::sim
