// Prints what VoiceActivity sees in audio files: one line of kVoiceFeatures numbers per quarter second, and a last line with what it makes
// of the file. For models/voice/fit.py, so that training and product cannot differ.
#include <sndfile.h>

#include <cstdio>
#include <vector>

#include "analysis/speech/voice_activity.h"

int main(int argc, char** argv) {
  using namespace ag06;
  constexpr int kBlockFrames = 4096;
  for (int file = 1; file < argc; ++file) {
    SF_INFO info{};
    SNDFILE* audio = sf_open(argv[file], SFM_READ, &info);
    if (!audio || info.channels > kMaxStripChannels) {
      std::fprintf(stderr, "voice_features: %s: %s\n", argv[file], audio ? "more than two channels" : sf_strerror(nullptr));
      return 1;
    }
    const analysis::StftGrid grid = analysis::short_grid({static_cast<double>(info.samplerate), info.channels, kBlockFrames});
    analysis::Stft stft;
    analysis::VoiceActivity voice;
    if (stft.prepare(grid) != Status::ok || voice.prepare(grid) != Status::ok) return 1;
    long frames = 0, active = 0;
    analysis::VoiceFeatures last{};
    const auto hear = [&](const analysis::SpectrumFrame& frame) {
      voice.process(frame);
      ++frames;
      active += voice.active() ? 1 : 0;
      if (voice.features() == last) return;
      last = voice.features();
      for (const double feature : last) std::printf("%.5f ", feature);
      std::printf("%s\n", argv[file]);
    };
    std::vector<float> interleaved(static_cast<std::size_t>(kBlockFrames * info.channels));
    std::vector<float> planes[kMaxStripChannels] = {std::vector<float>(kBlockFrames), std::vector<float>(kBlockFrames)};
    const float* pointers[kMaxStripChannels] = {planes[0].data(), planes[1].data()};
    for (int count = 0; (count = static_cast<int>(sf_readf_float(audio, interleaved.data(), kBlockFrames))) > 0;) {
      for (int i = 0; i < count; ++i)
        for (int c = 0; c < info.channels; ++c) planes[c][static_cast<std::size_t>(i)] = interleaved[static_cast<std::size_t>(i * info.channels + c)];
      stft.process({pointers, info.channels, count}, hear);
    }
    stft.finish(hear);
    sf_close(audio);
    std::printf("# speech %.4f active %.4f %s\n", voice.speech_ratio(), frames > 0 ? static_cast<double>(active) / static_cast<double>(frames) : 0.0,
                argv[file]);
  }
  return 0;
}
