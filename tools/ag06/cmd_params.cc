// `ag06 params`: the parameter table, for people and for programs.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "command.h"
#include "params/params.gen.h"

namespace ag06::cli {
namespace {
using Json = nlohmann::ordered_json;
using params::Curve;

[[nodiscard]] const char* name_of(Curve curve) {
  switch (curve) {
    case Curve::linear: return "linear";
    case Curve::log: return "log";
    case Curve::db: return "db";
    case Curve::choice: return "choice";
    case Curve::toggle: return "toggle";
  }
  return "";
}

[[nodiscard]] Json as_json(const params::Parameter& p) {
  Json row = {{"id", p.id},           {"key", p.key},   {"unit", p.unit},           {"min", p.min},         {"max", p.max},
              {"default", p.default_value}, {"curve", name_of(p.curve)}, {"step", p.step}, {"decimals", p.decimals}, {"smoothing_ms", p.smoothing_ms},
              {"group", p.group},     {"label", p.label}, {"help", p.help},         {"model_target", p.model_target}};
  if (p.choices) {
    Json names = Json::array();
    for (int i = 0; i <= static_cast<int>(p.max - p.min); ++i) names.push_back(p.choices[i]);
    row["choices"] = std::move(names);
  }
  return row;
}

[[nodiscard]] std::string number(const params::Parameter& p, double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", p.decimals, value);
  return text;
}

void print_table() {
  std::string group;
  for (const params::Parameter& p : params::kTable) {
    if (group != p.group) {
      std::printf("%s%s\n", group.empty() ? "" : "\n", p.group);
      group = p.group;
    }
    std::printf("  %-22s %9s .. %-9s default %-9s %-5s %s\n", p.key, number(p, p.min).c_str(), number(p, p.max).c_str(), number(p, p.default_value).c_str(), p.unit, p.label);
    if (p.curve != Curve::choice) continue;
    std::printf("  %-22s ", "");
    for (int i = 0; i <= static_cast<int>(p.max - p.min); ++i) std::printf("%s%d %s", i ? ", " : "", i + static_cast<int>(p.min), p.choices[i]);
    std::printf("\n");
  }
}

void print_json() {
  Json table = {{"version", params::kTableVersion}, {"hash", params::kTableHashHex}, {"parameters", Json::array()}};
  for (const params::Parameter& p : params::kTable) table["parameters"].push_back(as_json(p));
  std::printf("%s\n", table.dump(2).c_str());
}
}  // namespace

Command make_params_command(CLI::App& app) {
  CLI::App* parser = app.add_subcommand("params", "Print the parameter table: what --params may set");
  auto json = std::make_shared<bool>(false);
  parser->add_flag("--json", *json, "As JSON");
  return {parser, [json] {
            *json ? print_json() : print_table();
            return ExitStatus::done;
          }};
}

}  // namespace ag06::cli
