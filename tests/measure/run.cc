#include <algorithm>

#include "measure/tables.h"

namespace ag06::measure {

Run::Heard Run::hear(const Peer& peer, const Planes& in, double sample_rate_hz, bool listed) {
  const auto same = [&](const Peer& p) { return p.name == peer.name && p.settings == peer.settings; };
  if (listed && std::none_of(asked.begin(), asked.end(), same)) asked.push_back(peer);
  if (!installed(peer)) return {std::nullopt, 0.0, "not installed"};
  PeerRun result = run_peer(peer, in, sample_rate_hz);
  if (!result.out) return {std::nullopt, 0.0, "failed: " + result.why};
  return {std::move(result.out), result.sample_rate_hz, ""};
}

void peers_table(Run& run) {
  if (run.asked.empty()) return;
  run.report.section("Peers and their settings", "Each ran in a process of its own on the same files; LV2 and LADSPA plug-ins inside ffmpeg.");
  std::vector<std::vector<std::string>> rows;
  for (const Peer& peer : run.asked) {
    std::string settings = "`";
    for (const std::string& part : peer.settings) {
      if (settings.size() > 1) settings += ' ';
      for (const char c : part) settings += c == '|' ? std::string("\\|") : std::string(1, c);
    }
    rows.push_back({peer.name, peer.package, installed(peer) ? package_version(peer.package) : "not installed", settings + '`'});
  }
  run.report.table({"peer", "package", "version", "settings"}, rows);
}

}  // namespace ag06::measure
