// Work on a stream of blocks in a thread of its own, a chunk behind whoever gives them. For one giving thread; not real-time.
#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <vector>

#include "base/audio_block.h"
#include "base/stream_spec.h"

namespace ag06::cli {

class Beside {
 public:
  // work: called with every block in order, from one thread at a time, in pieces of at most spec.max_block_frames; what it touches belongs to it until wait().
  Beside(const StreamSpec& spec, std::function<void(ConstAudioBlock)> work);

  // Copies the block. Throws what the work threw.
  void take(ConstAudioBlock block);
  // Returns once all that was taken has been worked on. Throws what the work threw.
  void wait();

 private:
  void hand_over();

  std::function<void(ConstAudioBlock)> work_;
  int channels_;
  int block_frames_;
  std::size_t chunk_frames_;
  std::vector<float> filling_[kMaxStripChannels], working_[kMaxStripChannels];
  std::future<void> pending_;  // last: its end waits for the task
};

}  // namespace ag06::cli
