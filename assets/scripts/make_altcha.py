#!/usr/bin/env python3
"""Makes data/altcha/ from the npm package `altcha`: the widget's script, its worker for
SHA-256, its style sheet, and its texts in humanify's twelve languages.

Run it with Python 3.11 and npm:

    python3 assets/scripts/make_altcha.py

The package's files are kept byte for byte, except for the texts: the file of each language
contains the same code of the framework, so only its texts are taken.
"""

import pathlib
import re
import subprocess
import tarfile
import tempfile

VERSION = "3.2.2"
# The package's names for the languages that are not its built-in English.
LANGUAGES = ["ar", "de", "es-es", "fr-fr", "hi", "it", "ja", "ko", "pt-br", "ru", "zh-cn"]
DATA = pathlib.Path(__file__).parent.parent / "data" / "altcha"


def texts(source: str) -> str:
    """The last two statements of a language's file: the definition of the texts, and their registration."""
    start = source.rindex("const i18n = {")
    statements = source[start:].strip()
    if not re.fullmatch(r"const i18n = \{\n.*\n\};\nglobalThis\.\$altcha\.i18n\.set\(\"[a-z-]+\", i18n\);", statements, re.S):
        raise SystemExit("the package's texts have another form than expected")
    return "{" + statements + "}\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", "--silent", f"altcha@{VERSION}"], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        archive = tarfile.open(pathlib.Path(folder) / f"altcha-{VERSION}.tgz")

        def read(name: str) -> bytes:
            return archive.extractfile(f"package/{name}").read()

        DATA.mkdir(parents=True, exist_ok=True)
        for name, path in [
            ("widget.js", "dist/external/altcha.min.js"),
            ("worker.js", "dist/workers/sha.js"),
            ("style.css", "dist/external/altcha.css"),
            ("LICENSE", "LICENSE.txt"),
        ]:
            (DATA / name).write_bytes(read(path))
        all_texts = [texts(read(f"dist/i18n/{language}.js").decode()) for language in LANGUAGES]
        (DATA / "texts.js").write_text("".join(all_texts), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
