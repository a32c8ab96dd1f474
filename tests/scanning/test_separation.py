"""Stacks cut at cover sheets: sheets drawn by us, scanned badly, and any order of pages between them."""

import io
from collections.abc import Iterator

import numpy as np
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from scanning.cover_sheets import as_pdf, cover_sheet
from scanning.device_errors import PaperJam
from scanning.pages import ScannedPage
from scanning.patch_codes import PATTERNS, patch_on
from scanning.samples.damage import Damage, damaged
from scanning.samples.people import invented_person
from scanning.samples.sheets import declaration_for, print_declaration
from scanning.separation import Separator, SeparatorKind, parse_separator, separated, separator_on

DOSSIER = Separator(SeparatorKind.DOSSIER, "1.004873")
COMPONENT = Separator(SeparatorKind.COMPONENT, "to-khai")
PAPER = Separator(SeparatorKind.PAPER)
BAD = Separator(SeparatorKind.UNREADABLE)


def scanned(image: Image.Image, damage: Damage | None = None, seed: int = 1, name: str = "") -> ScannedPage:
    harmed = damaged(image.convert("RGB"), damage or Damage(), seed)
    return ScannedPage(np.asarray(harmed), 150, name, "")


def small(image: Image.Image) -> Image.Image:
    """As scanned at 150 dpi."""
    return image.resize((1240, 1754), Image.Resampling.BOX)


@pytest.fixture(scope="module")
def declaration() -> Image.Image:
    return small(print_declaration(declaration_for(invented_person(3), invented_person(4))).image)


@pytest.mark.parametrize(
    "damage",
    [
        Damage(),
        Damage(quarter_turns=2, noise=15),
        Damage(skew_degrees=4, jpeg_quality=40),
        Damage(quarter_turns=1, skew_degrees=-2, shadow=0.5),
        Damage(black_border=60, contrast=0.5, blur=1.0),
        Damage(phone=True),
    ],
)
@pytest.mark.parametrize("separator", [DOSSIER, COMPONENT, PAPER])
def test_a_cover_sheet_is_known_however_it_was_scanned(separator: Separator, damage: Damage) -> None:
    assert separator_on(scanned(small(cover_sheet(separator, "Tờ khai đăng ký")), damage)) == separator


@pytest.mark.parametrize("damage", [Damage(), Damage(skew_degrees=2, noise=20, salt=0.01), Damage(blur=1.6)])
def test_ordinary_pages_are_no_separators(declaration: Image.Image, damage: Damage) -> None:
    assert separator_on(scanned(declaration, damage)) is None
    table = declaration.copy()
    draw = ImageDraw.Draw(table)
    for line in range(300, 1500, 12):  # a ruled sheet, and thick even bars
        draw.rectangle((100, line, 1140, line + (6 if line < 900 else 2)), fill="black")
    assert separator_on(scanned(table, damage)) is None


def test_a_blank_page_has_no_patch() -> None:
    assert patch_on(np.full((800, 600), 255, np.uint8)) is None
    assert patch_on(np.zeros((800, 600), np.uint8)) is None


def test_every_patch_is_told_from_the_others_in_both_directions() -> None:
    turned = {"1": "6", "2": "2", "3": "T", "4": "4", "6": "1", "T": "3"}
    for name, pattern in PATTERNS.items():
        sheet = Image.new("L", (850, 1100), 255)
        draw, top = ImageDraw.Draw(sheet), 40
        for letter in pattern:
            thick = 20 if letter == "W" else 8
            draw.rectangle((300, top, 550, top + thick - 1), fill=0)
            top += thick + 8
        assert patch_on(np.asarray(sheet)) == name
        assert patch_on(np.asarray(sheet.rotate(180))) == turned[name]
        assert patch_on(np.asarray(sheet.rotate(90, expand=True))) in (name, turned[name])


def test_a_sheet_whose_codes_are_torn_off_is_noticed() -> None:
    sheet = small(cover_sheet(DOSSIER))
    ImageDraw.Draw(sheet).rectangle((0, 550, 1240, 1754), fill=255)
    assert separator_on(scanned(sheet)) == BAD
    torn = small(cover_sheet(DOSSIER))
    ImageDraw.Draw(torn).rectangle((0, 550, 1240, 1500), fill=200)  # two corners are left
    assert separator_on(scanned(torn)) == DOSSIER


