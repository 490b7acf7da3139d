// Damages messages in the ways that break parsers: bits, cuts, repeats, spliced tokens, extreme numbers. Deterministic by its generator.
// Not for valid input of its own.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace ag06::bridge::test {

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  // Below count; count > 0.
  std::size_t pick(std::size_t count) { return random_() % count; }

  // One to four times one of the damages; tokens are what to splice in.
  std::string operator()(std::string text, const std::vector<std::string>& tokens) {
    for (std::size_t n = 1 + pick(4); n > 0; --n) damage(text, tokens);
    return text;
  }

 private:
  void damage(std::string& text, const std::vector<std::string>& tokens) {
    const std::size_t at = pick(text.size() + 1);
    const std::size_t length = std::min(text.size() - at, pick(12));
    switch (pick(8)) {
      case 0: if (at < text.size()) text[at] = static_cast<char>(text[at] ^ 1 << pick(8)); break;
      case 1: if (at < text.size()) text[at] = static_cast<char>(random_()); break;
      case 2: text.erase(at, length); break;
      case 3: text.insert(at, text.substr(at, length)); break;
      case 4: text.resize(at); break;
      case 5: text.insert(at, tokens[pick(tokens.size())]); break;
      case 6: text.replace(at, length, tokens[pick(tokens.size())]); break;
      default: replace_value(text, tokens); break;
    }
  }

  // What stands between a colon and the next comma or brace.
  void replace_value(std::string& text, const std::vector<std::string>& tokens) {
    const std::size_t colon = text.find(':', pick(text.size() + 1));
    if (colon == std::string::npos) return;
    const std::size_t end = text.find_first_of(",}", colon);
    text.replace(colon + 1, (end == std::string::npos ? text.size() : end) - colon - 1, tokens[pick(tokens.size())]);
  }

  std::mt19937 random_;
};

}  // namespace ag06::bridge::test
