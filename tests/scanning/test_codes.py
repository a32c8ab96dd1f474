"""Codes in pictures: seeded photographs of cards, two at once, barcodes with their place, and nothing invented."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image

from benchmarks.corpus.cards import BACK_SHOTS, SHOTS, Photograph, photograph, shot_named
from scanning import codes
from scanning.cards import parse_card_text
from scanning.code_views import busy_areas, overlap
from scanning.codes import codes_in, codes_in_patiently, machine_readable_zones
from scanning.errors import WrongCheckDigit
from scanning.pages import FoundCode, Pixels
from scanning.samples.cards import print_card_front
from scanning.samples.people import invented_person
from scanning.samples.sheets import declaration_for, print_declaration

FRAME = ((1600, 1200),)


def taken(name: str, seed: int) -> Photograph:
    """One of the benchmark's conditions in a picture of moderate size."""
    shot = shot_named(name, module_px=(3.6, 4.4), frames=FRAME)
    return photograph(shot, 900_000 + seed, is_front=True)


def test_damaged_cards_are_read_exactly_or_not_at_all() -> None:
    """A picture of every other condition; the benchmark has the figures over all."""
    names = [shot.name for shot in SHOTS if shot.cards == 1 and not shot.is_copy][::2]
    missed = []
    for name in names:
        photo = taken(name, 1)
        found = codes_in(photo.pixels) or codes_in_patiently(photo.pixels)
        assert {code.text for code in found} <= {photo.people[0].qr_payload()}
        assert {code.form for code in found} <= {"QRCode"}
        missed += [] if found else [name]
    assert len(missed) <= 1, missed


@pytest.mark.parametrize("name", ["motion", "out of focus", "low light"])
def test_damage_that_hides_a_code_from_a_first_look_is_undone(name: str) -> None:
    """The search earns its time: somewhere among a few pictures the first look fails and the search does not."""
    shot = shot_named(name, module_px=(4.0, 5.0), frames=FRAME)
    hidden = 0
    for seed in range(3):
        photo = photograph(shot, 910_000 + seed, is_front=True)
        truth = photo.people[0].qr_payload()
        first = [code.text for code in codes_in(photo.pixels)]
        patient = [code.text for code in codes_in_patiently(photo.pixels)]
        assert set(first) | set(patient) <= {truth}
        hidden += not first and patient == [truth]
    assert hidden >= 1


def test_the_box_lies_where_the_code_is() -> None:
    card = np.asarray(print_card_front(invented_person(5)).image)
    picture = np.full((1200, 1600, 3), 90, np.uint8)
    picture[300 : 300 + card.shape[0], 200 : 200 + card.shape[1]] = card
    # 17.5 mm of code, 65.8 mm from the left and 7.6 mm from the top, two modules of white around.
    expected = (200 + 777, 300 + 90, 200 + 984, 300 + 296)
    (sharp,) = codes_in(picture)
    assert overlap(sharp.box, expected) > 0.75
    blurred = cv2.GaussianBlur(picture, (0, 0), 2.6).astype(np.uint8)
    assert codes_in(blurred) == ()
    (found,) = codes_in_patiently(blurred)
    assert found.text == sharp.text
    assert overlap(found.box, sharp.box) > 0.85
    assert max(overlap(area, sharp.box) for area in busy_areas(blurred[..., 1])) > 0.4


def test_two_cards_are_both_read_though_one_is_blurred() -> None:
    picture = np.full((1000, 2300, 3), 70, np.uint8)
    for place, seed in enumerate((11, 12)):
        card = np.asarray(print_card_front(invented_person(seed)).image)
        if place:
            card = cv2.GaussianBlur(card, (0, 0), 2.2).astype(np.uint8)
        picture[180 : 180 + card.shape[0], 60 + place * 1150 : 60 + place * 1150 + card.shape[1]] = card
    assert {c.text for c in codes_in_patiently(picture)} == {
        invented_person(n).qr_payload() for n in (11, 12)
    }


