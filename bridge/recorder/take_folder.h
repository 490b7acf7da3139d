// The folder that takes lie in: their names, list and removal, and what a crash left behind. Not for writing audio (take_file.h). Any thread.
#pragma once

#include <string>
#include <vector>

#include "recorder/take.h"

namespace ag06::bridge {

// A take that is being written carries its name with ".part" behind it.
inline constexpr char kUnfinishedSuffix[] = ".part";

// Errors: TakeError.
class TakeFolder {
 public:
  // Makes the folder where it is missing, and makes whole what an earlier program could not finish.
  explicit TakeFolder(std::string path);
  // A free id for what starts now, e.g. "2026-11-21T16-40-12Z-processed"; with "-2" and so on behind the time where that is taken.
  [[nodiscard]] std::string new_id(const std::string& what, const std::string& format) const;
  [[nodiscard]] std::string unfinished_path(const std::string& id, const std::string& format) const;
  // Gives a finished file its name; returns its path.
  std::string complete(const std::string& id, const std::string& format) const;
  // Newest first. Files that are no takes are left out.
  [[nodiscard]] std::vector<Take> list() const;
  // Of a complete take. Errors: there is none of that id.
  [[nodiscard]] std::string path_of(const std::string& id) const;
  void remove(const std::string& id) const;
  [[nodiscard]] double free_bytes() const;

 private:
  void rescue(const std::string& unfinished) const;

  std::string path_;
};

}  // namespace ag06::bridge
