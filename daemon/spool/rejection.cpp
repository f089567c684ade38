#include "daemon/spool/rejection.hpp"

#include <fmt/format.h>

#include "common/job/text.hpp"
#include "daemon/files/durable.hpp"
#include "daemon/spool/batch_lines.hpp"
#include "daemon/spool/claims.hpp"
#include "daemon/spool/names.hpp"

namespace reeld::spool {

namespace {

constexpr std::size_t kMostListed = 1000;
constexpr std::size_t kLongestLine = 2000;

std::string json_text(const BatchId& batch, const std::string& name, const Rejection& rejection, Time now) {
  const OrderedJson head{
      {"batch", batch.str()}, {"file", name}, {"rejected_at", format_time(now)}, {"more", rejection.more}};
  std::string text = open_list(head, "problems");
  for (const Problem& problem : rejection.problems) {
    const OrderedJson line{
        {"line", problem.line}, {"pointer", problem.pointer}, {"message", problem.message}};
    if (&problem != &rejection.problems.front()) text += ",\n";
    text += dump_line(line);
  }
  return text + "\n]}\n";
}

std::string plain_text(const Layout& layout, const std::string& name, const Rejection& rejection) {
  const std::size_t count = rejection.problems.size() + rejection.more;
  std::string text =
      fmt::format("{} was not taken: {}\n\n", shown_name(name),
                  count == 1 ? "there is a problem." : fmt::format("there are {} problems.", count));
  for (const Problem& problem : rejection.problems) {
    text += fmt::format("  {}\n", printable(describe(problem), kLongestLine));
  }
  if (rejection.more > 0) text += fmt::format("  ... and {} more\n", rejection.more);
  text += fmt::format("\nNothing in this file was queued. Correct it and drop it again:\n  {}\n",
                      layout.incoming().native());
  return text;
}

}  // namespace

void Rejection::add(std::vector<Problem> found) {
  for (Problem& problem : found) {
    if (problems.size() < kMostListed) {
      problems.push_back(std::move(problem));
    } else {
      ++more;
    }
  }
}

Result<Place> reject_file(const Layout& layout, const BatchId& batch, const std::string& name,
                          const Rejection& rejection, Time now) {
  auto place = choose_place(layout.rejected(), name, batch.str());
  if (!place) return place;
  // The file that names the batch comes first: by it the place is found again if this is cut off here.
  const std::string for_programs = json_text(batch, name, rejection, now);
  if (auto done = files::write_durably(place->error_json(), for_programs, kFileMode); !done)
    return done.error();
  const std::string for_people = plain_text(layout, name, rejection);
  if (auto done = files::write_durably(place->error_text(), for_people, kFileMode); !done)
    return done.error();
  auto moved = files::move_durably(layout.claim(batch) / name, place->file());
  if (!moved) return moved.error();
  if (auto cleared = clear_claim(layout, batch); !cleared) return cleared.error();
  return place;
}

}  // namespace reeld::spool
