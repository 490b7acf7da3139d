# The server: its parts on plain data, then whole through real loopback sockets.
gtest_suite(test_bridge_server
  SOURCES server_access_test.cc server_http_test.cc server_hub_test.cc server_options_test.cc server_router_test.cc
  LINK ag06_bridge_server LABEL bridge)
gtest_suite(test_bridge_sockets SOURCES server_socket_test.cc LINK ag06_bridge_server LABEL bridge)
