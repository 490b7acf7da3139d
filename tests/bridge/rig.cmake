# What listens and records beside the engine, and the whole live side put together.
gtest_suite(test_bridge_recorder SOURCES recorder_test.cc LINK ag06_bridge_recorder LABEL bridge)
gtest_suite(test_bridge_listener SOURCES probe_test.cc feedback_guard_test.cc auto_mixer_test.cc LINK ag06_bridge_live LABEL bridge)
