// One list in one place: what the codec, the page's types, the schema and the page PROTOCOL.md name must be the same words in the same order.
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "bridge/support/documents.h"
#include "protocol/error_codes.h"
#include "protocol/frames.h"
#include "protocol/requests.h"

namespace ag06::bridge::protocol {
namespace {

using Words = std::vector<std::string>;

template <class List>
Words words(const List& list) {
  return {std::begin(list), std::end(list)};
}

Words streams() {
  Words out;
  for (int i = 0; i < kStreamCount; ++i) out.emplace_back(name_of(static_cast<Stream>(i)));
  return out;
}

// "Meters: a, b, c." as a list.
Words sentence(const std::string& page, const std::string& start) {
  const std::size_t at = page.find("\n" + start + ": ") + start.size() + 3;
  const std::string text = page.substr(at, page.find('.', at) - at);
  static const std::regex kWord("[a-z0-9_]+");
  Words out;
  for (std::sregex_iterator word(text.begin(), text.end(), kWord), end; word != end; ++word) out.push_back(word->str());
  return out;
}

TEST(ProtocolLists, ThePagesTypesNameTheSame) {
  const std::string messages = test::file_text("web/src/protocol/bridge.ts");
  const std::string frames = test::file_text("web/src/protocol/bridge_frames.ts");
  EXPECT_EQ(test::typescript_words(messages, "BRIDGE_ERROR_CODES"), words(kErrorCodeNames));
  EXPECT_EQ(test::typescript_words(messages, "BRIDGE_STREAMS"), streams());
  EXPECT_EQ(test::typescript_words(frames, "METER_NAMES"), words(kMeterNames));
  EXPECT_EQ(test::typescript_words(frames, "FEATURE_NAMES"), words(kFeatureNames));
}

TEST(ProtocolLists, TheSchemaNamesTheSame) {
  const auto defs = nlohmann::json::parse(test::file_text("bridge/protocol.schema.json"))["$defs"];
  const Words typescript_modes = test::typescript_words(test::file_text("web/src/protocol/bridge.ts"), "BRIDGE_MODES");
  EXPECT_EQ(defs["error_code"]["enum"].get<Words>(), words(kErrorCodeNames));
  EXPECT_EQ(defs["stream"]["enum"].get<Words>(), streams());
  EXPECT_EQ(defs["mode"]["enum"].get<Words>(), typescript_modes);
  const std::string messages = test::file_text("web/src/protocol/bridge.ts");
  EXPECT_EQ(defs["song_ended"]["properties"]["reason"]["enum"].get<Words>(), test::typescript_words(messages, "SONG_ENDS"));
  EXPECT_EQ(defs["take_format"]["enum"].get<Words>(), test::typescript_words(messages, "TAKE_FORMATS"));
  EXPECT_EQ(defs["device_status"]["properties"]["phase"]["enum"].get<Words>(), test::typescript_words(messages, "DEVICE_PHASES"));
  EXPECT_EQ(defs["members"]["properties"]["guard"]["enum"].get<Words>(), test::typescript_words(messages, "GUARD_PHASES"));
}

TEST(ProtocolLists, ThePageOfTheProtocolNamesTheSame) {
  const std::string page = test::file_text("bridge/PROTOCOL.md");
  EXPECT_EQ(sentence(page, "Meters"), words(kMeterNames));
  EXPECT_EQ(sentence(page, "Features"), words(kFeatureNames));
  for (const std::string_view code : kErrorCodeNames) EXPECT_NE(page.find("`" + std::string(code) + "`"), std::string::npos) << code;
}

TEST(ProtocolLists, ErrorCodesAreFoundByName) {
  for (std::size_t i = 0; i < kErrorCodeNames.size(); ++i) EXPECT_EQ(error_code_named(kErrorCodeNames[i]), static_cast<ErrorCode>(i));
  EXPECT_FALSE(error_code_named("nonsense").has_value());
}

// A code thrown by name anywhere in the bridge must be one of the list: the server passes it on.
TEST(ProtocolLists, EveryCodeThatIsThrownIsKnown) {
  static const std::regex kThrown("LiveError[({]\\s*\"([^\"]*)\"");
  namespace fs = std::filesystem;
  for (const fs::directory_entry& file : fs::recursive_directory_iterator(AG06_SOURCE_DIR "/bridge")) {
    if (file.path().extension() != ".cc" && file.path().extension() != ".h") continue;
    const std::string source = test::file_text(fs::relative(file.path(), AG06_SOURCE_DIR).string());
    for (std::sregex_iterator thrown(source.begin(), source.end(), kThrown), end; thrown != end; ++thrown)
      EXPECT_TRUE(error_code_named((*thrown)[1].str()).has_value()) << file.path().filename() << " throws " << (*thrown)[1];
  }
}

}  // namespace
}  // namespace ag06::bridge::protocol
