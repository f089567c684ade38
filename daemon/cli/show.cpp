#include <fmt/format.h>

#include <cstdio>

#include "common/job/text.hpp"
#include "common/util/clock.hpp"
#include "daemon/app/exit_codes.hpp"
#include "daemon/cli/job_ids.hpp"
#include "daemon/cli/json_members.hpp"
#include "daemon/cli/queue_view.hpp"
#include "daemon/cli/terminal.hpp"
#include "daemon/cli/verbs.hpp"
#include "daemon/cli/words.hpp"

namespace reeld::cli {
namespace {

/// "label        text"; nothing where there is no text.
void line(std::string_view label, const std::string& text) {
  if (!text.empty()) fmt::print("{:<12} {}\n", label, text);
}

std::string joined(const Json& texts) {
  std::string all;
  for (const Json& text : texts) {
    if (text.is_string()) all += (all.empty() ? "" : ", ") + text.get<std::string>();
  }
  return printable(all, 500);
}

/// "1920x1080, 8 s, 2 films"; a size of 0 follows from the start frame.
std::string kind(const Json& job) {
  const auto width = number_of(job, "width");
  const std::string size =
      width == 0 ? "size of its start frame" : fmt::format("{}x{}", width, number_of(job, "height"));
  const auto films = number_of(job, "quantity");
  return fmt::format("{}, {}, {} s, {} film{}", text_of(job, "model"), size, number_of(job, "duration"),
                     films, films == 1 ? "" : "s");
}

std::string with_age(const Json& object, std::string_view name, Time now) {
  const auto time = time_of(object, name);
  if (!time) return "";
  return *time > now ? fmt::format("{} (in {})", format_time(*time), humanize(*time - now))
                     : fmt::format("{} ({} ago)", format_time(*time), humanize(now - *time));
}

void print_job(const Json& job, Time now, bool colours) {
  const std::string state = text_of(job, "state");
  line("job", text_of(job, "id"));
  line("name", text_of(job, "name"));
  line("state", paint(state, state_colour(state), colours) + (flag_of(job, "overdue") ? " (overdue)" : ""));
  line("waits", text_of(job, "waiting"));
  line("progress", progress_words(member(job, "progress")));
  line("since", with_age(job, "since", now));
  line("due", with_age(job, "due_at", now));
  line("deadline", with_age(job, "deadline", now));
  line("accepted", with_age(job, "accepted_at", now));
  line("batch", fmt::format("{} ({})", text_of(job, "batch_name"), text_of(job, "batch")));
  line("submitter", text_of(job, "submitter"));
  line("key", text_of(job, "key"));
  line("tags", joined(array_of(job, "tags")));
  if (number_of(job, "priority") != 0) line("priority", std::to_string(number_of(job, "priority")));
  line("render", kind(job));
  line("prompt", text_of(member(job, "spec"), "prompt"));
  line("output", text_of(job, "output"));
  line("generation", text_of(job, "generation_id"));
  line("cost", money_of(job, "cost"));
  line("error", text_of(job, "error"));
}

void print_parts(const Json& job) {
  for (const Json& film : array_of(job, "film_files")) {
    const std::string path = text_of(film, "path");
    line("film", fmt::format("{} {}", path.empty() ? "(not stored yet)" : path,
                             flag_of(film, "published") ? fmt::format("{} bytes", number_of(film, "size"))
                                                        : "on its way"));
  }
  for (const Json& attempt : array_of(job, "attempts")) {
    line("attempt", fmt::format("{} seed {} {} {}", text_of(attempt, "at"), number_of(attempt, "seed"),
                                text_of(attempt, "outcome"), money_of(attempt, "cost")));
  }
  fmt::print("\n");
  for (const Json& event : array_of(job, "events")) fmt::print("{}\n", event_words(event));
}

}  // namespace

int show(const Globals& globals, const ShowArguments& arguments) {
  Control control(globals);
  int exit_code = app::kExitDone;
  const auto view = open_view(control, exit_code);
  if (!view) return exit_code;
  const auto id = find_job(arguments.id, [&view](const std::string& part) { return view->match(part); });
  if (!id) return tell(id.error());
  const Answer job = view->show(*id);
  if (!job) return tell(job.error());
  if (globals.json) {
    fmt::print("{}\n", dump_json(*job));
    return app::kExitDone;
  }
  print_job(*job, SystemClock().now(), look_at_terminal(globals.environment).colours);
  print_parts(*job);
  return app::kExitDone;
}

}  // namespace reeld::cli
