"""Makes data/speech/LANGUAGE.bin, the spoken characters of the sound challenge, with espeak-ng.

    python3 make_speech.py [--wav FOLDER] [LANGUAGE ...]

Without a language it makes all of them. With --wav it also writes each decoded clip as a WAV file.
To add a language, add an entry to speech_languages.py.

The format of a file, with little-endian numbers:

    8 bytes   "humanspk"
    u16       version, 2
    u16       samples a second
    u16       number of spoken characters
    u16       number of accepted sound-alikes
    for each character:   u32 code point, u8 number of its clips
    for each sound-alike: u32 code point typed, u32 code point meant
    for each clip, in the order of the characters:
              u16 samples, u8 first step, then 3 bits a sample, eight samples in three bytes
    u64       FNV-1a of all preceding bytes

speech_codec.py describes the 3 bits. Decoding starts at zero.
"""

import argparse
import math
import shutil
import struct
import subprocess
import sys
import tempfile
import wave
from functools import cache
from multiprocessing import Pool
from operator import mul
from pathlib import Path

from speech_codec import encode, packed
from speech_distance import LEAST, LEAST_LETTER, closest
from speech_languages import LANGUAGES

ESPEAK = "espeak-ng"
ESPEAK_VERSION = "1.51"
FOLDER = Path(__file__).resolve().parent.parent / "data" / "speech"

MAGIC = b"humanspk"
VERSION = 2

# The rate of espeak-ng, and the rate of the clips, at which people still recognise an "s".
SPOKEN = 22050
RATE = 16000

# The number of samples on each side from which a sample at the other rate is computed.
REACH = 40

# The root mean square of a clip's loud parts, and its largest peak, out of 32767.
LOUDNESS = 3600
PEAK = 20000

# The largest size of a file, since files are embedded.
LARGEST = 200_000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wav", type=Path, metavar="FOLDER")
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE")
    arguments = parser.parse_args()
    check_espeak()
    tags = arguments.languages or list(LANGUAGES)
    for tag in tags:
        if tag not in LANGUAGES:
            sys.exit(f"no language {tag!r}; there are {', '.join(LANGUAGES)}")
    with Pool() as pool:
        made = pool.starmap(make, [(tag, arguments.wav) for tag in tags], chunksize=1)
    for report, _ in made:
        print(report)
    if any(refused for _, refused in made):
        sys.exit("some languages were refused")


def make(tag, wav_folder):
    """Writes the file of a language. Returns a report, and whether the language was refused."""
    language = LANGUAGES[tag]
    check(tag, language)
    clips = {
        character: [encode(even(trim(resample(speak(text, voice))))) for voice in language.voices]
        for character, text in language.spoken.items()
    }
    data = pack(language, clips)
    heard = {
        character: [clip.heard for clip in variants] for character, variants in clips.items()
    }
    pairs = closest(heard, RATE)
    close = [
        f"{one} and {other}"
        for distance, one, other in pairs
        if distance < (LEAST if (one + other).isdigit() else LEAST_LETTER)
    ]
    text = report(tag, clips, pairs, len(data))
    if wav_folder:
        write_wavs(wav_folder / tag, clips)
    if close:
        return f"{text}\n  REFUSED: {', '.join(close)} sound alike", True
    if len(data) > LARGEST:
        return f"{text}\n  REFUSED: {len(data)} bytes are more than {LARGEST}", True
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{tag}.bin").write_bytes(data)
    return text, False


def check_espeak():
    if not shutil.which(ESPEAK):
        sys.exit(f"{ESPEAK} is missing: apt-get install espeak-ng")
    version = subprocess.run([ESPEAK, "--version"], capture_output=True, text=True, check=True).stdout
    if f" {ESPEAK_VERSION} " not in version.replace("\n", " "):
        print(f"note: made for espeak-ng {ESPEAK_VERSION}, found: {version.strip()}", file=sys.stderr)


def check(tag, language):
    for character in language.spoken:
        if not (character.isascii() and character.isalnum() and character == character.lower()):
            sys.exit(f"{tag}: {character!r} is no lower-case ASCII letter or digit")
    for typed, meant in language.alike.items():
        if len(typed) != 1 or typed in language.spoken or meant not in language.spoken:
            sys.exit(f"{tag}: {typed!r} can't stand for {meant!r}")


