// A hub over a live side in memory, with a clock that the test turns and slow work that is done at once or when the test says. One thread.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bridge/support/fake_live.h"
#include "protocol/frames.h"
#include "server/hub.h"

namespace ag06::bridge::test {

using Json = nlohmann::json;

struct HubRig {
  explicit HubRig(const std::string& takes_folder = {}) : live(takes_folder), access(access_options()), hub(live, access, metrics, log, run_slowly(), hub_options()) {
    live.on_change = [this] { hub.state_may_have_changed(); };
  }

  static server::AccessOptions access_options() {
    server::AccessOptions options;
    options.token = std::string(64, 'a');
    options.port = 5001;
    return options;
  }
  server::HubOptions hub_options() {
    server::HubOptions options;
    options.now = [this] { return now; };
    return options;
  }
  server::RunSlowly run_slowly() {
    return [this](std::function<void()> work, std::function<void()> after) {
      slow.push_back([work = std::move(work), after = std::move(after)] {
        work();
        after();
      });
      if (!holds_slow_work) do_slow_work();
    };
  }
  void do_slow_work() {
    while (!slow.empty()) {
      const auto next = std::move(slow.front());
      slow.pop_front();
      next();
    }
  }
  // In steps of the hub's own tick.
  void pass(std::chrono::milliseconds time) {
    for (const auto end = now + time; now < end;) {
      now += server::Hub::kTick;
      hub.tick();
    }
  }

  std::chrono::steady_clock::time_point now{std::chrono::hours(1)};
  bool holds_slow_work = false;
  std::deque<std::function<void()>> slow;
  FakeLive live;
  server::Metrics metrics;
  server::Log log{server::LogLevel::off};
  server::Access access;
  server::Hub hub;
};

// What one client says and hears.
struct Listener {
  explicit Listener(HubRig& the_rig, bool is_authorised = true, bool greets = true)
      : rig(the_rig), client(the_rig.hub.connect("127.0.0.1", is_authorised, [this] { ++wakes; })) {
    if (!greets) return;
    say(R"({"type":"hello","protocol":1})");
    (void)texts();
  }
  ~Listener() { leave(); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  void leave() {
    if (client) rig.hub.disconnect(client);
    client.reset();
  }
  void say(const std::string& text) { client->receive_text(text); }
  // Everything that waits; frames go to `frames`.
  std::vector<Json> texts() {
    std::vector<Json> found;
    while (auto message = client->take()) {
      if (message->is_text) {
        found.push_back(Json::parse(message->text()));
      } else {
        frames.push_back(std::get<protocol::Frame>(protocol::decode(message->bytes)));
      }
    }
    return found;
  }
  // The one text that waits.
  Json text() {
    const auto all = texts();
    if (all.size() != 1) return Json{{"texts", all}};
    return all.front();
  }
  // What is answered to this.
  Json ask(const std::string& text) {
    say(text);
    for (Json& answer : texts()) {
      if (answer["type"] == "ok" || answer["type"] == "error") return answer;
    }
    return {};
  }
  std::vector<protocol::Frame> frames_of(protocol::FrameKind kind) {
    for (const Json& text : texts()) other_texts.push_back(text);
    std::vector<protocol::Frame> found;
    std::erase_if(frames, [&](const protocol::Frame& frame) {
      if (frame.header.kind != kind) return false;
      found.push_back(frame);
      return true;
    });
    return found;
  }

  HubRig& rig;
  std::shared_ptr<server::Client> client;
  int wakes = 0;
  std::vector<protocol::Frame> frames;
  std::vector<Json> other_texts;
};

}  // namespace ag06::bridge::test
