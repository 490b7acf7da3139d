// The least of the last N values, in amortised constant time. Not for windows that change their length.
// Source: D. Lemire, "Streaming Maximum-Minimum Filter Using No More than Three Comparisons per Element", Nordic J. Computing 13(4), 2006 (monotonic wedge).
#pragma once

#include <cstdint>
#include <vector>

namespace ag06::dsp {

class SlidingMinimum {
 public:
  // Control thread; allocates. length >= 1.
  void prepare(int length) {
    length_ = length;
    wedge_.assign(static_cast<std::size_t>(length), {});
    reset();
  }
  void reset() noexcept { head_ = count_ = 0; }

  [[nodiscard]] double next(double value) noexcept {
    ++now_;
    if (count_ > 0 && wedge_[static_cast<std::size_t>(head_)].at <= now_ - length_) {
      head_ = wrapped(head_ + 1);
      --count_;
    }
    while (count_ > 0 && wedge_[static_cast<std::size_t>(wrapped(head_ + count_ - 1))].value >= value) --count_;
    wedge_[static_cast<std::size_t>(wrapped(head_ + count_))] = {value, now_};
    ++count_;
    return wedge_[static_cast<std::size_t>(head_)].value;
  }

 private:
  struct Entry {
    double value = 0.0;
    std::int64_t at = 0;
  };
  [[nodiscard]] int wrapped(int index) const noexcept { return index >= length_ ? index - length_ : index; }

  std::vector<Entry> wedge_;  // ring of candidates, values rising from head
  int length_ = 1;
  int head_ = 0;
  int count_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace ag06::dsp