def test_pictures_without_a_code_give_none(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = np.random.default_rng(4)
    noise = dice.integers(0, 256, (500, 700, 3)).astype(np.uint8)
    page = np.asarray(print_declaration(declaration_for(invented_person(1), invented_person(2))).image)
    page = cv2.resize(page, (1240, 1754), interpolation=cv2.INTER_AREA).astype(np.uint8)
    board = np.kron(dice.integers(0, 2, (49, 49)), np.ones((5, 5))).astype(np.uint8) * 255
    monkeypatch.setattr(codes, "PATIENCE_S", 0.6)
    for picture in (noise, page, np.repeat(board[..., None], 3, axis=2), np.zeros((40, 40, 3), np.uint8)):
        assert codes_in(picture) == ()
        assert codes_in_patiently(picture) == ()


def test_the_search_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that jumps at each look stands for a slow machine: the search stops at its limit."""
    looks: list[float] = []

    class Clock:
        @staticmethod
        def thread_time() -> float:
            looks.append(0.25)
            return sum(looks)

    monkeypatch.setattr(codes, "time", Clock)
    noise = np.random.default_rng(4).integers(0, 256, (500, 700, 3)).astype(np.uint8)
    assert codes_in_patiently(noise) == ()
    assert len(looks) <= codes.PATIENCE_S / 0.25 + 5


def qr(text: str, *, encoding: str | None = None) -> Pixels:
    target = io.BytesIO()
    segno.make(text, error="m", encoding=encoding).save(target, kind="png", scale=5, border=4)
    return np.asarray(Image.open(target).convert("RGB"))


def test_the_card_of_2024_with_twelve_fields() -> None:
    text = (
        invented_person(8).qr_payload()
        + "|Nguyễn Văn Cha|Trần Thị Mẹ|phường Tân Lập, tỉnh Đắk Lắk|01012044|X"
    )
    assert text.count("|") == 11
    picture = np.pad(qr(text, encoding="utf-8"), ((90, 90), (60, 60), (0, 0)), constant_values=215)
    for view in (picture, cv2.GaussianBlur(picture, (0, 0), 2.4).astype(np.uint8)):
        (code,) = codes_in(view) or codes_in_patiently(view)
        card = parse_card_text(code.text)
        assert (card.personal_id, card.issued) == (invented_person(8).personal_id, invented_person(8).issued)


def test_the_code_on_a_receipt() -> None:
    code = qr("H15.24.3-261122-0047")
    page = np.full((1754, 1240, 3), 252, np.uint8)
    small = cv2.resize(
        code, (118, 118), interpolation=cv2.INTER_AREA
    )  # 19 mm at 150 dpi, quiet zone included
    page[270:388, 700:818] = small
    blurred = cv2.GaussianBlur(page, (0, 0), 1.0).astype(np.uint8)
    (found,) = codes_in(blurred) or codes_in_patiently(blurred)
    assert found.text == "H15.24.3-261122-0047"


@pytest.mark.parametrize(
    ("form", "text"), [("Code128", "EL123456789VN"), ("PDF417", "H15.24.3-261122-0047|Nguyễn Thị Mẫu")]
)
@pytest.mark.parametrize("turn", [0, 1, 2])
def test_barcodes_come_with_form_and_place(form: str, text: str, turn: int) -> None:
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, form))
    bars = np.asarray(made.to_image(scale=3))
    if form == "Code128":
        bars = np.repeat(bars[:1], 110, axis=0)
    page = np.full((3508, 2480, 3), 250, np.uint8)
    height, width = bars.shape[:2]
    page[400 : 400 + height, 900 : 900 + width] = bars.reshape(height, width, 1)
    page = np.ascontiguousarray(np.rot90(page, turn))
    (code,) = codes_in(page)
    assert (code.form, code.text) == (form, text)
    if turn == 0:
        left, top, right, bottom = code.box
        assert 880 <= left < right <= 920 + width
        assert 380 <= top <= bottom <= 420 + height


def test_a_spoilt_code_is_never_read_as_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules turned at random, more and more: exact or nothing."""
    truth = invented_person(21).qr_payload()
    clean = qr(truth, encoding="utf-8")
    monkeypatch.setattr(codes, "PATIENCE_S", 0.6)
    for step in range(6):
        dice = np.random.default_rng(step)
        spots = (
            np.kron(dice.random((clean.shape[0] // 5, clean.shape[1] // 5)) < 0.02 * step, np.ones((5, 5)))
            > 0
        )
        spoilt = clean.copy()
        part = spoilt[: spots.shape[0], : spots.shape[1]]
        part[spots] = 255 - part[spots]
        looks: tuple[Callable[[Pixels], tuple[FoundCode, ...]], ...] = (codes_in, codes_in_patiently)
        for look in looks:
            assert {code.text for code in look(spoilt)} <= {truth}


@pytest.mark.parametrize("name", [shot.name for shot in BACK_SHOTS[::2]])
def test_the_zone_is_read_straight_from_a_photograph(name: str) -> None:
    """The check digits choose among the readings; none that they accept is of another person."""
    shot = shot_named(name, module_px=(3.6, 4.2), frames=FRAME)
    photo = photograph(shot, 920_003, is_front=False)
    person = photo.people[0]
    accepted = []
    for zone in machine_readable_zones(cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8), 300):
        try:
            accepted.append(parse_card_text(zone))
        except WrongCheckDigit:
            continue
        break
    assert [(card.personal_id, card.birth_date, card.sex) for card in accepted] == [
        (person.personal_id, person.birth_date, person.sex)
    ]


def test_a_picture_without_a_zone_gives_none() -> None:
    page = np.full((900, 1400), 240, np.uint8)
    assert list(machine_readable_zones(page, 300)) == []
    for row in range(3):
        cv2.putText(page, "MOT CUA LIEN THONG 12345", (100, 300 + row * 60), cv2.FONT_HERSHEY_PLAIN, 3, 30, 3)
    assert list(machine_readable_zones(page, 300)) == []
