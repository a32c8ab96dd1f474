"""Every shape a catalogue comes in: the export, the portal's records, written text, and a stranger's reader."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalogue.errors import CatalogueError
from app.catalogue.importing import take_source
from app.catalogue.normalising import normalise
from app.catalogue.reading import RawRecord, reader_for
from app.catalogue.versions import CatalogueShelf
from app.domain.catalogue import CatalogueEntry, DoubtKind
from app.domain.dossier import Channel
from app.domain.procedure import ComponentUse
from tests.catalogue.records import in_file, raw
from tests.catalogue.test_versions import NOW

PORTAL = {
    "error_code": "0",
    "result": [
        {
            "ID": "77",
            "MATTHC": "1.900002",
            "TENTTHC": "Đăng ký thử nghiệm lưu động",
            "MACOQUANCONGBO": "G15",
            "LINHVUCTHUCHIEN": [{"MALINHVUC": "G15-TP07", "TENLINHVUC": "Hộ tịch"}],
            "CACHTHUCTHUCHIEN": [
                {
                    "KENH": "1",
                    "THOIGIAN": [
                        {
                            "THOIGIANGIAIQUYET": "5",
                            "DONVITINH": "Ngày làm việc",
                            "MOTA": "",
                            "PHILEPHI": [
                                {"MAPHILEPHI": "LP01", "SOTIEN": "20000", "DONVI": "Đồng", "MOTA": ""}
                            ],
                        }
                    ],
                }
            ],
            "DOITUONGTHUCHIEN": "Công dân Việt Nam; Doanh nghiệp",
            "THANHPHANHOSO": [
                {
                    "TRUONGHOP": "Giấy tờ phải nộp",
                    "GIAYTO": [
                        {
                            "MAGIAYTO": "G15-KQ900010",
                            "TENGIAYTO": "Tờ khai",
                            "TENMAUDON": "mau.docx",
                            "URL": "x",
                        }
                    ],
                }
            ],
            "KETQUATHUCHIEN": [{"MAKETQUA": "G15-KQ900011", "TENKETQUA": "Giấy chứng nhận"}],
            "COQUANTHUCHIEN": [{"TENCOQUAN": "Ủy ban nhân dân cấp xã"}],
            "TRINHTUTHUCHIEN": [{"TRUONGHOP": "", "TRINHTU": ["Nộp", "Nhận"]}],
            "CANCUPHAPLY": ["60/2014/QH13"],
        }
    ],
}

TEXT = """# Đăng ký thử nghiệm có văn bản

