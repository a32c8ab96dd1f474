"""Reads pictures with the Tesseract engine, always in child processes of one thread each; returns words with their boxes.

Which way it is called is settled in `_models_kept_loaded` alone: with `tesserocr` the engine stays loaded in processes of
our own; where that cannot be loaded or the models are not found, the system's program is started for each page.
"""

import csv
import io
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scanning import engine_program, engine_workers
from scanning.errors import LanguageMissing, OcrFailed, TesseractMissing
from scanning.pages import PageText, Pixels, TextLine, Word

LANGUAGE = "vie"
PAGE_TIMEOUT_S = 90.0
_ORIENTATION = "osd"
_ORIENTATION_MODE = 0
_ORIENTATION_CONFIDENCE = 1.0
_COLUMNS = (
    "level", "page_num", "block_num", "par_num", "line_num", "word_num",
    "left", "top", "width", "height", "conf", "text",
)  # fmt: skip


def never() -> bool:
    return False


def check() -> tuple[bool, str]:
    """For the doctor: version, way of calling and languages, or what is missing and how to mend it."""
    try:
        models, version, languages = _models_kept_loaded(), _version(), _languages()
    except TesseractMissing as error:
        return False, str(error)
    if LANGUAGE not in languages:
        return False, str(LanguageMissing(LANGUAGE))
    if _ORIENTATION not in languages:
        return (
            False,
            "Tesseract thiếu dữ liệu xác định chiều trang; hãy chạy: sudo apt install tesseract-ocr-osd",
        )
    way = "giữ sẵn trong bộ nhớ" if models else "mở lại ở mỗi trang, chậm hơn"
    return True, f"Tesseract {version} ({way}), ngôn ngữ: {', '.join(languages)}"


def engine() -> str:
    """Which engine and which language read the pages: noted with each digitised paper. Raises TesseractMissing."""
    return f"Tesseract {_version()}, {LANGUAGE}"


def read_words(
    ink: Pixels,
    dpi: int,
    *,
    page_mode: int = 6,
    language: str = LANGUAGE,
    whitelist: str = "",
    timeout_s: float = PAGE_TIMEOUT_S,
    cancelled: Callable[[], bool] = never,
) -> PageText:
    """All words of a cleaned grey picture, line by line in the engine's reading order.

    `page_mode` 6 takes the page as one block: measured best once rules are gone, see the decision on scanning.
    Raises TesseractMissing, LanguageMissing, OcrTimedOut, OcrFailed, Cancelled.
    """
    if models := _models_kept_loaded():
        facts = _facts(models, language, page_mode, dpi, whitelist)
        return _parsed(str(_answer(facts, ink, timeout_s, cancelled)["words"]))
    arguments = ["-l", language, "--psm", str(page_mode), "--dpi", str(dpi)]
    if whitelist:
        arguments += ["-c", f"tessedit_char_whitelist={whitelist}"]
    table = engine_program.run([*arguments, "tsv"], ink, timeout_s, cancelled)
    return _parsed(table.partition("\n")[2])


def upright_turn(grey: Pixels, dpi: int, *, cancelled: Callable[[], bool] = never) -> int | None:
    """Degrees clockwise that set the text upright: 0, 90, 180 or 270; None where the engine cannot tell.

    Raises what `read_words` raises, but for OcrFailed.
    """
    try:
        if models := _models_kept_loaded():
            facts = _facts(models, _ORIENTATION, _ORIENTATION_MODE, dpi)
            told = _answer(facts, grey, PAGE_TIMEOUT_S, cancelled)["orientation"]
            turn, confidence = (-told["orient_deg"], told["orient_conf"]) if told else (0, 0.0)
        else:
            arguments = ["-l", _ORIENTATION, "--psm", str(_ORIENTATION_MODE), "--dpi", str(dpi)]
            answer = engine_program.run(arguments, grey, PAGE_TIMEOUT_S, cancelled)
            found = re.search(r"^Rotate: (\d+)\s+Orientation confidence: ([\d.]+)", answer, re.MULTILINE)
            turn, confidence = (int(found[1]), float(found[2])) if found else (0, 0.0)
    except OcrFailed:
        return None
    return turn % 360 if confidence >= _ORIENTATION_CONFIDENCE else None


def _models_kept_loaded() -> Path | None:
    """The folder of models for the engine that stays loaded; None where the program has to be started for each page.

    Raises TesseractMissing.
    """
    if os.environ.get("MOTCUA_ENGINE") == "program":
        return None
    models = engine_program.models()
    return models if models is not None and engine_workers.version() is not None else None


def _version() -> str:
    return str(engine_workers.version()) if _models_kept_loaded() else engine_program.version()


def _languages() -> tuple[str, ...]:
    models = _models_kept_loaded()
    if models is None:
        return engine_program.languages()
    return tuple(sorted(path.stem for path in models.glob("*.traineddata")))


def _facts(models: Path, language: str, page_mode: int, dpi: int, whitelist: str = "") -> dict[str, Any]:
    return {
        "models": str(models),
        "language": language,
        "page_mode": page_mode,
        "dpi": dpi,
        "whitelist": whitelist,
    }


def _answer(
    facts: dict[str, Any], picture: Pixels, timeout_s: float, cancelled: Callable[[], bool]
) -> dict[str, Any]:
    answer = engine_workers.ask(facts, picture, timeout_s=timeout_s, cancelled=cancelled)
    if "missing" in answer:
        raise LanguageMissing(answer["missing"])
    if "failed" in answer:
        raise OcrFailed
    return answer


def _parsed(table: str) -> PageText:
    lines: dict[tuple[str, str, str, str], list[Word]] = {}
    for row in csv.DictReader(io.StringIO(table), _COLUMNS, delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] != "5" or not (text := _composed(row["text"] or "")):
            continue
        left, top = int(row["left"]), int(row["top"])
        box = (left, top, left + int(row["width"]), top + int(row["height"]))
        key = (row["page_num"], row["block_num"], row["par_num"], row["line_num"])
        lines.setdefault(key, []).append(Word(text, float(row["conf"]) / 100, box))
    return PageText(tuple(TextLine(tuple(words)) for words in lines.values()))


def _composed(text: str) -> str:
    """In NFC; the engine writes the stroke in "35/4" as a fraction's, which no keyboard has."""
    return unicodedata.normalize("NFC", text).replace("\N{FRACTION SLASH}", "/").strip()
