// How often one address may be wrong. Not for counting requests that are right.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "server/limits.h"

namespace ag06::bridge::server {

// Guarantee: an address that failed kFailedAttemptsBurst times at once may try again one time each kFailedAttemptsInterval; memory is bounded.
// IPv6 addresses count by their /64, which one machine may hold alone.
class AttemptLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;
  [[nodiscard]] bool may_try(const std::string& address, Time now);
  void note_failure(const std::string& address, Time now);

 private:
  struct Record {
    std::string key;
    Time free_at;   // when every failure so far is forgotten
  };
  std::list<Record> records_;   // least recently failed first
  std::unordered_map<std::string, std::list<Record>::iterator> by_key_;
};

}  // namespace ag06::bridge::server
