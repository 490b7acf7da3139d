"""The packages of free music and speech that the corpus is made of, and how each is read. Genre labels stand in labels.csv, tempo and key come from projects and MIDI files."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    package: str
    kind: str  # audio, zip (of audio), module, stems, midi, wad, lmms, hydrogen, styles, speech
    include: str  # regular expression on the path inside the package; speech: its first group names the voice


AUDIO = r"\.(ogg|oga|opus|mp3|flac|wav)$"

SOURCES = [
    Source("fretsonfire-songs-sectoid", "stems", r"songs/.*/notes\.mid$"),
    Source("fretsonfire-songs-muldjord", "stems", r"songs/.*/notes\.mid$"),
    Source("openttd-openmsx", "midi", r"\.mid$"),
    Source("freedoom", "wad", r"freedoom[12]\.wad$"),
    Source("lmms-common", "lmms", r"/(demos|shorties)/.*\.mmpz?$"),
    Source("hydrogen-data", "hydrogen", r"demo_songs/.*\.h2song$"),
    Source("mma", "styles", r"usr/(bin/mma$|share/mma/)"),
    Source("wesnoth-1.16-music", "audio", AUDIO),
    Source("warzone2100-music", "audio", AUDIO),
    Source("ufoai-music", "zip", r"0music\.pk3$"),
    Source("supertux-data", "audio", r"/music/.*" + AUDIO),
    Source("supertuxkart-data", "audio", r"/music/.*" + AUDIO),
    Source("hedgewars-data", "audio", r"/Music/.*" + AUDIO),
    Source("nexuiz-music", "zip", r"music\.pk3$"),
    Source("singularity-music", "audio", AUDIO),
    Source("hyperrogue-music", "audio", AUDIO),
    Source("widelands-data", "audio", r"/music/.*" + AUDIO),
    Source("megaglest-data", "audio", r"/music/.*" + AUDIO),
    Source("lincity-ng-data", "audio", r"/music/.*" + AUDIO),
    Source("freedroidrpg-data", "audio", r"/music/.*" + AUDIO),
    Source("asc-music", "audio", AUDIO),
    Source("xmoto-data", "audio", AUDIO),
    Source("trigger-rally-data", "zip", r"data\.zip$"),
    Source("endless-sky-data", "audio", AUDIO),
    Source("colobot-common-sounds", "audio", r"/music/.*" + AUDIO),
    Source("frozen-bubble-data", "audio", AUDIO),
    Source("extremetuxracer-data", "audio", AUDIO),
    Source("blobwars-data", "audio", r"/music/"),
    Source("starfighter-data", "audio", AUDIO),
    Source("openclonk-data", "audio", AUDIO),
    Source("unknown-horizons", "audio", r"/music/.*" + AUDIO),
    Source("fillets-ng-data", "audio", r"/music/.*" + AUDIO),
    Source("pingus-data", "module", r"/music/.*\.(it|s3m|xm|mod)$"),
    Source("tomatoes-data", "module", r"/music/.*\.(it|s3m|xm|mod)$"),
    # Speech: short clips of one voice joined to a minute of talk. The group names the voice.
    Source("pocketsphinx-testdata", "speech", r"/(librivox)/.*\.wav$"),
    Source("asterisk-core-sounds-en-wav", "speech", r"/sounds/(en_US_f_Allison)/[^/]*\.wav$"),
    Source("asterisk-core-sounds-fr-wav", "speech", r"/sounds/(fr_CA_f_June)/[^/]*\.wav$"),
    Source("ktuberling-data", "speech", r"/sounds/([a-z_A-Z@]+)/[^/]*\.(ogg|wav|opus|mp3)$"),
    Source("klettres-data", "speech", r"/klettres/([a-zA-Z_]+)/[^/]*/[^/]*\.ogg$"),
    Source("fillets-ng-data", "speech", r"/sound/[^/]+/(en|nl|cs)/[^/]*\.ogg$"),
    Source("hedgewars-data", "speech", r"/Sounds/voices/([^/]+)/[^/]*\.ogg$"),
    Source("unknown-horizons", "speech", r"/audio/voice/([a-z]+/\d+)/.*\.ogg$"),
]
