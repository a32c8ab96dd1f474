"""Descriptions of kinds of paper: those shipped hold, a province's are added, faulty ones are refused by name."""

from pathlib import Path

import pytest

import resources
from scanning.pages import FoundCode, PageText, TextLine, Word
from scanning.readers import ReadPage, read
from scanning.readers.descriptions import paper_descriptions, read_description
from scanning.readers.errors import PaperDescriptionInvalid
from scanning.readers.recognition import title_score
from scanning.samples.kinds import SAMPLE_KINDS
from scanning.samples.people import SAMPLE_REQUESTER

MINIMAL = """
kind = "house_permit"
name = "Giấy phép xây dựng nhà ở"
titles = ["GIẤY PHÉP XÂY DỰNG"]
fields = [
  { name = "owner_name", labels = ["Cấp cho ông/bà:"], type = "name", required = true },
  { name = "house_address", labels = ["Địa điểm xây dựng:"], type = "address", zone = [0.1, 0.5, 0.9, 0.6] },
  { labels = ["Giấy phép này có hiệu lực"] },
]
"""


def typed_page(text: str) -> ReadPage:
    """A page of words as a perfect engine would read them, each letter 20 pixels wide."""
    lines = []
    for row, line in enumerate(text.strip().splitlines()):
        words, x = [], 200
        for word in line.split():
            words.append(Word(word, 0.97, (x, 200 + 90 * row, x + 20 * len(word), 245 + 90 * row)))
            x += 20 * len(word) + 15
        lines.append(TextLine(tuple(words)))
    return ReadPage(PageText(tuple(lines)), (), 2480, 3508)


