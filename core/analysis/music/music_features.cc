#include "analysis/music/music_features.h"

#include <algorithm>
#include <cmath>

#include "analysis/music/curves.h"
#include "analysis/music/production_style.h"

namespace ag06::analysis {
namespace {
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// Quantities that several features read, each on a curve of its own. The ends of the curves were chosen by us: what noise, single tones and the
// extremes of recorded music (solo guitar to brick-walled metal) were measured to be lies at or just inside them.
struct Cues {
  const SongAnalysis& heard;
  const RoomReport& room;
  const TextureSummary& texture;

  [[nodiscard]] double trait(Trait which) const noexcept { return texture.trait(which); }
  [[nodiscard]] double share(int from, int to) const noexcept {
    double sum = 0.0;
    for (int b = from; b <= to; ++b) sum += heard.spectrum.band_share[static_cast<std::size_t>(b)];
    return sum;
  }
  // Energy of bands [from, to] over that of bands [under, upto], in dB; NaN when nothing was measured.
  [[nodiscard]] double band_ratio_db(int from, int to, int under, int upto) const noexcept {
    if (share(0, kBands - 1) <= 0.0) return kUnknown;
    return 0.5 * lin_to_db((share(from, to) + 1e-9) / (share(under, upto) + 1e-9));
  }

