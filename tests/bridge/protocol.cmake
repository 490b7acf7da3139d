# The protocol's own tests: the codec, its lists, its schema, and damaged input. Without sockets.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

gtest_suite(test_bridge_protocol
            SOURCES protocol_requests_test.cc protocol_messages_test.cc protocol_frames_test.cc protocol_lists_test.cc protocol_fuzz_test.cc
            LINK ag06_bridge_protocol LABEL bridge)

add_executable(protocol_probe protocol_probe.cc)
target_link_libraries(protocol_probe PRIVATE ag06_flags ag06_bridge_protocol)
add_test(NAME bridge_protocol_schema COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/protocol_schema_test.py)
set_tests_properties(bridge_protocol_schema PROPERTIES LABELS bridge TIMEOUT 900 ENVIRONMENT "PROBE=$<TARGET_FILE:protocol_probe>")
add_test(NAME bridge_protocol_frame_vectors COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/conformance/make_frames.py --check)
set_tests_properties(bridge_protocol_frame_vectors PROPERTIES LABELS bridge)
