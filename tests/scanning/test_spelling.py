"""Words that the engine confuses are mended by their neighbours and marked; what is right stays."""

import random

import pytest

from benchmarks.corpus.words import Words
from scanning.lexicon import lexicon, without_marks
from scanning.pages import PageText, TextLine, Word
from scanning.spelling import mended_number, mended_words


def page(text: str) -> PageText:
    box = (0, 0, 9, 9)
    return PageText(
        tuple(TextLine(tuple(Word(word, 0.9, box) for word in line.split())) for line in text.splitlines())
    )


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Ngòy, thóng, năm sinh", "Ngày, tháng, năm sinh"),
        ("giốy xóc nhộn tình trạng hôn nhân", "giấy xác nhận tình trạng hôn nhân"),
        ("theo quy định của phóp luột", "theo quy định của pháp luật"),
        ("GIẤY XÓC NHẬN", "GIẤY XÁC NHẬN"),
    ],
)
def test_impossible_neighbours_are_mended_and_marked(read: str, meant: str) -> None:
    mended = mended_words(page(read))
    assert mended.text.strip() == meant
    for was, word in zip(read.split(), mended.lines[0].words, strict=True):
        assert word.raw == (was if was != word.text else "")


def test_what_is_right_stays() -> None:
    words = Words(4)
    said = [words.sentence() for _ in range(300)]
    said += [f"{words.name()} sinh ngày {words.date()}, trú tại {words.address()}" for _ in range(300)]
    changed = [
        (word.raw, word.text) for text in said for word in mended_words(page(text)).lines[0].words if word.raw
    ]
    assert len(changed) <= 3, changed


@pytest.mark.parametrize("name", ["H'Hoa Ênuôl", "Y Bdap Krông", "Hoà Lạc", "Hòa Lạc", "Thuý", "Đắk Lắk"])
def test_names_of_other_peoples_and_both_ways_of_placing_a_tone_stay(name: str) -> None:
    assert mended_words(page(f"bà {name} trú tại xã")).text == f"bà {name} trú tại xã\n"


@pytest.mark.parametrize(
    ("read", "meant"),
    [("O35905554400", "035905554400"), ("O5/O2/1952.", "05/02/1952."), ("(2l990)", "(21990)")],
)
def test_letters_among_digits_are_digits(read: str, meant: str) -> None:
    mended = mended_number(Word(read, 0.8, (0, 0, 1, 1)))
    assert (mended.text, mended.raw) == (meant, read)


@pytest.mark.parametrize("word", ["SỐ", "l9", "Isl", "B12", "OLIB", "H29.27.3-261122-0001", "20/11/2026"])
def test_other_words_are_left_alone(word: str) -> None:
    assert mended_number(Word(word, 0.8, (0, 0, 1, 1))).raw == ""


def test_every_known_syllable_is_possible_and_like_itself_without_marks() -> None:
    known = lexicon()
    for syllable in random.Random(1).sample(sorted(known.syllables), 300):
        assert known.is_possible(syllable), syllable
        assert without_marks(syllable).isascii()
    assert not known.is_possible("luôt")
    assert not known.is_possible("ngòy")
