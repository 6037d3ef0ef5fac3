"""Makes data/speech/LANGUAGE.bin, the spoken characters of the sound challenge, with espeak-ng.

    python3 make_speech.py [--wav FOLDER] [LANGUAGE ...]

Without a language it makes all of them. With --wav it also writes each clip, as it will be
decoded, for listening. A language is an entry in LANGUAGES and nothing else.

The file, numbers little-endian:

    8 bytes   "humanspk"
    u16       version, 1
    u16       samples a second
    u16       how many characters are spoken
    u16       how many sound-alikes are accepted
    for each character:   u32 code point, u8 number of its clips
    for each sound-alike: u32 code point typed, u32 code point meant
    for each clip, in the order of the characters:
              u16 samples, u8 first step, then 4 bits a sample, the low half of a byte first
    u64       FNV-1a of all that precedes

A sample's 4 bits are its difference from the last one in an adaptive step, as in IMA ADPCM, with
87 steps that grow by a tenth (STEPS below). Decoding starts at zero.
"""

import argparse
import math
import shutil
import struct
import subprocess
import sys
import tempfile
import wave
from dataclasses import dataclass
from operator import mul
from pathlib import Path

ESPEAK = "espeak-ng"
ESPEAK_VERSION = "1.51"
FOLDER = Path(__file__).resolve().parent.parent / "data" / "speech"

MAGIC = b"humanspk"
VERSION = 1

# espeak-ng speaks at twice this rate.
RATE = 11025

# Root mean square of a clip's loud parts, and the peak that it may have, out of 32767.
LOUDNESS = 3600
PEAK = 20000

# A file larger than this is not meant to be embedded.
LARGEST = 400_000


@dataclass(frozen=True)
class Voice:
    """A way of speaking: a voice of espeak-ng, words a minute, pitch from 0 to 99."""

    name: str
    speed: int
    pitch: int


@dataclass(frozen=True)
class Language:
    """What is said for each character that codes are made of, by which voices.

    "alike" maps what a person may type for what was heard to the character that was meant. No two
    spoken characters may be easily taken for each other: of such a group, one is spoken
    and the others are listed here.
    """

    voices: list[Voice]
    spoken: dict[str, str]
    alike: dict[str, str]


