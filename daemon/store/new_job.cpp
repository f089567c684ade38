#include "daemon/store/new_job.hpp"

#include <fmt/format.h>

#include "common/util/uuid.hpp"

namespace reeld::store {
namespace {

std::string job_name(const JobSpec& spec, const NewJobContext& context) {
  if (!spec.name.empty()) return spec.name;
  if (!context.numbered) return context.batch_name;
  return fmt::format("{}-{:05}", context.batch_name, context.position);
}

OutputTokens output_tokens(const JobSpec& spec, const NewJobContext& context, const std::string& name) {
  OutputTokens tokens;
  tokens.date = context.stamp.date;
  tokens.time = context.stamp.time;
  tokens.batch = context.batch_name;
  tokens.index = context.position;
  tokens.name = name;
  tokens.id = short_id(context.id.str());
  tokens.model = spec.model;
  tokens.seed = spec.seed;
  tokens.width = spec.width.value_or(0);
  tokens.height = spec.height.value_or(0);
  tokens.duration = spec.duration;
  return tokens;
}

}  // namespace

NewJob make_new_job(const JobSpec& spec, const NewJobContext& context) {
  NewJob job;
  job.id = context.id;
  job.position = context.position;
  job.name = job_name(spec, context);
  job.key = spec.key;
  job.priority = spec.priority;
  if (spec.not_before) job.not_before = resolve(*spec.not_before, context.accepted);
  if (spec.deadline) job.deadline = resolve(*spec.deadline, context.accepted);
  job.tags = spec.tags;
  job.kind = RenderKind{spec.model, spec.width.value_or(0), spec.height.value_or(0), spec.duration};
  job.quantity = spec.quantity;
  job.seed = spec.seed;
  job.spec = to_json(spec);
  const std::string& output = spec.output.empty() ? context.output : spec.output;
  job.output_path = expand_output(output, output_tokens(spec, context, job.name));
  return job;
}

}  // namespace reeld::store
