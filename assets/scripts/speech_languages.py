"""The spoken words for each character in each language, for make_speech.py.

The characters of a language are

- all digits, as people read them out one by one. German uses "zwo" for 2, Chinese "yao" for 1, and Korean
  mixes its two series of numbers, as on the radio, since people confuse the usual words ("zwei" and "drei",
  "yi" and "qi", "il" and "chil");
- Latin letters with one name that all speakers of the language know. A letter with several names ("i
  griega", "ye") or without a name of its own is not spoken. Arabic and Chinese have no letters, since their
  names vary between speakers;
- of two digits whose clips are closer than speech_distance.py allows, only one. Letters need a larger
  distance. Of two letters that people confuse in a noisy room (m and n, f and s), only one is spoken,
  whatever their distance.

"alike" has the typed characters that are accepted for a spoken one: letters that sound the same, the letter
o for the digit 0, and the letter that a keyboard of another script has on the same key.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Voice:
    """A way of speaking: a voice of espeak-ng, words a minute, pitch from 0 to 99."""

    name: str
    speed: int
    pitch: int


@dataclass(frozen=True)
class Language:
    """The spoken words for each character of a code, and the voices that speak them.

    "alike" maps a character that a person may type to the spoken character for which it is accepted.
    """

    voices: list[Voice]
    spoken: dict[str, str]
    alike: dict[str, str]


def three(name, speed=125):
    """A low, a high and a middle voice of one language."""
    return [
        Voice(f"{name}+m3", speed, 40),
        Voice(f"{name}+f4", speed + 8, 50),
        Voice(f"{name}+m6", speed + 4, 58),
    ]


def names(characters, text):
    """The words of a text, each for one character."""
    words = text.split("|")
    if len(words) != len(characters):
        raise ValueError(f"{len(words)} words for {characters!r}")
    return dict(zip(characters, words))


DIGITS = "0123456789"

# Numerals as they are written in Chinese and Japanese.
HAN = names("〇零一二三四五六七八九", "0|0|1|2|3|4|5|6|7|8|9")

LANGUAGES = {
    "ar": Language(
        voices=three("ar", 120),
        # espeak-ng pronounces a digit better than its word, whose vowels are not written.
        spoken=names(DIGITS, "0|1|2|3|4|5|6|7|8|9"),
        alike={"o": "0"},
    ),
    "de": Language(
        voices=three("de"),
        spoken={
            **names(DIGITS, "null|eins|zwo|drei|vier|fünf|sechs|sieben|acht|neun"),
            **names("jkmqvy", "jott|ka|emm|ku|vau|Ypsilon"),
        },
        alike={"o": "0", "a": "k", "h": "k", "l": "m", "n": "m", "u": "q", "x": "6"},
    ),
    "en": Language(
        voices=[
            *three("en-us", 130),
            Voice("en-us+klatt2", 130, 45),
        ],
        spoken={
            **names(DIGITS, "zero|one|two|three|four|five|six|seven|eight|nine"),
            **names("lrsw", "el|ar|ess|double you"),
        },
        # "three" represents the letters that end in the same vowel, "eight" represents "ay" and
        # "aitch", and so on. Every letter that is not spoken is in this table.
        alike={
            **dict.fromkeys("bcdegptvz", "3"),
            **dict.fromkeys("ahjk", "8"),
            "f": "s", "i": "5", "m": "l", "n": "l", "o": "0", "q": "2", "u": "2", "x": "s", "y": "1",
        },
    ),
    "es": Language(
        voices=three("es-419"),
        spoken={
            **names(DIGITS, "cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"),
            **names("hjkq", "hache|jota|ka|cu"),
        },
        alike={"o": "0", "a": "k", "m": "9", "n": "9", "u": "q", "x": "6", "z": "7"},
    ),
    "fr": Language(
        voices=three("fr"),
        spoken={
            **names(DIGITS, "zéro|un|deux|trois|quatre|cinq|six|sept|huit|neuf"),
            **names("mqswy", "èmme|ku|esse|double vé|i grec"),
        },
        alike={"o": "0", "f": "s", "h": "4", "l": "m", "n": "m", "u": "q", "z": "7"},
    ),
    "hi": Language(
        voices=three("hi"),
        spoken={
            **names(DIGITS, "शून्य|एक|दो|तीन|चार|पाँच|छह|सात|आठ|नौ"),
            **names("wy", "डब्ल्यू|वाई"),
        },
        alike={"o": "0", "l": "1", "m": "1", "n": "1", "z": "1", "q": "w", "u": "w", "i": "y"},
    ),
    "it": Language(
        voices=three("it"),
        spoken={
            **names(DIGITS, "zero|uno|due|tre|quattro|cinque|sei|sette|otto|nove"),
            **names("hjlmqwxy", "acca|i lunga|elle|emme|cu|doppia vu|ics|ipsilon"),
        },
        alike={"o": "0", "n": "m", "u": "q", "k": "h", "z": "0"},
    ),
    "ja": Language(
        voices=three("ja"),
        spoken={
            **names(DIGITS, "ぜろ|いち|に|さん|よん|ご|ろく|なな|はち|きゅう"),
            **names("kwy", "けー|だぶりゅー|わい"),
        },
        alike={
            "o": "0", "a": "k", "j": "k", "h": "1", "m": "9", "n": "9", "q": "9", "u": "9", "x": "9",
            "r": "w", **HAN,
        },
    ),
    "ko": Language(
        voices=three("ko"),
        spoken={
            **names(DIGITS, "공|하나|둘|삼|넷|오|여섯|칠|팔|아홉"),
            **names("klswy", "케이|엘|에스|더블유|와이"),
        },
        alike={
            "o": "0", "a": "k", "h": "k", "j": "k", "f": "s", "x": "s", "m": "l", "n": "l", "q": "2",
            "u": "2", "i": "y", "r": "8", **names("공영일이둘삼사넷오육칠팔구", "0|0|1|2|2|3|4|4|5|6|7|8|9"),
        },
    ),
    "pt": Language(
        voices=three("pt-br"),
        spoken={
            **names(DIGITS, "zero|um|dois|três|quatro|cinco|seis|sete|oito|nove"),
            **names("hjmxy", "agá|jota|eme|xis|ípsilon"),
        },
        alike={"o": "0", "n": "m", "w": "4"},
    ),
    "ru": Language(
        voices=three("ru"),
        spoken={
            **names(DIGITS, "ноль|один|два|три|четыре|пять|шесть|семь|восемь|девять"),
            **names("mqswxy", "эм|ку|эс|дубль вэ|икс|игрек"),
        },
        # The Cyrillic letters sound or look the same.
        alike={
            "o": "0", "a": "2", "k": "2", "n": "m", "f": "s", "u": "q", "i": "x", "z": "9",
            **names("окамнсфхуз", "0|2|2|m|m|s|s|x|y|9"),
        },
    ),
    "zh-CN": Language(
        voices=three("cmn-latn-pinyin", 120),
        spoken=names(DIGITS, "ling2|yao1|er4|san1|si4|wu3|liu4|qi1|ba1|jiu3"),
        alike={"o": "0", **HAN, "幺": "1", "两": "2"},
    ),
}
