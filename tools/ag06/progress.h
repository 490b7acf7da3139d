// Tells a person what is going on, on stderr: a bar on a terminal, plain lines otherwise, nothing when quiet. Not for results or errors.
#pragma once

#include <chrono>
#include <string>

namespace ag06::cli {

class Progress {
 public:
  enum class Style { quiet, lines, bar };

  // files > 1: every line counts them, and plain output is one line for each file.
  Progress(bool quiet, int files);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void begin_file(const std::string& name);
  // What is being done to the file from here on, e.g. "measuring".
  void begin_stage(const std::string& what);
  // 0..1 of the stage; cheap enough to call for every block.
  void advance(double ratio);
  // Clears the bar; call before writing anything else.
  void end_file();

 private:
  void draw(double ratio);

  Style style_;
  int files_;
  int file_ = 0;
  std::string name_;
  std::string stage_;
  std::chrono::steady_clock::time_point drawn_;
  bool on_screen_ = false;
};

}  // namespace ag06::cli
