# What listens and records beside the engine, and the whole live side put together.
gtest_suite(test_bridge_recorder SOURCES recorder_test.cc LINK ag06_bridge_recorder LABEL bridge)
gtest_suite(test_bridge_listener SOURCES probe_test.cc feedback_guard_test.cc auto_mixer_test.cc LINK ag06_bridge_live LABEL bridge)
if(TARGET ag06_test_jack)
  add_executable(test_bridge_rig live_studio_test.cc)
  target_link_libraries(test_bridge_rig PRIVATE ag06_flags ag06_test_jack GTest::gtest_main ag06_bridge_live)
  gtest_discover_tests(test_bridge_rig DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "bridge;jack" TIMEOUT 900 RESOURCE_LOCK jackd)
endif()
