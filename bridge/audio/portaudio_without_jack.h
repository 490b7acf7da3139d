// Keeps PortAudio from becoming a client of the JACK server: when the server dies, PortAudio 19.6 ends the whole program (an assertion on
// jack_deactivate in pa_jack.c, Terminate), and our own client would be deleted under us. It has no switch to leave a host system out. Not for our
// own client (jack_backend.cc).
#pragma once

namespace ag06::bridge {

// While it lives, jack_client_open() finds no server on this thread. It can do so because a program's own definition of a function comes before that
// of a library; where that does not hold (macOS) or JACK's headers are not there, it does nothing.
class WithoutJack {
 public:
  explicit WithoutJack(bool wanted) noexcept;
  ~WithoutJack();
  WithoutJack(const WithoutJack&) = delete;
  WithoutJack& operator=(const WithoutJack&) = delete;

 private:
  bool before_;
};

}  // namespace ag06::bridge
