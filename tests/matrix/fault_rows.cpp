#include <algorithm>
#include <array>

#include "tests/matrix/rows.hpp"
#include "tests/simulator/fault_actions.hpp"

namespace reeld::matrix {

using namespace std::chrono_literals;

namespace {

constexpr std::array<std::string_view, 6> kStages{"submit",     "status", "list",
                                                  "init-image", "upload", "download"};

bool is_upload(std::string_view stage) {
  return stage == "init-image" || stage == "upload";
}

/// What an action needs to mean something. An action without a line means something everywhere.
struct Limited {
  std::string_view action;
  std::vector<std::string_view> stages;
  std::string_view why;
};

const std::vector<Limited>& limited() {
  static const std::vector<Limited> kLimited{
      {"no_id", {"submit"}, "it takes the id out of a submit's answer"},
      {"top_level", {"submit"}, "it changes the shape of a submit's answer"},
      {"failed", {"submit", "status"}, "it ends the render that the request is about"},
      {"complete_empty", {"submit", "status"}, "it ends the render that the request is about"},
      {"no_range", {"download"}, "it strikes only requests with a Range"},
      {"bad_range", {"download"}, "it strikes only requests with a Range"},
      {"other_etag", {"download"}, "it strikes only requests with a Range"},
      {"change_etag", {"download"}, "it replaces films"},
      {"wrong_length", {"download"}, "it shortens content, not text"},
  };
  return kLimited;
}

bool has_meaning(std::string_view action, std::string_view stage) {
  const auto found = std::ranges::find(limited(), action, &Limited::action);
  return found == limited().end() || std::ranges::find(found->stages, stage) != found->stages.end();
}

sim::Fault fault_at(std::string_view stage, std::string_view action) {
  sim::Fault fault;
  fault.on = stage;
  fault.action = action;
  fault.delay = 500ms;
  // Slow, yet whole within seconds: 37 kB of film, 20 kB of list, some hundred bytes of any other JSON.
  fault.bytes_per_second = stage == "download" || stage == "list" ? 20'000 : 200;
  fault.location = "https://localhost:1/elsewhere";
  return fault;
}

/// Silence ends by a limit of time that ships, and so does the wait for films that may follow a complete
/// render.
bool is_slow(std::string_view action) {
  return action == "hang" || action == "hang_after" || action == "complete_empty";
}

/// A Range is asked for only where 16 MiB were safe before the download broke.
void make_ranges(Row& row) {
  row.video_bytes = 34U << 20;
  row.jobs = 2;
  row.faults.front().after = 0;
  row.faults.front().times = 1;
  row.faults.push_back(fault_at("download", "truncate"));
}

/// A fifth of few jobs, a twentieth of many. Never so many in a row that the daemon holds a batch or the
/// account.
void strike_some(sim::Fault& fault, int jobs) {
  constexpr int kFew = 20;
  if (jobs <= kFew) {
    fault.after = 3;
    fault.times = 4;
  } else {
    fault.probability = 0.05;
    fault.times = 0;
  }
}

/// Only a lost answer makes the daemon read the list.
void lose_answers(Row& row) {
  row.faults.push_back(fault_at("submit", "drop_after"));
  strike_some(row.faults.back(), row.jobs);
}

Row fault_row(std::string_view stage, std::string_view action, int jobs) {
  Row row{std::string(action), std::string(stage), jobs};
  row.faults.push_back(fault_at(stage, action));
  strike_some(row.faults.back(), jobs);
  row.start_frames = is_upload(stage);
  if (stage == "list") {
    // Few requests serve all jobs that are looked for.
    row.faults.front().after = 0;
    row.faults.front().times = 2;
    row.faults.front().probability = 1;
    lose_answers(row);
  }
  if (sim::find_action(action)->only_ranges) make_ranges(row);
  row.slow = is_slow(action);
  return row;
}

}  // namespace

std::vector<Row> fault_rows(int jobs) {
  std::vector<Row> rows;
  for (const std::string_view stage : kStages) {
    for (const std::string_view action : sim::action_names()) {
      if (has_meaning(action, stage)) rows.push_back(fault_row(stage, action, jobs));
    }
  }
  return rows;
}

std::vector<Row> mixed_rows(int jobs) {
  std::vector<Row> rows;
  for (const std::string_view stage : kStages) {
    Row row{"all of them", std::string(stage), jobs};
    row.start_frames = is_upload(stage);
    for (const std::string_view action : sim::action_names()) {
      // Ranges need films of their own size, and an empty render is looked at for two minutes.
      const bool has_own_row = sim::find_action(action)->only_ranges || action == "complete_empty";
      if (!has_meaning(action, stage) || has_own_row) continue;
      row.faults.push_back(fault_at(stage, action));
      // Together they strike about every fifth request.
      row.faults.back().probability = 0.01;
      row.faults.back().times = 0;
    }
    if (stage == "list") lose_answers(row);
    row.slow = true;
    rows.push_back(row);
  }
  return rows;
}

std::vector<Row> likeness_rows(int jobs) {
  std::vector<Row> rows;
  for (const std::string if_absent : {"park", "resend"}) {
    Row twins{"lost answers, twins", "submit, " + if_absent, jobs};
    twins.twins = true;
    twins.if_absent = if_absent;
    for (const char* action : {"drop_after", "drop_before"}) {
      twins.faults.push_back(fault_at("submit", action));
      twins.faults.back().times = 4;
    }
    rows.push_back(twins);
    Row blind{"lost answers, list without seeds", "submit, " + if_absent, jobs};
    blind.echo_seed = false;
    blind.if_absent = if_absent;
    blind.faults = twins.faults;
    rows.push_back(blind);
    Row rewritten = blind;
    rewritten.fault = "lost answers, rewritten prompts, no seeds";
    rewritten.enhance = true;
    rows.push_back(rewritten);
  }
  return rows;
}

}  // namespace reeld::matrix
