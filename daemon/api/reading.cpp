#include "daemon/api/reading.hpp"

namespace reeld::api {

Reading::Reading(std::vector<std::unique_ptr<store::Reader>> readers)
    : pool_(readers.size()), free_(std::move(readers)) {}

Reading::~Reading() {
  pool_.join();
}

Reading::Loan::Loan(Reading& reading) : reading_(reading) {
  const std::lock_guard lock(reading_.mutex_);
  reader_ = std::move(reading_.free_.back());
  reading_.free_.pop_back();
}

Reading::Loan::~Loan() {
  const std::lock_guard lock(reading_.mutex_);
  reading_.free_.push_back(std::move(reader_));
}

}  // namespace reeld::api
