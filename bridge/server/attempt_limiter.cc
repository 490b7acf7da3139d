#include "server/attempt_limiter.h"

#include <arpa/inet.h>

#include <algorithm>

namespace ag06::bridge::server {
namespace {

[[nodiscard]] std::string key_of(const std::string& address) {
  in6_addr six{};
  if (::inet_pton(AF_INET6, address.c_str(), &six) != 1) return address;
  return "6" + std::string(reinterpret_cast<const char*>(&six), 8);
}

}  // namespace

bool AttemptLimiter::may_try(const std::string& address, Time now) {
  const auto found = by_key_.find(key_of(address));
  return found == by_key_.end() || found->second->free_at - now <= kFailedAttemptsInterval * (kFailedAttemptsBurst - 1);
}

void AttemptLimiter::note_failure(const std::string& address, Time now) {
  const std::string key = key_of(address);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    if (records_.size() >= kMaxTrackedAddresses) {
      by_key_.erase(records_.front().key);
      records_.pop_front();
    }
    records_.push_back({key, now + kFailedAttemptsInterval});
    by_key_[key] = std::prev(records_.end());
    return;
  }
  Record& record = *found->second;
  record.free_at = std::max(record.free_at, now) + kFailedAttemptsInterval;
  records_.splice(records_.end(), records_, found->second);
}

}  // namespace ag06::bridge::server
