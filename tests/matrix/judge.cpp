#include "tests/matrix/judge.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

#include "tests/e2e/api_client.hpp"
#include "tests/e2e/ledger_check.hpp"

namespace reeld::matrix {

namespace fs = std::filesystem;
using test::ApiClient;
using test::Daemon;

namespace {

/// Where two jobs ask for the same, both have the same prompt.
using ByPrompt = std::map<std::string, std::vector<sim::LedgerEntry>>;

class Judge {
 public:
  Judge(Daemon& daemon, const Row& row) : daemon_(daemon), row_(row), api_(daemon) {}

  Tally judge() {
    for (const sim::LedgerEntry& entry : daemon_.cloud().ledger()) ledger_.emplace(entry.id, entry);
    for (const Json& job : jobs()) judge_job(job);
    tally_.lost += row_.jobs - tally_.jobs;
    if (tally_.jobs != row_.jobs)
      problem(fmt::format("{} of {} jobs are in the queue", tally_.jobs, row_.jobs));
    tally_.jobs = row_.jobs;
    count_payments();
    judge_leftovers();
    judge_strikes();
    judge_ledger();
    for (const std::string& violation : daemon_.cloud().violations()) problem(violation);
    return tally_;
  }

 private:
  void problem(std::string words) { tally_.problems.push_back(std::move(words)); }

  void lose(const Json& job, std::string_view why) {
    ++tally_.lost;
    problem(fmt::format("lost: {} ({}): {}", job.at("name").get<std::string>(),
                        job.at("state").get<std::string>(), why));
  }

  std::vector<Json> jobs() {
    std::vector<Json> all;
    std::string after;
    do {
      const Json page = api_.get_json("/v1/jobs?limit=1000" + (after.empty() ? "" : "&after=" + after));
      for (const Json& line : page.at("jobs"))
        all.push_back(api_.get_json("/v1/jobs/" + line.at("id").get<std::string>()));
      after = page.at("next").is_null() ? "" : page.at("next").get<std::string>();
    } while (!after.empty());
    return all;
  }

  void judge_job(const Json& job) {
    ++tally_.jobs;
    const JobState state = parse_job_state(job.at("state").get<std::string>()).value();
    if (state == JobState::kSucceeded) {
      ++tally_.succeeded;
      judge_film(job);
    } else if (job.at("error").is_null()) {
      lose(job, "it does not say why");
    } else if (state == JobState::kParked) {
      ++tally_.parked;
    } else if (state == JobState::kFailed) {
      ++tally_.failed;
    } else {
      lose(job, "it has not ended");
    }
    if (!job.at("generation_id").is_null()) judge_ownership(job);
    count_unknowns(job);
  }

  /// The film that stands in the results is the one that was paid for, every byte of it.
  void judge_film(const Json& job) {
    const Json& films = job.at("film_files");
    if (films.size() != 1) return lose(job, "it has no film");
    const fs::path path = daemon_.results() / films.at(0).at("path").get<std::string>();
    const std::string served = daemon_.cloud().film_sha256(job.at("generation_id").get<std::string>(), 0);
    if (test::sha256_of(test::read_file(path)) != served) return lose(job, "its film is not what was served");
    if (!films_.insert(path).second) lose(job, "another job has the same film");
  }

  /// A generation belongs to one job, and is what that job has asked for.
  void judge_ownership(const Json& job) {
    const std::string id = job.at("generation_id");
    const auto paid = ledger_.find(id);
    if (paid == ledger_.end()) return problem("a generation that nobody paid for: " + id);
    if (!owned_.insert(id).second) problem("two jobs have one generation: " + id);
    const Json& sent = job.at("request").at("parameters");
    const bool same = sent.at("prompt") == paid->second.prompt && sent.at("seed") == paid->second.seed;
    if (!same) problem(fmt::format("{} has another job's generation", job.at("name").get<std::string>()));
  }

  /// One generation for each job, but for renders that ended without a film: those may be followed by
  /// another.
  void count_payments() {
    std::map<std::string, int> asked;
    for (const auto& [id, entry] : ledger_) {
      const bool fruitless = entry.status == "FAILED" || (entry.status == "COMPLETE" && entry.sha256.empty());
      if (!fruitless) ++asked[entry.prompt];
    }
    const int wanted = row_.twins ? 2 : 1;
    for (const auto& [prompt, count] : asked) {
      if (count <= wanted) continue;
      tally_.duplicated += count - wanted;
      problem(fmt::format("paid {} times: {}", count, prompt));
    }
  }

  /// Found, or proved absent; what may have become several things waits for a person.
  static bool is_answer(const Json& event) {
    return event.at("to") != "parked" ||
           event.at("text").get<std::string>().find("never arrived") != std::string::npos;
  }

  void count_unknowns(const Json& job) {
    std::optional<Time> since;
    for (const Json& event : job.at("events")) {
      const Json& from = event.at("from");
      const Json& to = event.at("to");
      if (from == to) continue;
      const Time at = parse_time(event.at("at").get<std::string>()).value();
      if (to == "unknown") {
        ++tally_.unknown;
        since = at;
      } else if (from == "unknown" && since) {
        if (is_answer(event)) ++tally_.resolved;
        tally_.slowest = std::max(tally_.slowest, Duration(at - *since));
      }
    }
  }

  /// Nothing half stands in the results: no part of a film, nothing that waits for its name.
  void judge_leftovers() {
    for (const fs::path& path : test::files_below(daemon_.results())) {
      if (path.extension() == ".mp4" && !films_.contains(path)) problem("a film of no job: " + path.string());
      if (path == daemon_.results() / ".reeld-results") continue;
      if (path.filename().native().starts_with(".")) problem("left behind: " + path.string());
    }
  }

  /// Nothing to compare where a person has to say what became of a submit: before the first price is known,
  /// nobody can tell what it reserves.
  void judge_ledger() {
    if (tally_.resolved != tally_.unknown) return;
    const std::string difference = test::ledger_difference(daemon_);
    if (!difference.empty()) problem(difference);
  }

  void judge_strikes() {
    for (std::size_t i = 0; const std::uint64_t struck : daemon_.cloud().strikes()) {
      const sim::Fault& fault = row_.faults.at(i++);
      const bool must = fault.probability == 1;
      if (must && struck == 0) problem(fmt::format("{} never struck at {}", fault.action, fault.on));
    }
  }

  Daemon& daemon_;
  const Row& row_;
  ApiClient api_;
  Tally tally_;
  std::map<std::string, sim::LedgerEntry> ledger_;
  std::set<fs::path> films_;
  std::set<std::string> owned_;
};

}  // namespace

Tally judge(Daemon& daemon, const Row& row) {
  return Judge(daemon, row).judge();
}

}  // namespace reeld::matrix
