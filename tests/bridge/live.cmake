# The engine in the callback. The last test runs the others under a guard that ends a program whose callback allocates, locks or calls the system.
gtest_suite(test_bridge_live SOURCES live_engine_test.cc live_meters_test.cc live_song_test.cc LINK ag06_bridge_live LABEL bridge)
gtest_suite(test_bridge_live_cli SOURCES live_cli_test.cc LINK ag06_bridge_live LABEL bridge)
target_compile_definitions(test_bridge_live_cli PRIVATE AG06_PROGRAM="$<TARGET_FILE:ag06>")
add_dependencies(test_bridge_live_cli ag06)

find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_library(rt_guard MODULE support/rt_guard.c)
target_compile_options(rt_guard PRIVATE -Wall -Wextra)
target_link_libraries(rt_guard PRIVATE Threads::Threads ${CMAKE_DL_LIBS})
add_executable(rt_offender support/rt_offender.cc)
target_link_libraries(rt_offender PRIVATE ag06_flags ag06_bridge_live)
set_target_properties(rt_offender PROPERTIES ENABLE_EXPORTS ON)   # names in its back-traces
if(NOT AG06_SANITIZE)
  set(guarded ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/live_rt_guard_test.py --guard $<TARGET_FILE:rt_guard>)
  add_test(NAME live_rt_guard COMMAND ${guarded} --offender $<TARGET_FILE:rt_offender> $<TARGET_FILE:test_bridge_live>)
  set_tests_properties(live_rt_guard PROPERTIES LABELS bridge TIMEOUT 900 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
  if(TARGET ag06_test_jack)   # the whole live side in a JACK server's own thread
    add_test(NAME live_rt_guard_jack COMMAND ${guarded} --at-least 1000 $<TARGET_FILE:test_bridge_rig>)
    set_tests_properties(live_rt_guard_jack PROPERTIES LABELS "bridge;jack" TIMEOUT 900 RESOURCE_LOCK jackd ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
  endif()
endif()
