#include "audio/jack_devices.h"

#include <gtest/gtest.h>

namespace ag06::bridge {
namespace {

using Ports = std::vector<std::string>;

TEST(JackDevices, AClientWithBothKindsOfPortsIsADevice) {
  const Ports outputs{"system:capture_1", "system:capture_2", "AG06/AG03 Analog Stereo:capture_1", "AG06/AG03 Analog Stereo:capture_2",
                      "Webcam:capture_MONO"};
  const Ports inputs{"system:playback_1", "system:playback_2", "AG06/AG03 Analog Stereo:playback_1", "AG06/AG03 Analog Stereo:playback_2",
                     "HDMI:playback_1"};
  const std::vector<JackDevice> devices = jack_devices(outputs, inputs);
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(devices[0].client, "system");
  EXPECT_EQ(devices[1].client, "AG06/AG03 Analog Stereo");
  EXPECT_EQ(devices[1].capture, (Ports{"AG06/AG03 Analog Stereo:capture_1", "AG06/AG03 Analog Stereo:capture_2"}));
  EXPECT_EQ(devices[1].playback, (Ports{"AG06/AG03 Analog Stereo:playback_1", "AG06/AG03 Analog Stereo:playback_2"}));
}

TEST(JackDevices, ChannelsAreInNumericOrder) {
  Ports outputs;
  for (const int number : {10, 2, 1, 11, 3}) {
    outputs.push_back("card:capture_" + std::to_string(number));
  }
  const std::vector<JackDevice> devices = jack_devices(outputs, Ports{"card:playback_2", "card:playback_1"});
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_EQ(devices[0].capture, (Ports{"card:capture_1", "card:capture_2", "card:capture_3", "card:capture_10", "card:capture_11"}));
  EXPECT_EQ(devices[0].playback, (Ports{"card:playback_1", "card:playback_2"}));
}

// PipeWire names channels by place and shows what a sink plays as outputs of its own.
TEST(JackDevices, PipeWiresPlacesAndMonitors) {
  const Ports outputs{"Card:monitor_FL", "Card:monitor_FR", "Card:capture_FR", "Card:capture_FL"};
  const Ports inputs{"Card:playback_FC", "Card:playback_LFE", "Card:playback_FR", "Card:playback_FL"};
  const std::vector<JackDevice> devices = jack_devices(outputs, inputs);
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_EQ(devices[0].capture, (Ports{"Card:capture_FL", "Card:capture_FR"}));
  EXPECT_EQ(devices[0].playback, (Ports{"Card:playback_FL", "Card:playback_FR", "Card:playback_FC", "Card:playback_LFE"}));
  EXPECT_TRUE(jack_devices(Ports{"Sink:monitor_FL"}, Ports{"Sink:playback_FL"}).empty());
}

TEST(JackDevices, TheClientEndsAtTheFirstColon) {
  EXPECT_EQ(jack_client_of("a2j:Midi Through (capture): port 0"), "a2j");
  EXPECT_EQ(jack_client_of("AG06/AG03 Analog Stereo:capture_FL"), "AG06/AG03 Analog Stereo");
}

TEST(JackDevices, NothingFromNothing) { EXPECT_TRUE(jack_devices({}, {}).empty()); }

}  // namespace
}  // namespace ag06::bridge
