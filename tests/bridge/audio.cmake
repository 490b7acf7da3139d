# Devices: rooms by themselves, then against real JACK servers.
# Suites that start servers hold the lock "jackd": their timing is part of what they show.
pkg_check_modules(JACK_TESTS IMPORTED_TARGET jack)

gtest_suite(test_bridge_audio SOURCES audio_simulated_test.cc audio_jack_devices_test.cc audio_keeper_test.cc
            LINK ag06_bridge_audio ag06_bridge_live LABEL bridge)

if(JACK_TESTS_FOUND)
  add_executable(virtual_ag06 support/virtual_ag06.cc)
  target_link_libraries(virtual_ag06 PRIVATE ag06_flags PkgConfig::JACK_TESTS)
  add_library(ag06_test_jack STATIC support/jack_server.cc)
  target_link_libraries(ag06_test_jack PRIVATE ag06_flags PUBLIC ag06_test_support PkgConfig::JACK_TESTS)
  target_compile_definitions(ag06_test_jack PRIVATE AG06_VIRTUAL_DEVICE="$<TARGET_FILE:virtual_ag06>")
  add_dependencies(ag06_test_jack virtual_ag06)

  add_executable(test_bridge_jack audio_jack_test.cc)
  target_link_libraries(test_bridge_jack PRIVATE ag06_flags ag06_test_jack GTest::gtest_main ag06_bridge_audio ag06_bridge_live)
  gtest_discover_tests(test_bridge_jack TEST_FILTER -*Slow* DISCOVERY_TIMEOUT 60 PROPERTIES LABELS bridge TIMEOUT 900 RESOURCE_LOCK jackd)
  gtest_discover_tests(test_bridge_jack TEST_FILTER *Slow* TEST_LIST slow_jack_tests DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS slow TIMEOUT 900 RUN_SERIAL TRUE)

  pkg_check_modules(PORTAUDIO_TESTS IMPORTED_TARGET portaudio-2.0)
  if(PORTAUDIO_TESTS_FOUND)
    add_executable(test_bridge_portaudio audio_portaudio_test.cc)
    target_link_libraries(test_bridge_portaudio PRIVATE ag06_flags ag06_test_jack GTest::gtest_main ag06_bridge_audio)
    gtest_discover_tests(test_bridge_portaudio DISCOVERY_TIMEOUT 60 PROPERTIES LABELS bridge TIMEOUT 900 RESOURCE_LOCK jackd)
  endif()
endif()