Mã thủ tục: 1.900003
Số quyết định: 163/QĐ-THU
Lĩnh vực: Hộ tịch
Cách thức thực hiện:
Trực tiếp: 03 ngày làm việc, lệ phí 8.000 đồng
Trực tuyến: 05 Ngày làm việc
Thành phần hồ sơ:
Giấy tờ phải nộp:
- Tờ khai theo mẫu. Bản chính: 1 Bản sao: 0
- Văn bản ủy quyền
Bản chính: 0 - Bản sao: 1
Giấy tờ phải xuất trình:
- Giấy tờ tùy thân Bản chính: 1
Đối tượng thực hiện: Công dân Việt Nam, Người nước ngoài
Cơ quan thực hiện: Ủy ban nhân dân cấp xã
Kết quả thực hiện: Trích lục
Căn cứ pháp lý:
- Luật Hộ tịch
"""


def only(path: Path) -> tuple[CatalogueEntry, set[DoubtKind]]:
    (record,) = reader_for(path).records(path)
    entry, doubts = normalise(record)
    assert entry is not None
    return entry, {doubt.kind for doubt in doubts}


@pytest.mark.parametrize("name", ["export.jsonl", "export.jsonl.gz", "export.json"])
def test_the_export_is_read_in_each_wrapping(tmp_path: Path, name: str) -> None:
    path = in_file(tmp_path, [raw()], name)
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    elif name.endswith(".json"):
        path.write_text(f"[{path.read_text(encoding='utf-8').strip()}]", encoding="utf-8")
    entry, doubts = only(path)
    assert (entry.code, doubts) == ("1.900001", set())


def test_the_portals_record_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tra-loi.json"
    path.write_text(json.dumps(PORTAL, ensure_ascii=False), encoding="utf-8")
    entry, doubts = only(path)
    assert (entry.code, entry.agency, entry.sector_code) == ("1.900002", "Ủy ban nhân dân cấp xã", "G15-TP07")
    (channel,) = entry.channels
    assert (channel.channel, str(channel.time.settled), channel.fees[0].vnd) == (
        Channel.DIRECT,
        "05 ngày làm việc",
        20_000,
    )
    assert [(p.code, p.templates) for p in entry.papers] == [("G15-KQ900010", ("mau.docx",))]
    assert entry.results[0].code == "G15-KQ900011"
    # The service gives no counts: said, not guessed.
    assert doubts == {DoubtKind.QUANTITY_MISSING}


def test_written_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / "1.900003.txt"
    path.write_text(TEXT, encoding="utf-8")
    entry, doubts = only(path)
    assert (entry.code, entry.name, entry.sector_name) == (
        "1.900003",
        "Đăng ký thử nghiệm có văn bản",
        "Hộ tịch",
    )
    assert [(c.channel, str(c.time.settled), [f.vnd for f in c.fees]) for c in entry.channels] == [
        (Channel.DIRECT, "03 ngày làm việc", [8000]),
        (Channel.ONLINE, "05 ngày làm việc", []),
    ]
    assert [(p.name, p.use, p.originals, p.copies) for p in entry.papers] == [
        ("Tờ khai theo mẫu.", ComponentUse.SUBMIT, 1, 0),
        ("Văn bản ủy quyền", ComponentUse.SUBMIT, 0, 1),
        ("Giấy tờ tùy thân", ComponentUse.SHOW, 1, 0),
    ]
    assert entry.extra["decision"] == "163/QĐ-THU"
    # A text has no codes for its papers.
    assert doubts == {DoubtKind.CODE_MISSING}


def test_a_folder_of_texts_is_one_catalogue(tmp_path: Path) -> None:
    (tmp_path / "1.900003.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "1.900004.md").write_text("Tên thủ tục: Thử thứ hai", encoding="utf-8")
    (tmp_path / "1.900005.txt").write_bytes(b"\xff\xfe\x00broken")
    shelf = CatalogueShelf(tmp_path / "shelf")
    facts, doubts = take_source(shelf, tmp_path, NOW)
    assert facts.entries == 2
    assert any(d.kind is DoubtKind.UNUSABLE and d.where == "1.900005.txt" for d in doubts)


def test_a_stranger_may_bring_a_reader(tmp_path: Path) -> None:
    class Csv:
        name = "bảng của tỉnh"

        def recognises(self, path: Path, head: bytes) -> bool:
            return path.suffix == ".csv" and head.startswith(b"ma;ten")

        def records(self, path: Path) -> Iterator[RawRecord]:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], 2):
                code, name = line.split(";")
                yield RawRecord(f"dòng {number}", {"code": code, "name": name})

    path = tmp_path / "tinh.csv"
    path.write_text("ma;ten\n1.900006;Thủ tục của tỉnh\n", encoding="utf-8")
    facts, _ = take_source(CatalogueShelf(tmp_path / "shelf"), path, NOW, readers=(Csv(),))
    assert facts.added == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"xin ch\xc3\xa0o", b"\x89PNG\r\n", b"\x1f\x8b\x08\x00broken", b'[{"code": "1.1", "name"'],
)
def test_what_is_no_catalogue_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "la.bin"
    path.write_bytes(content)
    shelf = CatalogueShelf(tmp_path / "shelf")
    with pytest.raises(CatalogueError, match="vẫn nguyên"):
        take_source(shelf, path, NOW)
    assert shelf.current_id() is None


def test_a_cut_archive_changes_nothing(tmp_path: Path) -> None:
    path = in_file(tmp_path, [raw()])
    shelf = CatalogueShelf(tmp_path / "shelf")
    take_source(shelf, path, NOW)
    before = shelf.current_id()
    packed = gzip.compress(in_file(tmp_path, [raw(code="1.900002")] * 50, "neu.jsonl").read_bytes())
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(packed[:-20])
    with pytest.raises(CatalogueError, match="bị cắt hoặc hỏng"):
        take_source(shelf, cut, NOW)
    assert shelf.current_id() == before


def test_a_broken_line_loses_only_itself(tmp_path: Path) -> None:
    path = in_file(tmp_path, [raw(), raw(code="1.900002")])
    path.write_text(path.read_text(encoding="utf-8") + '{"code": "1.9000\n', encoding="utf-8")
    facts, doubts = take_source(CatalogueShelf(tmp_path / "shelf"), path, NOW)
    assert facts.entries == 2
    assert [(d.kind, d.where) for d in doubts] == [(DoubtKind.UNUSABLE, "dòng 3")]
