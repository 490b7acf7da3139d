#include "protocol/strict_json.h"

#include <vector>

#include "protocol/requests.h"

namespace ag06::bridge::protocol {
namespace {

// nlohmann's SAX interface: every event returns whether to go on.
class TreeBuilder {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(number_integer_t value) { return add(value); }
  bool number_unsigned(number_unsigned_t value) { return add(value); }
  bool number_float(number_float_t value, const string_t&) { return add(value); }
  bool string(string_t& value) { return add(std::move(value)); }
  bool binary(binary_t&) { return refuse(ErrorCode::bad_json, "the message holds binary data"); }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(string_t& name) {
    if (open_.back()->contains(name)) return refuse(ErrorCode::bad_json, "the member " + shown(name) + " is there twice");
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) {
    constexpr int kNumberOverflow = 406;
    const std::string place = "byte " + std::to_string(position);
    if (error.id == kNumberOverflow) return refuse(ErrorCode::not_finite, "a number before " + place + " is larger than a double holds");
    return refuse(ErrorCode::bad_json, "the message is no JSON: it fails at " + place);
  }

  Json root;
  BadJson refusal;

 private:
  bool refuse(ErrorCode code, std::string message) {
    refusal = {code, std::move(message)};
    return false;
  }
  Json* place(Json&& value) {
    if (open_.empty()) return &(root = std::move(value));
    Json& parent = *open_.back();
    if (parent.is_array()) return &parent.emplace_back(std::move(value));
    return &(parent[key_] = std::move(value));
  }
  bool add(Json&& value) {
    place(std::move(value));
    return true;
  }
  bool open(Json&& value) {
    if (static_cast<int>(open_.size()) >= kMaxJsonDepth)
      return refuse(ErrorCode::too_deep, "the message is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  // Pointers stay good: a container grows only while it is the innermost open one, so no open one is moved.
  std::vector<Json*> open_;
  std::string key_;
};

}  // namespace

std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 64;
  std::string out = "\"";
  for (const char c : text.substr(0, kLongest)) out += c >= ' ' && c <= '~' && c != '"' ? c : '?';
  return out + (text.size() > kLongest ? "...\"" : "\"");
}

std::variant<Json, BadJson> read_json(std::string_view text) {
  if (text.size() > kMaxTextBytes) {
    const std::string size = std::to_string(text.size());
    return BadJson{ErrorCode::too_large, "the message has " + size + " bytes; at most " + std::to_string(kMaxTextBytes) + " are read"};
  }
  if (text.substr(0, 3) == "\xEF\xBB\xBF") return BadJson{ErrorCode::bad_json, "the message starts with a byte order mark"};
  TreeBuilder tree;
  if (!Json::sax_parse(text.begin(), text.end(), &tree)) return std::move(tree.refusal);
  return std::move(tree.root);
}

}  // namespace ag06::bridge::protocol
