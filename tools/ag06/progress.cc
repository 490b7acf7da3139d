#include "progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "failure.h"

namespace ag06::cli {
namespace {
constexpr auto kRedrawEvery = std::chrono::milliseconds(100);
constexpr int kBarCells = 24;
constexpr std::size_t kLeastColumnsForBar = 60;
constexpr std::size_t kLeastColumns = 20;  // what any bar needs; a terminal that says less is not believed

[[nodiscard]] Progress::Style style_of(bool quiet) {
  if (quiet) return Progress::Style::quiet;
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  return isatty(STDERR_FILENO) && !dumb ? Progress::Style::bar : Progress::Style::lines;
}

[[nodiscard]] std::size_t terminal_columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= kLeastColumns ? size.ws_col : 80;
}
}  // namespace

Progress::Progress(bool quiet, int files) : style_(style_of(quiet)), files_(files) {}
Progress::~Progress() { end_file(); }

void Progress::begin_file(const std::string& name) {
  ++file_;
  name_.clear();
  if (files_ > 1) name_.append("[").append(std::to_string(file_)).append("/").append(std::to_string(files_)).append("] ");
  name_ += on_one_line(name);
  if (style_ == Style::lines && files_ > 1) std::fprintf(stderr, "%s\n", name_.c_str());
}

void Progress::begin_stage(const std::string& what) {
  stage_ = what;
  if (style_ == Style::lines && files_ == 1) std::fprintf(stderr, "%s: %s\n", name_.c_str(), what.c_str());
  if (style_ == Style::bar) draw(0.0);
}

void Progress::advance(double ratio) {
  if (style_ == Style::bar && std::chrono::steady_clock::now() - drawn_ >= kRedrawEvery) draw(ratio);
}

void Progress::draw(double ratio) {
  drawn_ = std::chrono::steady_clock::now();
  on_screen_ = true;
  const int filled = std::clamp(static_cast<int>(ratio * kBarCells), 0, kBarCells);
  char tail[64];
  const std::size_t columns = terminal_columns();
  if (columns >= kLeastColumnsForBar)
    std::snprintf(tail, sizeof(tail), " [%.*s%.*s] %3d %%", filled, "########################", kBarCells - filled, "........................", static_cast<int>(ratio * 100.0));
  else
    std::snprintf(tail, sizeof(tail), " %3d %%", static_cast<int>(ratio * 100.0));
  const std::size_t room = columns - std::string_view(tail).size() - 1;
  std::string head = name_ + ": " + stage_;
  // A long path loses its beginning: the file's own name stands at the end.
  const bool is_cut = head.size() > room;
  if (is_cut) head.erase(0, head.size() - room + 3);
  std::fprintf(stderr, "\r\033[K%s%s%s", is_cut ? "..." : "", head.c_str(), tail);
  std::fflush(stderr);
}

void Progress::end_file() {
  if (on_screen_) std::fprintf(stderr, "\r\033[K");
  on_screen_ = false;
}

}  // namespace ag06::cli