def written(folder: Path, text: str, name: str = "giay.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_every_printed_sample_has_a_description_and_the_other_way_round() -> None:
    assert {description.kind for description in paper_descriptions()} == set(SAMPLE_KINDS)
    assert len(SAMPLE_KINDS) >= 15


@pytest.mark.parametrize("file", sorted(path.name for path in resources.path("papers").glob("*.toml")))
def test_a_shipped_description_is_whole(file: str) -> None:
    description = read_description(resources.path("papers", file))
    assert file == f"{description.kind}.toml"
    names = {field.name for field in description.fields if field.name}
    table = description.table
    members = tuple(f"{table.prefix}_{n}_" for n in (1, 2)) if table else ()
    for check in description.checks:
        for name in check.fields:
            assert name in names or name.startswith(members), (check.rule, name)
    assert any(field.is_required for field in description.fields) or description.kind == "citizen_card_back"


def test_a_province_adds_a_kind_without_code(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL)
    page = typed_page(
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nGIẤY PHÉP XÂY DỰNG\nCấp cho ông/bà: TRẦN VĂN THỬ\n"
        "Địa điểm xây dựng: Thôn 3, xã Đông Anh, thành phố Hà Nội\nGiấy phép này có hiệu lực 12 tháng"
    )
    assert read([page]).kind == "unknown"
    reading = read([page], tmp_path)
    assert reading.kind == "house_permit"
    assert {field.name: field.value for field in reading.fields} == {
        "owner_name": "TRẦN VĂN THỬ",
        "house_address": "Thôn 3, xã Đông Anh, thành phố Hà Nội",
    }


def test_a_described_zone_serves_where_no_label_is_found(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL)
    page = typed_page("GIẤY PHÉP XÂY DỰNG\nCấp cho ông/bà: TRẦN VĂN THỬ")
    reading = read([page], tmp_path)
    zones = {zone.name: zone for zone in reading.zones}
    assert zones["owner_name"].is_label_found
    assert not zones["house_address"].is_label_found
    assert zones["house_address"].box == (248, 1754, 2232, 2105)
    assert reading.missing == ()


def test_a_card_behind_a_declaration_does_not_make_the_whole_a_card() -> None:
    card = FoundCode(SAMPLE_REQUESTER.qr_payload(), "QRCode", (0, 0, 90, 90))
    face = ReadPage(typed_page("CĂN CƯỚC CÔNG DÂN").text, (card,))
    assert read([face]).kind == "citizen_card"
    assert read([face]).confidence == 0.99
    declaration = typed_page(
        "TỜ KHAI ĐĂNG KÝ KHAI TỬ\nHọ, chữ đệm, tên người yêu cầu: TRẦN VĂN THỬ\n"
        "Quan hệ với người đã chết: Con\nĐề nghị cơ quan đăng ký khai tử cho người có tên dưới đây:"
    )
    assert read([declaration, face]).kind == "declaration_death"


def test_a_required_field_without_a_value_is_named(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL)
    reading = read([typed_page("GIẤY PHÉP XÂY DỰNG\nCấp cho ông/bà: ....\nĐịa điểm xây dựng:")], tmp_path)
    assert reading.missing == ("owner_name",)
    assert [field.name for field in reading.fields] == []
    assert [zone.name for zone in reading.zones] == ["owner_name", "house_address"]


def test_a_province_replaces_a_shipped_kind(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL.replace("house_permit", "birth_certificate"))
    (replaced,) = [each for each in paper_descriptions(tmp_path) if each.kind == "birth_certificate"]
    assert replaced.name == "Giấy phép xây dựng nhà ở"
    assert len(paper_descriptions(tmp_path)) == len(paper_descriptions())


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (('kind = "house_permit"', ""), "kind"),
        (('titles = ["GIẤY PHÉP XÂY DỰNG"]', "titles = []"), "titles"),
        (('type = "name"', 'type = "nmae"'), "fields[1].type"),
        (("required = true", "requird = true"), "fields[1].requird"),
        (('labels = ["Địa điểm xây dựng:"]', 'labels = "Địa điểm"'), "fields[2].labels"),
        (("zone = [0.1, 0.5, 0.9, 0.6]", "zone = [10, 20]"), "fields[2].zone"),
        (("house_address", "owner_name"), "fields"),
        (("kind =", "kind"), "toàn bộ tệp"),
        (("titles", 'checks = [{ rule = "guess", fields = ["a", "b"] }]\ntitles'), "checks[1].rule"),
    ],
)
def test_a_faulty_description_is_refused_by_file_and_key(
    change: tuple[str, str], key: str, tmp_path: Path
) -> None:
    assert change[0] in MINIMAL
    file = written(tmp_path, MINIMAL.replace(*change))
    with pytest.raises(PaperDescriptionInvalid) as caught:
        read_description(file)
    assert caught.value.key == key
    assert "giay.toml" in str(caught.value)
    assert key in str(caught.value)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("GIẤY KHAI SINH", "birth_certificate"),
        ("TỜ KHAI ĐĂNG KÝ KHAI SINH", "declaration_birth"),
        ("GIẤY CHỨNG SINH", "birth_notice"),
        ("TRÍCH LỤC KHAI TỬ", "death_extract"),
        ("TỜ KHAI ĐĂNG KÝ KHAI TỬ", "declaration_death"),
        ("TO KHAI DANG KY KHAI TƯ", "declaration_death"),
        ("TỜ KHAI ĐĂNG KÝ KẾT HÔN", "declaration_marriage"),
        ("GIAY CHƯNG NHẬN KET HON", "marriage_certificate"),
        ("TỜ KHAI CẤP GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "declaration_marital_status"),
        ("TỜ KHAI CẤP\nGIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "declaration_marital_status"),
        ("GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN", "marital_status_certificate"),
    ],
)
def test_titles_that_contain_each_other_are_told_apart(title: str, kind: str) -> None:
    # Titles alone: most labels and anchors have been cut off.
    page = typed_page(f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n{title}\nHọ, chữ đệm, tên: TRẦN VĂN THỬ")
    assert read([page]).kind in (kind, "unknown")
    scores = {each.kind: title_score(page.text, each.titles) for each in paper_descriptions()}
    assert max(scores, key=lambda name: scores[name]) == kind
