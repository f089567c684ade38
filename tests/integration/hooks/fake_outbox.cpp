#include "tests/integration/hooks/fake_outbox.hpp"

#include <algorithm>
#include <set>

namespace reeld::test {

std::int64_t FakeOutbox::happened(store::EventLine line) {
  line.id = static_cast<std::int64_t>(history.size()) + 1;
  line.at = clock_.now();
  history.push_back(std::move(line));
  return history.back().id;
}

const FakeOutbox::Entry& FakeOutbox::entry(std::int64_t event, const std::string& hook) const {
  const auto found = std::ranges::find_if(entries, [&](const Entry& entry) {
    return entry.delivery.event.id == event && entry.delivery.hook == hook;
  });
  if (found == entries.end()) throw std::runtime_error("no such delivery");
  return *found;
}

std::size_t FakeOutbox::unfinished() const {
  return static_cast<std::size_t>(std::ranges::count(entries, false, &Entry::finished));
}

FakeOutbox::Async<int> FakeOutbox::collect_deliveries(std::vector<std::string> hooks) {
  for (Entry& entry : entries) {
    const bool is_known = std::ranges::find(hooks, entry.delivery.hook) != hooks.end();
    entry.finished = entry.finished || !is_known;
  }
  int lines = 0;
  for (; collected_ < history.size(); ++collected_, ++lines) {
    const store::EventLine& line = history[collected_];
    for (const std::string& hook : hooks) {
      store::Delivery made;
      made.id = 1000 + static_cast<std::int64_t>(entries.size());
      made.hook = hook;
      made.order = line.job.empty() ? line.batch.str() : line.job.str();
      made.event = line;
      made.created_at = line.at;
      entries.push_back({made, line.at, false, ""});
    }
  }
  co_return lines;
}

/// The first of each order: it holds back what comes behind it.
std::vector<const FakeOutbox::Entry*> FakeOutbox::waiting() const {
  std::vector<const Entry*> first;
  std::set<std::pair<std::string, std::string>> orders;
  for (const Entry& entry : entries) {
    if (entry.finished) continue;
    if (orders.emplace(entry.delivery.hook, entry.delivery.order).second) first.push_back(&entry);
  }
  return first;
}

FakeOutbox::Async<std::vector<store::Delivery>> FakeOutbox::due_deliveries(std::string hook, int limit) {
  std::vector<store::Delivery> due;
  for (const Entry* entry : waiting()) {
    if (entry->delivery.hook == hook && entry->due <= clock_.now() && static_cast<int>(due.size()) < limit)
      due.push_back(entry->delivery);
  }
  co_return due;
}

FakeOutbox::Async<void> FakeOutbox::finish_delivery(std::int64_t delivery, std::string words) {
  if (auto error = refusal()) co_return *error;
  Entry& entry = with_id(delivery);
  entry.finished = true;
  entry.words = std::move(words);
  co_return Result<void>();
}

FakeOutbox::Async<void> FakeOutbox::put_off_delivery(std::int64_t delivery, Time due, std::string words) {
  if (auto error = refusal()) co_return *error;
  Entry& entry = with_id(delivery);
  entry.due = due;
  entry.words = std::move(words);
  ++entry.delivery.tries;
  co_return Result<void>();
}

FakeOutbox::Async<std::optional<Time>> FakeOutbox::next_delivery() {
  std::optional<Time> next;
  for (const Entry* entry : waiting()) {
    if (!next || entry->due < *next) next = entry->due;
  }
  co_return next;
}

std::optional<Error> FakeOutbox::refusal() {
  if (refuse == 0) return std::nullopt;
  --refuse;
  ++refused;
  return Error{Errc::kUnavailable, "fake.outbox", "database or disk is full"};
}

FakeOutbox::Entry& FakeOutbox::with_id(std::int64_t delivery) {
  const auto found =
      std::ranges::find_if(entries, [&](const Entry& entry) { return entry.delivery.id == delivery; });
  if (found == entries.end() || found->finished) throw std::runtime_error("no such delivery waits");
  return *found;
}

}  // namespace reeld::test