  [[nodiscard]] double pulse() const noexcept { return ramp_01(heard.rhythm.pulse_clarity, 0.05, 0.7); }
  [[nodiscard]] double steadiness() const noexcept {
    return is_finite(heard.rhythm.tempo_bpm) ? ramp_01(heard.rhythm.tempo_stability, 0.5, 1.0) : 0.0;
  }
  [[nodiscard]] double events() const noexcept { return ramp_01(heard.rhythm.onset_rate_hz, 0.3, 8.0); }
  [[nodiscard]] double percussion() const noexcept { return ramp_01(trait(Trait::percussive), 0.03, 0.33); }
  // Peaks close to the mean: limited and compressed music has 7 to 10 dB of peak over loudness, unlimited music 15 to 22.
  [[nodiscard]] double sustained() const noexcept { return ramp_01(heard.stream.plr_db, 20.0, 7.0); }
  [[nodiscard]] double snap() const noexcept { return ramp_01(heard.dynamics.micro_dynamics_db, 5.0, 12.0); }
  [[nodiscard]] double rough() const noexcept { return ramp_01(trait(Trait::roughness), 0.0, 3.5); }
  [[nodiscard]] double full() const noexcept { return ramp_01(trait(Trait::fullness), 0.2, 1.0); }
  [[nodiscard]] double contrast() const noexcept { return ramp_01(trait(Trait::contrast_db), 2.5, 16.0); }
  [[nodiscard]] double low_kick() const noexcept {
    return ramp_01(trait(Trait::low_rise_db), 3.0, 24.0) * ramp_01(band_ratio_db(0, 1, 2, 6), -15.0, -3.0);
  }
  [[nodiscard]] double decay() const noexcept { return log_ramp_01(room.decay_s, 0.2, 3.0); }
  // 0 surely minor, 0.5 unknown, 1 surely major.
  [[nodiscard]] double majorness() const noexcept {
    const TonalityReport& t = heard.tonality;
    if (t.key < 0 || t.mode == Mode::unknown) return 0.5;
    return 0.5 + (t.mode == Mode::major ? 0.5 : -0.5) * clamp_to(t.key_confidence, 0.0, 1.0);
  }
  [[nodiscard]] double harmonic_change() const noexcept { return ramp_01(heard.tonality.harmonic_change_hz, 0.0, 1.5); }
  [[nodiscard]] double bright() const noexcept { return log_ramp_01(heard.spectrum.centroid_hz, 300.0, 6000.0); }
  [[nodiscard]] double voice() const noexcept { return log_ramp_01(trait(Trait::voice), 0.001, 0.08); }
};

// The weights of all features were chosen by us; what is cited says which cues matter, and where it ranks them, in which order.

// Arousal: fast, percussive, sustained, bright and rough. The cues of P. N. Juslin & P. Laukka, "Communication of emotions in vocal expression and
// music performance: different channels, same code?", Psychological Bulletin 129(5), 2003, but for loudness, which a fader changes: its trace is how
// close the peaks are to the mean.
double energy(const Cues& c) noexcept {
  return Blend().add(0.25, c.sustained()).add(0.2, c.events()).add(0.2, c.percussion()).add(0.2, c.bright()).add(0.15, c.rough()).mean();
}

// Positive mood: major mode first, then tempo, both in the order found by T. Eerola, A. Friberg, R. Bresin, "Emotional expression in music:
// contribution, linearity, and additivity of primary musical cues", Frontiers in Psychology 4:487, 2013 (then register, dynamics, articulation and
// timbre); consonance, brightness and liveliness stand for the rest.
double valence(const Cues& c) noexcept {
  const double tempo = log_ramp_01(c.heard.rhythm.tempo_bpm, 60.0, 150.0);
  if (!is_finite(tempo) && c.heard.tonality.key < 0) return kUnknown;
  return Blend().add(0.4, c.majorness()).add(0.2, tempo).add(0.2, 1.0 - c.rough()).add(0.1, c.bright()).add(0.1, c.events()).mean();
}

// A clear steady pulse near 118 bpm carried by drums and bass. Tempo: after the resonance near 2 Hz of L. van Noorden & D. Moelants, "Resonance in
// the perception of musical pulse", J. New Music Research 28(1), 1999; a bell over log2 of the tempo, its centre and its 0.4 octaves chosen by us.
double danceability(const Cues& c) noexcept {
  double tempo = 0.0;
  if (is_finite(c.heard.rhythm.tempo_bpm)) {
    const double octaves = log2_exact(c.heard.rhythm.tempo_bpm / 118.0) / 0.4;
    tempo = exp_exact(-0.5 * std::min(octaves * octaves, 100.0));
  }
  return Blend().add(0.35, c.pulse()).add(0.2, tempo).add(0.15, c.steadiness()).add(0.15, c.percussion()).add(0.15, c.low_kick()).mean();
}

// Unamplified instruments: partials that stand clear, transients left alone, little sub-bass and no wall of highs, a tempo that breathes.
double acousticness(const Cues& c) noexcept {
  return Blend()
      .add(0.25, c.contrast())
      .add(0.2, 1.0 - c.sustained())
      .add(0.2, 1.0 - c.full())
      .add(0.15, ramp_01(c.share(0, 0), 0.15, 0.0))
      .add(0.1, log_ramp_01(c.heard.spectrum.flatness, 0.2, 0.002))
      .add(0.1, 1.0 - c.steadiness())
      .mean();
}

// Nobody speaks, and no partials glide together as those of a voice do.
double instrumentalness(const Cues& c) noexcept {
  const double voice = c.voice();
  return is_finite(voice) ? 1.0 - std::max(clamp_to(c.heard.speech_ratio, 0.0, 1.0), voice) : kUnknown;
}

// The time in which somebody speaks. A quarter of the scale is what sounds like it otherwise: gliding partials, and syllables that keep to no pulse
// and no key.
double speechiness(const Cues& c) noexcept {
  const double voice = c.voice();
  if (!is_finite(voice)) return kUnknown;
  const double free = (1.0 - c.pulse()) * (1.0 - clamp_to(c.heard.tonality.tonal_clarity, 0.0, 1.0));
  return 0.75 * clamp_to(c.heard.speech_ratio, 0.0, 1.0) + 0.125 * voice + 0.125 * ramp_01(c.trait(Trait::syllabic), 0.05, 0.4) * free;
}

// A room, a tempo kept by hand, an audible background and dynamics left open.
double liveness(const Cues& c) noexcept {
  const double background_lu = c.heard.stream.noise_floor_lufs - c.heard.stream.integrated_lufs;
  return Blend()
      .add(0.35, c.decay())
      .add(0.25, ramp_01(background_lu, -50.0, -10.0))
      .add(0.2, 1.0 - c.steadiness())
      .add(0.2, ramp_01(c.heard.stream.plr_db, 8.0, 20.0))
      .mean();
}

// Energy above 2 kHz beside all of it (P. N. Juslin, "Cue utilization in communication of emotion in music performance", JEP:HPP 26(6), 2000,
// p. 1802, cuts at 3 kHz; ours is where our bands end), and the spectral centroid (E. Schubert & J. Wolfe, "Does timbral brightness scale with
// frequency and spectral centroid?", Acta Acustica united with Acustica 92(5), 2006).
double brightness(const Cues& c) noexcept {
  return Blend().add(0.5, ramp_01(c.band_ratio_db(4, 6, 0, 6), -30.0, -2.0)).add(0.5, c.bright()).mean();
}

// 60 to 500 Hz over 2 to 10 kHz: the body of the sound beside its edge.
double warmth(const Cues& c) noexcept { return ramp_01(c.band_ratio_db(1, 2, 4, 5), -5.0, 30.0); }

// How hard the low end hits: steep rises below 200 Hz, transients left in the mix, and enough low end to feel it. After S. Fenton & H. Lee, "A
// perceptual model of 'punch' based on weighted transient loudness", JAES 67(6), 2019 (transients of the low bands carry punch).
double punch(const Cues& c) noexcept { return Blend().add(0.6, c.low_kick()).add(0.4, c.snap()).mean(); }

// How full spectrum and time are: bands that sound, levels that stay up, many events.
double density(const Cues& c) noexcept { return Blend().add(0.5, c.full()).add(0.25, c.sustained()).add(0.25, c.events()).mean(); }

// 2 to 4 kHz beside everything: what brings a voice to the front (the ear canal's own resonance).
double presence(const Cues& c) noexcept { return ramp_01(c.band_ratio_db(4, 4, 0, 6), -30.0, -5.0); }

// Beating partials (partials.h), on the mean over the song.
double roughness(const Cues& c) noexcept { return c.rough(); }

// How wide and how deep: unlike channels and a long decay. A song in mono is as spacious as its room alone.
double spaciousness(const Cues& c) noexcept {
  const double depth = is_finite(c.room.decay_s) ? c.decay() : 0.0;
  return Blend().add(0.6, ramp_01(c.heard.stereo.width, 0.0, 0.5)).add(0.4, depth).mean();
}

double entropy_bits(const double* shares, int count) noexcept {
  double sum = 0.0, bits = 0.0;
  for (int i = 0; i < count; ++i) sum += shares[i];
  for (int i = 0; i < count && sum > 0.0; ++i)
    if (shares[i] > 0.0) bits -= shares[i] / sum * log2_exact(shares[i] / sum);
  return bits;
}

// How much there is to follow: pitch classes, chords and their changes, melody, and events off the pulse. The facets (tonal, rhythmic, timbral)
// of S. Streich, "Music complexity: a multi-faceted description of audio content", PhD thesis, Universitat Pompeu Fabra, 2006.
double complexity(const Cues& c) noexcept {
  std::array<double, 24> chords{};
  for (const Chord& chord : c.heard.tonality.chords)
    if (chord.root >= 0 && chord.quality != ChordQuality::none)
      chords[static_cast<std::size_t>(2 * chord.root + (chord.quality == ChordQuality::minor ? 1 : 0))] += chord.end_s - chord.start_s;
  const double vocabulary = c.heard.tonality.chords.empty() ? kUnknown : ramp_01(entropy_bits(chords.data(), 24), 0.0, 4.0);
  const double pitches = ramp_01(entropy_bits(c.heard.tonality.chroma.data(), 12), 2.0, 3.585);
  return Blend()
      .add(0.3, pitches)
      .add(0.2, vocabulary)
      .add(0.15, c.harmonic_change())
      .add(0.15, ramp_01(c.trait(Trait::melody_hz), 0.0, 6.0))
      .add(0.2, c.events() * (1.0 - c.pulse()))
      .mean();
}

// Dissonance, minor mode, unclear key, harmony that moves and a sound that keeps changing. Cues of M. M. Farbood, "A parametric, temporal model of
// musical tension", Music Perception 29, 2012.
double tension(const Cues& c) noexcept {
  return Blend()
      .add(0.35, c.rough())
      .add(0.2, 1.0 - clamp_to(c.heard.tonality.tonal_clarity, 0.0, 1.0))
      .add(0.15, 1.0 - c.majorness())
      .add(0.15, c.harmonic_change())
      .add(0.15, ramp_01(c.trait(Trait::activity_db), 0.3, 3.0))
      .mean();
}

// The urge to move: beat salience and event density (G. Madison, F. Gouyon, F. Ullen, K. Hornstrom, "Modeling the tendency for music to induce
// movement in humans", JEP:HPP 37(5), 2011), low-frequency flux (J. Stupacher, M. J. Hove, P. Janata, "Audio features underlying perceived groove and
// sensorimotor synchronization in music", Music Perception 33, 2016), and a swung or syncopated eighth.
double groove(const Cues& c) noexcept {
  const double swing = is_finite(c.heard.rhythm.swing_ratio) ? ramp_01(c.heard.rhythm.swing_ratio, 1.0, 1.8) : 0.0;
  return Blend().add(0.35, c.pulse()).add(0.2, c.events()).add(0.25, c.low_kick()).add(0.1, c.percussion()).add(0.1, swing).mean();
}

// One period kept, a clear pulse and meter, parts that come again.
double regularity(const Cues& c) noexcept {
  return Blend()
      .add(0.35, c.steadiness())
      .add(0.35, c.pulse())
      .add(0.15, clamp_to(c.heard.rhythm.meter_confidence, 0.0, 1.0))
      .add(0.15, clamp_to(c.heard.structure.repetition, 0.0, 1.0))
      .mean();
}

// A line to sing: pitched sound in one key, whose strongest partial moves at a singable pace (up to four steps a second), not broken up by drums.
double melodiousness(const Cues& c) noexcept {
  const double moves_hz = c.trait(Trait::melody_hz);
  const double singable = std::min(ramp_01(moves_hz, 0.1, 1.5), ramp_01(moves_hz, 11.0, 4.0));
  return Blend()
      .add(0.35, ramp_01(c.trait(Trait::tonal), 0.1, 0.95))
      .add(0.25, singable)
      .add(0.2, clamp_to(c.heard.tonality.tonal_clarity, 0.0, 1.0))
      .add(0.2, 1.0 - c.percussion())
      .mean();
}

// Short sounds: what stands above the median over 220 ms, and pieces that begin with a transient.
double percussiveness(const Cues& c) noexcept {
  return Blend().add(0.7, c.percussion()).add(0.3, ramp_01(c.heard.dynamics.transient_ratio, 0.0, 0.4)).mean();
}

// Programme loudness, from a soft recording to the loudest masters.
double loudness(const Cues& c) noexcept { return ramp_01(c.heard.stream.integrated_lufs, -36.0, -6.0); }

// Loud beside soft: over minutes (EBU range), within a phrase, and peaks over the mean.
double dynamics(const Cues& c) noexcept {
  return Blend()
      .add(0.35, ramp_01(c.heard.stream.range_lu, 1.0, 16.0))
      .add(0.3, ramp_01(c.heard.stream.dynamic_range_db, 2.0, 22.0))
      .add(0.35, ramp_01(c.heard.stream.plr_db, 6.0, 20.0))
      .mean();
}

// How well parts stand apart: partials clear of the floor between them, transients, no build-up in the low mids, a short decay, an audible presence
// band.
double clarity(const Cues& c) noexcept {
  return Blend()
      .add(0.35, c.contrast())
      .add(0.2, c.snap())
      .add(0.15, c.share(0, kBands - 1) > 0.0 ? ramp_01(c.share(2, 2), 0.4, 0.03) : kUnknown)
      .add(0.15, is_finite(c.room.decay_s) ? 1.0 - c.decay() : kUnknown)
      .add(0.15, presence(c))
      .mean();
}

// Weight and distortion: a rough, full, sustained sound on a low foundation. After I. Czedik-Eysenberg, D. Knauf, C. Reuter, "'Hardness' as a
// semantic audio descriptor for music using automatic feature extraction", INFORMATIK 2017 (percussive energy, intensity, roughness and noise rather
// than tone).
double heaviness(const Cues& c) noexcept {
  return Blend()
      .add(0.25, c.rough())
      .add(0.2, c.full())
      .add(0.2, c.sustained())
      .add(0.15, ramp_01(c.share(0, 2), 0.3, 0.95))
      .add(0.1, c.percussion())
      .add(0.1, 1.0 - c.contrast())
      .mean();
}

using Definition = double (*)(const Cues&) noexcept;
constexpr std::array<Definition, kFeatures> kDefinitions = {
    energy, valence, danceability, acousticness, instrumentalness, speechiness, liveness, brightness, warmth, punch, density, presence,
    roughness, spaciousness, complexity, tension, groove, regularity, melodiousness, percussiveness, loudness, dynamics, clarity, heaviness};
}  // namespace

MusicReport derive_music(const SongAnalysis& heard, const RoomReport& room, const TextureSummary& texture) {
  MusicReport report;
  report.features.fill(kUnknown);
  if (!is_finite(heard.stream.integrated_lufs) || !is_finite(texture.trait(Trait::fullness))) return report;
  const Cues cues{heard, room, texture};
  for (std::size_t f = 0; f < kFeatures; ++f) report.features[f] = kDefinitions[f](cues);
  describe_production(heard, room, report);
  find_patterns(heard, texture, report);
  return report;
}

}  // namespace ag06::analysis
