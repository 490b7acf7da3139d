# The running bridge against its protocol: a raw-socket suite, independent clients, and many clients at once.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(run ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/conformance/run.py $<TARGET_FILE:ag06-bridge>)

foreach(suite handshake framing protocol websockets node shutdown lockout)
  add_test(NAME bridge_conformance_${suite} COMMAND ${run} --suite ${suite})
  set_tests_properties(bridge_conformance_${suite} PROPERTIES LABELS bridge TIMEOUT 900)
endforeach()

# A short look at every run; the whole minute is the goal of the bridge. A sanitizer keeps what was freed (256 MiB of it), so that memory is judged without one only.
if(AG06_SANITIZE)
  set(memory --any-memory)
endif()
add_test(NAME bridge_load COMMAND ${run} --load 10 ${memory})
set_tests_properties(bridge_load PROPERTIES LABELS bridge TIMEOUT 900)
add_test(NAME bridge_load_minute COMMAND ${run} --load 60 ${memory})
set_tests_properties(bridge_load_minute PROPERTIES LABELS "bridge;slow" TIMEOUT 1200 RUN_SERIAL TRUE)  # it fills both cores itself
