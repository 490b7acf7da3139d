#include "audio/portaudio_without_jack.h"

#include <utility>

#if defined(__linux__) && __has_include(<jack/jack.h>)
#include <dlfcn.h>
#include <jack/jack.h>

#include <cstdarg>
#include <cstddef>
#define AG06_REFUSES_JACK
#endif

namespace ag06::bridge {
namespace {

thread_local bool is_jack_refused = false;

}  // namespace

WithoutJack::WithoutJack(bool wanted) noexcept : before_(std::exchange(is_jack_refused, wanted)) {}
WithoutJack::~WithoutJack() { is_jack_refused = before_; }

}  // namespace ag06::bridge

#ifdef AG06_REFUSES_JACK
// Passes every other call on to the library, with the optional words that its options announce.
extern "C" jack_client_t* jack_client_open(const char* client_name, jack_options_t options, jack_status_t* status, ...) {
  if (ag06::bridge::is_jack_refused) {
    if (status != nullptr) {
      *status = static_cast<jack_status_t>(JackFailure | JackServerFailed);
    }
    return nullptr;
  }
  static const auto next = reinterpret_cast<decltype(&jack_client_open)>(dlsym(RTLD_NEXT, "jack_client_open"));
  const char* words[2] = {};
  va_list more;
  va_start(more, status);
  std::size_t count = 0;
  for (const int announced : {static_cast<int>(JackServerName), static_cast<int>(JackSessionID)}) {
    if ((static_cast<int>(options) & announced) != 0) {
      words[count++] = va_arg(more, const char*);
    }
  }
  va_end(more);
  return next != nullptr ? next(client_name, options, status, words[0], words[1]) : nullptr;
}
#endif
