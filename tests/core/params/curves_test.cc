// The knob law on the golden vectors that web and Python use too, and what holds for every parameter of the table.
#include "params/curves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace ag06::params {
namespace {

nlohmann::json golden() {
  std::ifstream file(AG06_SOURCE_DIR "/tests/core/params/curve_vectors.gen.json");
  return nlohmann::json::parse(file);
}

bool is_stepped(const Parameter& p) { return p.curve == Curve::choice || p.curve == Curve::toggle; }

// As in curves_py_test.py and the web's test of the same vectors.
constexpr double kTolerance = 1e-12;

TEST(Curves, EveryGoldenPoint) {
  const auto vectors = golden().at("vectors");
  ASSERT_EQ(vectors.size(), static_cast<std::size_t>(kCount));
  for (const auto& vector : vectors) {
    const std::string key = vector.at("key");
    const int index = index_of_key(key);
    ASSERT_GE(index, 0) << key;
    const Parameter& p = kTable[index];
    ASSERT_GE(vector.at("points").size(), 5u) << key;
    for (const auto& point : vector.at("points")) {
      const double position = point.at(0), value = point.at(1);
      EXPECT_NEAR(from_norm(p, position), value, kTolerance * (p.max - p.min)) << key << " at " << position;
      if (is_stepped(p)) {
        EXPECT_EQ(from_norm(p, position), value) << key << " at " << position;
      } else {
        EXPECT_NEAR(to_norm(p, value), position, kTolerance) << key << " at " << value;
      }
    }
  }
}

TEST(Curves, TheVectorsAreOfThisTable) { EXPECT_EQ(golden().at("hash").get<std::string>(), kTableHashHex); }

TEST(Curves, EndsAreExactAndPositionsClamped) {
  for (const Parameter& p : kTable) {
    EXPECT_EQ(from_norm(p, 0.0), p.min) << p.key;
    EXPECT_EQ(from_norm(p, 1.0), p.max) << p.key;
    EXPECT_EQ(from_norm(p, -0.3), p.min) << p.key;
    EXPECT_EQ(from_norm(p, 1.7), p.max) << p.key;
    EXPECT_NEAR(to_norm(p, p.min), 0.0, kTolerance) << p.key;
    EXPECT_NEAR(to_norm(p, p.max), 1.0, kTolerance) << p.key;
    EXPECT_EQ(to_norm(p, p.min - 1.0), to_norm(p, p.min)) << p.key;
    EXPECT_EQ(to_norm(p, p.max + 1.0), to_norm(p, p.max)) << p.key;
  }
}

TEST(Curves, RisesAndComesBack) {
  for (const Parameter& p : kTable) {
    double last = p.min;
    for (int i = 0; i <= 1000; ++i) {
      const double position = i / 1000.0, value = from_norm(p, position);
      EXPECT_GE(value, last) << p.key;
      EXPECT_EQ(check(p, value), Status::ok) << p.key << " at " << position;
      if (!is_stepped(p)) {
        EXPECT_NEAR(to_norm(p, value), position, kTolerance) << p.key;
      }
      last = value;
    }
  }
}

TEST(Curves, SnapsToTheNearestStepInsideTheRange) {
  for (const Parameter& p : kTable) {
    for (int i = 0; i <= 997; ++i) {
      const double value = p.min + (p.max - p.min) * i / 997.0, snapped = snap_to_step(p, value);
      EXPECT_LE(std::fabs(snapped - value), 0.5 * p.step * (1.0 + 1e-9)) << p.key << " at " << value;
      EXPECT_EQ(check(p, snapped), Status::ok) << p.key;
      const double steps = (snapped - p.min) / p.step;
      if (snapped != p.max) {
        EXPECT_NEAR(steps, std::round(steps), 1e-6) << p.key;
      }
    }
    EXPECT_EQ(snap_to_step(p, p.max + 1e6), p.max) << p.key;
    EXPECT_EQ(snap_to_step(p, p.min - 1e6), p.min) << p.key;
  }
}

TEST(Curves, ChecksRangesAndNumbers) {
  for (const Parameter& p : kTable) {
    EXPECT_EQ(check(p, p.min), Status::ok) << p.key;
    EXPECT_EQ(check(p, p.max), Status::ok) << p.key;
    EXPECT_EQ(check(p, p.default_value), Status::ok) << p.key;
    EXPECT_EQ(check(p, std::nextafter(p.min, -1e300)), Status::out_of_range) << p.key;
    EXPECT_EQ(check(p, std::nextafter(p.max, 1e300)), Status::out_of_range) << p.key;
    EXPECT_EQ(check(p, std::numeric_limits<double>::quiet_NaN()), Status::not_finite) << p.key;
    EXPECT_EQ(check(p, std::numeric_limits<double>::infinity()), Status::not_finite) << p.key;
  }
}

TEST(Table, IdsAndKeysAreUniqueAndFound) {
  std::set<int> ids;
  std::set<std::string> keys;
  for (int i = 0; i < kCount; ++i) {
    EXPECT_TRUE(ids.insert(kTable[i].id).second) << kTable[i].id;
    EXPECT_TRUE(keys.insert(kTable[i].key).second) << kTable[i].key;
    EXPECT_EQ(index_of_id(kTable[i].id), i);
    EXPECT_EQ(index_of_key(kTable[i].key), i);
  }
  EXPECT_EQ(index_of_id(65535), -1);
  EXPECT_EQ(index_of_key("no.such.key"), -1);
  EXPECT_EQ(index_of_key(""), -1);
}

TEST(Table, RowsAreWhole) {
  for (const Parameter& p : kTable) {
    EXPECT_LT(p.min, p.max) << p.key;
    EXPECT_GT(p.step, 0.0) << p.key;
    EXPECT_NE(std::string(p.label), "") << p.key;
    EXPECT_NE(std::string(p.help), "") << p.key;
    if (p.curve == Curve::log) {
      EXPECT_GT(p.min, 0.0) << p.key;
    }
    if (is_stepped(p)) {
      ASSERT_NE(p.choices, nullptr) << p.key;
      for (int i = 0; i <= static_cast<int>(p.max - p.min); ++i) EXPECT_NE(std::string(p.choices[i]), "") << p.key;
    } else {
      EXPECT_EQ(p.choices, nullptr) << p.key;
    }
  }
}

}  // namespace
}  // namespace ag06::params
