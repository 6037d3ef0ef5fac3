"""The distance in sound of two clips: cepstra, compared along the best alignment in time.

Cepstra of the mel scale (Davis and Mermelstein, 1980) every hundredth of a second, dynamic time
warping with symmetric weights (Sakoe and Chiba, 1978). The unit is the decibel, roughly: the
distance of the spectra at each moment, averaged over the path.

Examples from espeak-ng's clips: Spanish "efe" and "ese" 6, English "eight" and "kay" 10,
Korean "il" and "chil" 11, English "five" and "i" 13, German "zwei" and "drei" 15, English "five" and
"nine" 17, "em" and "en" 17, "one" and "two" 47. So it finds most pairs that people confuse, but not all:
speech_languages.py leaves out further letters by knowledge of the language.
"""

import cmath
import math

# Of two characters whose clips are closer in any voice, only one is spoken.
LEAST = 13.0

# Letters that are closer to another character are not spoken.
LEAST_LETTER = 20.0

WINDOW = 512
BANDS = 24
CEPSTRA = 12
# The loudness of a moment counts for less than its sound.
LOUDNESS = 0.7


def features(samples, rate):
    """The cepstra and the loudness of each hundredth of a second."""
    level = math.sqrt(sum(sample * sample for sample in samples) / len(samples))
    window = [0.54 - 0.46 * math.cos(2 * math.pi * at / (WINDOW - 1)) for at in range(WINDOW)]
    filters = bands(rate)
    moments = []
    for start in range(0, len(samples) - WINDOW, rate // 100):
        frame = [samples[start + at] / level * window[at] for at in range(WINDOW)]
        power = [abs(value) ** 2 for value in transform(frame)[:WINDOW // 2 + 1]]
        energies = [
            10 * math.log10(sum(part * power[at] for at, part in band) + 0.1) for band in filters
        ]
        cepstra = [
            math.sqrt(2 / BANDS) * sum(
                energy * math.cos(math.pi * order * (band + 0.5) / BANDS)
                for band, energy in enumerate(energies)
            )
            for order in range(1, CEPSTRA + 1)
        ]
        moments.append((cepstra, 10 * math.log10(sum(power) + 1)))
    loudest = max(loudness for _, loudness in moments)
    return [[*cepstra, LOUDNESS * (loudness - loudest)] for cepstra, loudness in moments]


def distance(one, other):
    """The distance of the features of two clips."""
    row = [math.inf] * (len(other) + 1)
    row[0] = 0.0
    for moment in one:
        above, row = row, [math.inf]
        for at, second in enumerate(other):
            apart = math.dist(moment, second)
            row.append(min(above[at] + 2 * apart, above[at + 1] + apart, row[at] + apart))
    return row[-1] / (len(one) + len(other))


def closest(clips, rate):
    """The distance of every two characters in the voice in which they are closest, the closest first.

    "clips" maps a character to its samples in each voice.
    """
    heard = {
        character: [features(samples, rate) for samples in variants]
        for character, variants in clips.items()
    }
    characters = list(heard)
    pairs = [
        (min(map(distance, heard[one], heard[other])), one, other)
        for number, one in enumerate(characters)
        for other in characters[number + 1:]
    ]
    return sorted(pairs)


def bands(rate):
    """For each band of the mel scale, which parts of the spectrum it takes, and how much of them."""
    def mel(hertz):
        return 1127 * math.log(1 + hertz / 700)

    low, high = mel(100), mel(0.47 * rate)
    edges = [
        700 * (math.exp((low + (high - low) * at / (BANDS + 1)) / 1127) - 1) for at in range(BANDS + 2)
    ]
    filters = []
    for below, middle, above in zip(edges, edges[1:], edges[2:]):
        parts = []
        for at in range(WINDOW // 2 + 1):
            hertz = at * rate / WINDOW
            part = min((hertz - below) / (middle - below), (above - hertz) / (above - middle))
            if part > 0:
                parts.append((at, part))
        filters.append(parts)
    return filters


def transform(values):
    """The fast Fourier transform (Cooley and Tukey, 1965)."""
    if len(values) == 1:
        return values
    even, odd = transform(values[::2]), transform(values[1::2])
    half = len(even)
    turned = [cmath.exp(-1j * math.pi * at / half) * odd[at] for at in range(half)]
    return [a + b for a, b in zip(even, turned)] + [a - b for a, b in zip(even, turned)]