def test_a_stack_of_real_pictures_is_cut(declaration: Image.Image) -> None:
    images = [
        declaration,
        small(cover_sheet(DOSSIER)),
        small(cover_sheet(COMPONENT)),
        declaration,
        declaration,
    ]
    images += [small(cover_sheet(PAPER)), declaration]
    stack = [scanned(image, Damage(skew_degrees=1), name=str(n)) for n, image in enumerate(images)]
    parts = list(separated(stack))
    assert [[page.name for page in part.pages] for part in parts] == [["0"], ["3", "4"], ["6"]]
    assert [(p.dossier, p.component, p.opens_dossier) for p in parts] == [
        (None, None, False),
        ("1.004873", "to-khai", True),
        ("1.004873", None, False),
    ]
    assert all(part.troubles == () for part in parts)


def test_sheets_are_printed_as_a4() -> None:
    with pikepdf.open(io.BytesIO(as_pdf([cover_sheet(DOSSIER), cover_sheet(PAPER)]))) as pdf:
        assert len(pdf.pages) == 2
        assert [round(float(edge)) for edge in pdf.pages[0].mediabox] == [0, 0, 595, 842]


@pytest.mark.parametrize("code", ["", "có dấu", "a|b", "x" * 65, "a\n"])
def test_a_code_that_could_not_be_read_back_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="MC1"):
        cover_sheet(Separator(SeparatorKind.COMPONENT, code))


def test_an_unreadable_kind_is_not_drawn() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the kind itself is the message
        cover_sheet(BAD)


@given(st.sampled_from("DC"), st.from_regex(r"[0-9A-Za-z.:_/-]{1,64}", fullmatch=True))
def test_payloads_are_read_back(kind: str, code: str) -> None:
    separator = Separator(SeparatorKind(kind), code)
    assert parse_separator(separator.payload) == separator


@given(st.text(max_size=30))
def test_foreign_codes_are_no_separators(text: str) -> None:
    assert parse_separator(text) is None or text.startswith("MC1|")
    assert parse_separator("MC1|X|" + text) == BAD


items = st.one_of(
    st.none(),
    st.just(BAD),
    st.just(PAPER),
    st.builds(Separator, st.just(SeparatorKind.DOSSIER), st.sampled_from(("1.1", "2.2"))),
    st.builds(Separator, st.just(SeparatorKind.COMPONENT), st.sampled_from(("a", "b"))),
)


def stack_of(plan: list[Separator | None]) -> list[ScannedPage]:
    white, black = np.full((4, 4, 3), 255, np.uint8), np.zeros((4, 4, 3), np.uint8)
    return [ScannedPage(white if n % 3 else black, None, str(n), "", n) for n, _ in enumerate(plan)]


@given(st.lists(items, max_size=25), st.booleans())
def test_every_page_comes_out_once_and_in_order(plan: list[Separator | None], both_sides: bool) -> None:
    stack = stack_of(plan)
    parts = list(separated(stack, both_sides=both_sides, look=lambda page: plan[page.number]))
    assert [page for part in parts for page in (*part.sheets, *part.pages)] == stack
    for part in parts:
        assert part.sheets or part.pages
        assert bool(part.troubles) == (not part.pages or any(plan[p.number] is BAD for p in part.pages))
        # Nothing but what can be read as a separator is taken out of the paper.
        assert all(plan[p.number] in (None, BAD) for p in part.pages)
        if not both_sides:
            assert all(plan[p.number] not in (None, BAD) for p in part.sheets)
    said = [s for s in plan if s is not None and s.kind in (SeparatorKind.DOSSIER, SeparatorKind.COMPONENT)]
    assert sum(part.opens_dossier for part in parts) == sum(s.kind is SeparatorKind.DOSSIER for s in said)
    assert sum(part.component is not None for part in parts) == sum(
        s.kind is SeparatorKind.COMPONENT for s in said
    )


def test_what_came_before_a_jam_is_not_lost() -> None:
    stack = stack_of([DOSSIER, None, None])

    def jamming() -> Iterator[ScannedPage]:
        yield from stack
        raise PaperJam

    parts = separated(jamming(), look=lambda page: DOSSIER if page.number == 0 else None)
    assert next(parts).pages == tuple(stack[1:])
    with pytest.raises(PaperJam):
        next(parts)


def test_the_blank_back_of_a_sheet_is_no_page() -> None:
    white = np.full((1754, 1240, 3), 255, np.uint8)
    stack = [ScannedPage(white, 150, str(n), "", n) for n in range(3)]
    (part,) = separated(stack, both_sides=True, look=lambda page: DOSSIER if page.number == 0 else None)
    assert [page.name for page in part.sheets] == ["0", "1", "2"]
    (part,) = separated(stack, look=lambda page: DOSSIER if page.number == 0 else None)
    assert [page.name for page in part.pages] == ["1", "2"]