LANGUAGES = {
    "en": Language(
        voices=[
            Voice("en-us+klatt2", 130, 45),
            Voice("en-us+klatt4", 138, 75),
            Voice("en-us+klatt3", 132, 25),
            Voice("en-us+m6", 135, 55),
            Voice("en-us+f2", 148, 45),
        ],
        spoken={
            "0": "zero", "1": "one", "2": "two", "3": "three", "4": "four",
            "5": "five", "6": "six", "7": "seven", "8": "eight", "9": "nine",
            "k": "kay", "l": "el", "m": "em", "q": "cue", "r": "ar", "s": "ess",
            "w": "double you", "x": "ex",
        },
        # "three" stands for all that ends in the same vowel, "eight" for "ay" and "aitch",
        # and so on. Every letter and digit that is not spoken has its place here.
        alike={
            **dict.fromkeys("bcdegptvz", "3"),
            **dict.fromkeys("ah", "8"),
            "f": "s", "i": "5", "j": "k", "n": "m", "o": "0", "u": "q", "y": "1",
        },
    ),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wav", type=Path, metavar="FOLDER")
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE")
    arguments = parser.parse_args()
    check_espeak()
    for tag in arguments.languages or LANGUAGES:
        if tag not in LANGUAGES:
            sys.exit(f"no language {tag!r}; there are {', '.join(LANGUAGES)}")
        make(tag, LANGUAGES[tag], arguments.wav)


def make(tag, language, wav_folder):
    check(tag, language)
    clips = {
        character: [encode(even(trim(halve(speak(text, voice))))) for voice in language.voices]
        for character, text in language.spoken.items()
    }
    data = pack(language, clips)
    if len(data) > LARGEST:
        sys.exit(f"{tag}: {len(data)} bytes are more than {LARGEST}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{tag}.bin").write_bytes(data)
    report(tag, clips, len(data))
    if wav_folder:
        write_wavs(wav_folder / tag, clips)


def check_espeak():
    if not shutil.which(ESPEAK):
        sys.exit(f"{ESPEAK} is missing: apt-get install espeak-ng")
    told = subprocess.run([ESPEAK, "--version"], capture_output=True, text=True, check=True).stdout
    if f" {ESPEAK_VERSION} " not in told.replace("\n", " "):
        print(f"note: made for espeak-ng {ESPEAK_VERSION}, this is: {told.strip()}", file=sys.stderr)


def check(tag, language):
    for character in language.spoken:
        if not (character.isascii() and character.isalnum() and character == character.lower()):
            sys.exit(f"{tag}: {character!r} is no lower-case ASCII letter or digit")
    for typed, meant in language.alike.items():
        if len(typed) != 1 or typed in language.spoken or meant not in language.spoken:
            sys.exit(f"{tag}: {typed!r} can't stand for {meant!r}")


def speak(text, voice):
    """The text as espeak-ng says it, a list of samples at twice RATE."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        subprocess.run(
            [ESPEAK, "-v", voice.name, "-s", str(voice.speed), "-p", str(voice.pitch), "-w", path, text],
            check=True,
        )
        with wave.open(str(path)) as spoken:
            if (spoken.getframerate(), spoken.getnchannels(), spoken.getsampwidth()) != (2 * RATE, 1, 2):
                sys.exit(f"{ESPEAK} no longer speaks in 16 bits, mono, at {2 * RATE} Hz")
            frames = spoken.readframes(spoken.getnframes())
    samples = [sample for (sample,) in struct.iter_unpack("<h", frames)]
    if not samples:
        sys.exit(f"{ESPEAK} says nothing for {text!r} with {voice.name}")
    mean = sum(samples) / len(samples)
    return [sample - mean for sample in samples]


def halve(samples):
    """Half the samples, without what half the rate can't hold: a windowed sinc at 0.46 of it."""
    reach = 40
    taps = []
    for at in range(-reach, reach + 1):
        sinc = 0.46 if at == 0 else math.sin(math.pi * 0.46 * at) / (math.pi * at)
        taps.append(sinc * (0.54 + 0.46 * math.cos(math.pi * at / (reach + 1))))
    whole = sum(taps)
    taps = [tap / whole for tap in taps]
    padded = [0.0] * reach + samples + [0.0] * reach
    return [sum(map(mul, taps, padded[at:at + len(taps)])) for at in range(0, len(samples), 2)]


def trim(samples):
    """The samples without silence before and behind, faded in and out."""
    frame = RATE // 200
    levels = [rms(samples[at:at + frame]) for at in range(0, len(samples), frame)]
    floor = max(levels) * 10 ** (-36 / 20)
    loud = [number for number, level in enumerate(levels) if level > floor]
    start = max(0, (loud[0] - 2) * frame)
    kept = samples[start:(loud[-1] + 5) * frame]
    for length, order in ((RATE // 200, 1), (RATE // 60, -1)):
        for at in range(min(length, len(kept))):
            place = at if order == 1 else len(kept) - 1 - at
            kept[place] *= at / length
    return kept


def even(samples):
    """The samples at the common loudness. Peaks that stand out are bent."""
    for _ in range(4):
        gain = LOUDNESS / loudness(samples)
        samples = [bend(sample * gain) for sample in samples]
    return [round(sample) for sample in samples]


def bend(sample):
    knee = PEAK * 0.7
    if abs(sample) <= knee:
        return sample
    return math.copysign(knee + (PEAK - knee) * math.tanh((abs(sample) - knee) / (PEAK - knee)), sample)


def loudness(samples):
    """The root mean square of the frames which are not silent."""
    frame = RATE // 50
    levels = [rms(samples[at:at + frame]) for at in range(0, len(samples), frame)]
    loud = [level for level in levels if level > max(levels) * 10 ** (-26 / 20)]
    return rms(loud)


def rms(samples):
    return math.sqrt(sum(sample * sample for sample in samples) / max(1, len(samples)))


def steps():
    table = [7]
    while table[-1] < 16000:
        table.append(table[-1] + max(1, table[-1] // 10))
    return table


STEPS = steps()
CHANGES = [-1, -1, -1, -1, 2, 4, 6, 8]


def follow(value, at, code):
    """The decoder's next sample and step."""
    difference = (2 * (code & 7) + 1) * STEPS[at] // 8
    value = value - difference if code & 8 else value + difference
    return max(-32768, min(32767, value)), max(0, min(len(STEPS) - 1, at + CHANGES[code & 7]))


@dataclass(frozen=True)
class Clip:
    """An encoded clip, and how it will be heard."""

    first: int
    codes: list[int]
    heard: list[int]


def encode(samples):
    def attempt(first):
        value, at, codes, heard, error = 0, first, [], [], 0
        for sample in samples:
            difference = sample - value
            size = min(7, abs(difference) * 4 // STEPS[at])
            code = size | (8 if difference < 0 else 0)
            value, at = follow(value, at, code)
            codes.append(code)
            heard.append(value)
            error += (sample - value) ** 2
        return error, first, codes, heard

    _, first, codes, heard = min(attempt(first) for first in range(0, 40, 8))
    return Clip(first, codes, heard)


def pack(language, clips):
    parts = [
        MAGIC,
        struct.pack("<HHHH", VERSION, RATE, len(clips), len(language.alike)),
        *(struct.pack("<IB", ord(character), len(variants)) for character, variants in clips.items()),
        *(struct.pack("<II", ord(typed), ord(meant)) for typed, meant in language.alike.items()),
    ]
    for variants in clips.values():
        for clip in variants:
            pairs = clip.codes + [0] * (len(clip.codes) % 2)
            parts.append(struct.pack("<HB", len(clip.codes), clip.first))
            parts.append(bytes(low | high << 4 for low, high in zip(pairs[::2], pairs[1::2])))
    data = b"".join(parts)
    return data + struct.pack("<Q", fnv(data))


def fnv(data):
    checksum = 0xCBF29CE484222325
    for byte in data:
        checksum = (checksum ^ byte) * 0x100000001B3 % (1 << 64)
    return checksum


def report(tag, clips, size):
    def decibels(value):
        return 20 * math.log10(max(value, 1) / 32767)

    print(f"{tag}: {size} bytes; for each clip milliseconds / loudness / peak in dB")
    levels = []
    for character, variants in clips.items():
        told = []
        for clip in variants:
            level, peak = decibels(loudness(clip.heard)), decibels(max(map(abs, clip.heard)))
            levels.append(level)
            told.append(f"{1000 * len(clip.heard) // RATE:4}/{level:.1f}/{peak:.1f}")
        print(f"  {character}  {'  '.join(told)}")
    print(f"  loudness from {min(levels):.2f} to {max(levels):.2f} dB")


def write_wavs(folder, clips):
    folder.mkdir(parents=True, exist_ok=True)
    for character, variants in clips.items():
        for number, clip in enumerate(variants):
            with wave.open(str(folder / f"{character}-{number}.wav"), "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(RATE)
                out.writeframes(struct.pack(f"<{len(clip.heard)}h", *clip.heard))


if __name__ == "__main__":
    main()
