#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "common/job/check_parts.hpp"
#include "common/job/text.hpp"

namespace reeld {
namespace {

using check::Findings;
using check::Members;

constexpr std::array<std::string_view, 4> kBody{"model", "public", "parameters", "reeld"};

/// Null, and a problem, where the job names no model of the catalogue.
const Model* check_model(const Members& body, const Catalogue& catalogue, JobSpec& spec) {
  if (body.find("model") == nullptr) {
    body.problem("model", fmt::format("is missing; known models: {}", fmt::join(catalogue.names(), ", ")));
    return nullptr;
  }
  const auto name = body.text("model");
  if (!name) return nullptr;
  const Model* model = catalogue.find(*name);
  if (model == nullptr) {
    body.problem("model", fmt::format("{} is not a known model; known: {}", in_quotes(*name),
                                      fmt::join(catalogue.names(), ", ")));
  }
  spec.model = *name;
  return model;
}

void check_body(const Members& body, const Catalogue& catalogue, JobSpec& spec) {
  const Model* model = check_model(body, catalogue, spec);
  spec.is_public = body.boolean("public").value_or(false);
  if (body.find("parameters") == nullptr) {
    body.problem("parameters", "is missing: at least prompt and duration stand in it");
  } else if (const auto parameters = body.object("parameters")) {
    check::check_parameters(*parameters, model, spec);
  }
  if (const auto own = body.object("reeld")) check::check_own(*own, spec);
}

/// {"request": {the body}, "reeld": {...}}: the form of LTX 2.3's guide, with reeld's part on either level.
void check_wrapped(const Members& root, const Catalogue& catalogue, JobSpec& spec) {
  static constexpr std::array<std::string_view, 2> kRoot{"request", "reeld"};
  root.refuse_unknown(kRoot);
  const auto body = root.object("request");
  if (!body) return;
  body->refuse_unknown(kBody);
  check_body(*body, catalogue, spec);
  if (body->find("reeld") != nullptr && root.find("reeld") != nullptr) {
    return root.problem("reeld", "stands beside request and in it: write it once");
  }
  if (const auto own = root.object("reeld")) check::check_own(*own, spec);
}

}  // namespace

CheckedJob check_job(const Json& value, const Catalogue& catalogue, std::string_view pointer) {
  Findings findings;
  JobSpec spec;
  if (const auto root = Members::open(value, std::string(pointer), findings)) {
    if (root->find("request") != nullptr) {
      check_wrapped(*root, catalogue, spec);
    } else {
      root->refuse_unknown(kBody);
      check_body(*root, catalogue, spec);
    }
  }
  CheckedJob checked;
  checked.problems = findings.take();
  if (checked.problems.empty()) checked.spec = std::move(spec);
  return checked;
}

}  // namespace reeld