def speak(text, voice):
    """The text as espeak-ng speaks it: samples at the rate SPOKEN."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        subprocess.run(
            [ESPEAK, "-v", voice.name, "-s", str(voice.speed), "-p", str(voice.pitch), "-w", path, text],
            check=True,
        )
        with wave.open(str(path)) as spoken:
            if (spoken.getframerate(), spoken.getnchannels(), spoken.getsampwidth()) != (SPOKEN, 1, 2):
                sys.exit(f"{ESPEAK} no longer speaks in 16 bits, mono, at {SPOKEN} Hz")
            frames = spoken.readframes(spoken.getnframes())
    samples = [sample for (sample,) in struct.iter_unpack("<h", frames)]
    if not samples:
        sys.exit(f"{ESPEAK} has no sound for {text!r} with {voice.name}")
    mean = sum(samples) / len(samples)
    return [sample - mean for sample in samples]


def resample(samples):
    """The samples at RATE, by a windowed sinc filter with a cut-off at 0.46 of it."""
    padded = [0.0] * REACH + samples + [0.0] * (REACH + 1)
    count = len(samples) * RATE // SPOKEN
    out = []
    for number in range(count):
        at, phase = divmod(number * SPOKEN, RATE)
        out.append(sum(map(mul, taps(phase), padded[at + 1:at + 1 + 2 * REACH])))
    return out


@cache
def taps(phase):
    """The weights of the samples around a position that is phase / RATE after a sample."""
    cut = 0.46 * RATE / SPOKEN
    weights = []
    for at in range(1 - REACH, REACH + 1):
        away = at - phase / RATE
        sinc = 2 * cut if away == 0 else math.sin(2 * math.pi * cut * away) / (math.pi * away)
        weights.append(sinc * (0.54 + 0.46 * math.cos(math.pi * away / (REACH + 1))))
    whole = sum(weights)
    return [weight / whole for weight in weights]


def trim(samples):
    """The samples without silence at their start and end, faded in and out."""
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
    """The samples at the common loudness, with compressed peaks."""
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
    """The root mean square of the frames that are not silent."""
    frame = RATE // 50
    levels = [rms(samples[at:at + frame]) for at in range(0, len(samples), frame)]
    loud = [level for level in levels if level > max(levels) * 10 ** (-26 / 20)]
    return rms(loud)


def rms(samples):
    return math.sqrt(sum(sample * sample for sample in samples) / max(1, len(samples)))


def pack(language, clips):
    parts = [
        MAGIC,
        struct.pack("<HHHH", VERSION, RATE, len(clips), len(language.alike)),
        *(struct.pack("<IB", ord(character), len(variants)) for character, variants in clips.items()),
        *(struct.pack("<II", ord(typed), ord(meant)) for typed, meant in language.alike.items()),
    ]
    for variants in clips.values():
        for clip in variants:
            parts.append(struct.pack("<HB", len(clip.codes), clip.first))
            parts.append(packed(clip.codes))
    data = b"".join(parts)
    return data + struct.pack("<Q", fnv(data))


def fnv(data):
    checksum = 0xCBF29CE484222325
    for byte in data:
        checksum = (checksum ^ byte) * 0x100000001B3 % (1 << 64)
    return checksum


def report(tag, clips, pairs, size):
    def decibels(value):
        return 20 * math.log10(max(value, 1) / 32767)

    heard = [clip.heard for variants in clips.values() for clip in variants]
    levels = [decibels(loudness(samples)) for samples in heard]
    peak = max(decibels(max(map(abs, samples))) for samples in heard)
    lengths = [1000 * len(samples) // RATE for samples in heard]
    near = ", ".join(f"{one} {other} {distance:.1f}" for distance, one, other in pairs[:8])
    return (
        f"{tag}: {size} bytes, {len(clips)} characters, {len(heard)} clips"
        f" of {min(lengths)} to {max(lengths)} ms\n"
        f"  loudness {min(levels):.1f} to {max(levels):.1f} dB, peak {peak:.1f} dB\n"
        f"  closest: {near}"
    )


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
