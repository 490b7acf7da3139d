// loudness_oracle FILE: integrated loudness and true peak by libebur128, as "LUFS DBTP". An independent judge, not a part of the studio.
#include <ebur128.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
  SF_INFO info{};
  SNDFILE* file = argc == 2 ? sf_open(argv[1], SFM_READ, &info) : nullptr;
  if (!file) {
    std::fprintf(stderr, "loudness_oracle: %s\n", argc == 2 ? sf_strerror(nullptr) : "one file is needed");
    return 1;
  }
  ebur128_state* meter = ebur128_init(static_cast<unsigned>(info.channels), static_cast<unsigned long>(info.samplerate), EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
  if (!meter) return 1;
  std::vector<float> block(static_cast<std::size_t>(info.channels) * 4096);
  for (sf_count_t frames; (frames = sf_readf_float(file, block.data(), 4096)) > 0;)
    if (ebur128_add_frames_float(meter, block.data(), static_cast<std::size_t>(frames)) != EBUR128_SUCCESS) return 1;
  double lufs = 0.0;
  double peak_lin = 0.0;
  if (ebur128_loudness_global(meter, &lufs) != EBUR128_SUCCESS) return 1;
  for (unsigned c = 0; c < static_cast<unsigned>(info.channels); ++c) {
    double channel_peak_lin = 0.0;
    if (ebur128_true_peak(meter, c, &channel_peak_lin) != EBUR128_SUCCESS) return 1;
    peak_lin = std::max(peak_lin, channel_peak_lin);
  }
  std::printf("%.4f %.4f\n", lufs, 20.0 * std::log10(peak_lin));
  ebur128_destroy(&meter);
  sf_close(file);
  return 0;
}
