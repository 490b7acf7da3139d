// Whether the kernel shows sound cards, and word when they come or go. Not for opening them (portaudio_backend.h); on systems without such a folder
// it knows nothing.
#pragma once

#include <string>

namespace ag06::bridge {

class SoundCards {
 public:
  // folder: where the kernel puts the nodes of cards, e.g. /dev/snd; it need not be there yet.
  explicit SoundCards(std::string folder);
  ~SoundCards();
  SoundCards(const SoundCards&) = delete;
  SoundCards& operator=(const SoundCards&) = delete;

  // True: changed() and any() can be believed.
  [[nodiscard]] bool is_watching() const noexcept { return file_ >= 0; }
  // Whether anything happened to the nodes since the last call. Never blocks.
  [[nodiscard]] bool changed();
  // Whether there is a node that carries audio.
  [[nodiscard]] bool any() const;

 private:
  void watch_folder();

  std::string folder_;
  int file_ = -1;
  int folder_watch_ = -1;
};

}  // namespace ag06::bridge
