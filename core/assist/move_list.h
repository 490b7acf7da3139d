// The moves and notes of one plan, with the texts they own. Not for the audio thread.
#pragma once

#include <cmath>
#include <deque>
#include <span>
#include <vector>

#include "assist/planner.h"
#include "base/text.h"
#include "engine/session.h"
#include "params/curves.h"

namespace ag06::assist {

using Reason = FixedText<320>;
using Evidence = FixedText<200>;

class MoveList {
 public:
  // Snaps the value to the parameter's step, sets it in the session and, when that changes anything, records the move.
  // A later move of the same parameter replaces the earlier one and keeps its `from`; where that leads back to it, nothing remains.
  void add(engine::Session& session, int param_id, double wanted, const Reason& reason, const Evidence& evidence, double confidence_01) {
    const params::Parameter& parameter = params::kTable[params::index_of_id(param_id)];
    const double from = session.param(param_id);
    const double to = params::snap_to_step(parameter, wanted);
    if (to == from || session.set_param(param_id, to) != Status::ok) return;
    reasons_.push_back(reason);
    evidences_.push_back(evidence);
    const Move made{param_id, from, to, confidence_01, reasons_.back().c_str(), evidences_.back().c_str()};
    for (auto earlier = moves_.begin(); earlier != moves_.end(); ++earlier) {
      if (earlier->param_id != param_id) continue;
      const double original = earlier->from;
      if (original == to) {
        moves_.erase(earlier);
        return;
      }
      *earlier = made;
      earlier->from = original;
      return;
    }
    moves_.push_back(made);
  }
  void note(const Reason& text) {
    reasons_.push_back(text);
    notes_.push_back(reasons_.back().c_str());
  }
  [[nodiscard]] std::span<const Move> moves() const noexcept { return moves_; }
  [[nodiscard]] std::span<const char* const> notes() const noexcept { return notes_; }

 private:
  // Deques, so that texts stay where the moves point.
  std::deque<Reason> reasons_;
  std::deque<Evidence> evidences_;
  std::vector<Move> moves_;
  std::vector<const char*> notes_;
};

}  // namespace ag06::assist
