#include "assist/mix_profile.h"

#include "assist/profiles.gen.h"
#include "base/math.h"

namespace ag06::assist {

Status check(const MixProfile& profile) noexcept {
  for (const ProfileField& field : kProfileFields) {
    for (int i = field.at; i < field.at + field.count; ++i) {
      const double value = profile.values[static_cast<std::size_t>(i)];
      if (!is_finite(value)) return Status::not_finite;
      if (value < field.min || value > field.max) return Status::out_of_range;
    }
  }
  return Status::ok;
}

}  // namespace ag06::assist
