// A job file, as anybody may drop it: read as .json and as .jsonl.
#include <sstream>

#include "common/job/reader.hpp"
#include "tests/fuzz/require.hpp"

namespace reeld::fuzz {
namespace {

constexpr std::size_t kMaxLine = 64U << 10;

const Catalogue& catalogue() {
  static const Catalogue kEmbedded = Catalogue::embedded();
  return kEmbedded;
}

void check_accepted(const JobSpec& spec) {
  const Json stored = to_json(spec);
  const auto kept = parse_json(dump_json(stored));
  require(kept && *kept == stored, "what the store keeps of a job is the JSON that it was given");
  require(to_json(job_spec_from_json(*kept)) == stored, "a job read back from the store is the same job");

  const Model* model = catalogue().find(spec.model);
  require(model != nullptr, "an accepted job names a model of the catalogue");
  const Json request = build_request(spec, *model, spec.seed.value_or(0));
  const auto sent = parse_json(dump_json(request));
  require(sent && *sent == request, "a request is valid JSON, and its text says all of it");
  const Json& body = model->request_wrapper ? sent->at("request") : *sent;
  require(!body.contains("reeld"), "what is reeld's own is not sent");
  require(body.at("public").is_boolean(), "a request says whether it is public");
  require(body.at("parameters").at("quantity") == spec.quantity,
          "a request says how many films are paid for");
}

void check_problem(const Problem& problem) {
  require(!problem.message.empty(), "a problem is told in words");
  require(problem.pointer.empty() || problem.pointer.front() == '/', "a problem's place is a JSON pointer");
  const std::string words = dump_json(describe(problem));
  const auto text = parse_json(words);
  require(text && *text == describe(problem), "a problem can be shown: it is UTF-8");
}

void read(std::string_view text, JobFormat format) {
  std::istringstream stream{std::string(text)};
  JobReader reader(stream, format, catalogue(), kMaxLine);
  int entries = 0;
  int last = -1;
  while (const auto entry = reader.next()) {
    ++entries;
    require(entry->position > last || entry->position == 0, "entries come in the file's order");
    last = entry->position;
    require(entry->job.spec.has_value() == entry->job.problems.empty(), "a job is right or has problems");
    if (entry->job.spec) check_accepted(*entry->job.spec);
    for (const Problem& problem : entry->job.problems) check_problem(problem);
  }
  require(entries > 0, "a file holds a job or has a problem");
}

}  // namespace
}  // namespace reeld::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string_view text = reeld::fuzz::as_text(bytes, size);
  reeld::fuzz::read(text, reeld::JobFormat::kJson);
  reeld::fuzz::read(text, reeld::JobFormat::kJsonl);
  return 0;
}
