"""The codec of clips: 3 bits for each sample, which encode its difference from a prediction.

The prediction is a weighted sum of the last samples. The weights adapt by the sign-LMS rule of Quite OK
Audio. The step of the difference grows and shrinks with the difference, as in IMA ADPCM.
`humanify/src/challenge/audio/clips.rs` decodes it.
"""

from dataclasses import dataclass


def steps():
    table = [7]
    while table[-1] < 16000:
        table.append(table[-1] + max(1, table[-1] // 10))
    return table


# Steps of the difference: each is a tenth more than the one before.
STEPS = steps()

# The change of the step after a difference of 0 to 3 halves of it.
CHANGES = [-2, 0, 3, 6]

# Weights are fractions of 1 << SHIFT. Each sample changes a weight by its difference >> RATE.
TAPS = 8
SHIFT = 13
RATE = 4


@dataclass(frozen=True)
class Clip:
    """An encoded clip, and its decoded samples."""

    first: int
    codes: list[int]
    heard: list[int]


def encode(samples):
    """The encoded samples, with the first step that gives the least error."""
    return min((attempt(samples, first) for first in (8, 24, 40)), key=lambda pair: pair[0])[1]


def attempt(samples, first):
    weights = [1 << SHIFT] + [0] * (TAPS - 1)
    last = [0] * TAPS
    at, error, codes, heard = first, 0, [], []
    for sample in samples:
        expected = sum(weight * value for weight, value in zip(weights, last)) >> SHIFT
        difference = sample - expected
        step = STEPS[at]
        size = min(3, 2 * abs(difference) // step)
        moved = (2 * size + 1) * step // 4
        code = size
        if difference < 0:
            code, moved = size | 4, -moved
        value = max(-32768, min(32767, expected + moved))
        learned = moved >> RATE
        weights = [
            weight + (learned if old >= 0 else -learned) for weight, old in zip(weights, last)
        ]
        last = [value] + last[:-1]
        at = max(0, min(len(STEPS) - 1, at + CHANGES[size]))
        codes.append(code)
        heard.append(value)
        error += (sample - value) ** 2
    return error, Clip(first, codes, heard)


def packed(codes):
    """Eight codes in three bytes, the first in the lowest bits."""
    out = bytearray()
    for at in range(0, len(codes), 8):
        bits = sum(code << 3 * place for place, code in enumerate(codes[at:at + 8]))
        out += bits.to_bytes(3, "little")
    return bytes(out)
