// Reads the project's own documents for tests that hold the code against them. Not for reading anything at run time.
#pragma once

#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

namespace ag06::bridge::test {

inline std::string file_text(const std::string& path_in_project) {
  std::ifstream in(std::string(AG06_SOURCE_DIR) + "/" + path_in_project, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path_in_project);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The blocks of bridge/PROTOCOL.md fenced as "json client" or "json server".
inline std::vector<std::string> protocol_examples(const std::string& side) {
  const std::string page = file_text("bridge/PROTOCOL.md");
  const std::string fence = "```json " + side + "\n";
  std::vector<std::string> out;
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    const std::size_t end = page.find("\n```", at);
    out.push_back(page.substr(at, end - at));
    at = end;
  }
  return out;
}

// The words of `export const NAME = [...]` in a TypeScript source.
inline std::vector<std::string> typescript_words(const std::string& source, const std::string& name) {
  std::smatch found;
  if (!std::regex_search(source, found, std::regex("export const " + name + " = \\[([^\\]]*)\\]"))) throw std::runtime_error("no list " + name);
  const std::string list = found[1];
  static const std::regex kWord("\"([^\"]*)\"");
  std::vector<std::string> out;
  for (std::sregex_iterator word(list.begin(), list.end(), kWord), end; word != end; ++word) out.push_back((*word)[1]);
  return out;
}

}  // namespace ag06::bridge::test
