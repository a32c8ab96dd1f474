"""`motcua catalogue`: the national procedures on this station."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from textwrap import shorten

from app.catalogue.errors import CatalogueError
from app.catalogue.importing import take_source
from app.catalogue.offering import catalogue_of
from app.catalogue.searching import CatalogueSearch
from app.catalogue.versions import CatalogueShelf, CatalogueVersion, VersionFacts
from app.commands.answers import answer, say, tell
from app.config import Settings
from app.domain.calendar import VIETNAM
from app.domain.catalogue import CatalogueEntry, CatalogueTime, Doubt
from app.domain.procedure import ComponentUse

_SHOWN_DOUBTS = 12
_SHOWN_NAME = 110


def run(options: Namespace, settings: Settings) -> int:
    """Imports, searches, shows, and goes back to an earlier version."""
    shelf = catalogue_of(settings.home)
    match options.action:
        case "import":
            return _import(shelf, options)
        case "versions":
            return _versions(shelf, options.json)
        case "use":
            shelf.use(options.version)
            tell(f"Đang dùng bản danh mục {options.version}.")
            return 0
    version = shelf.open()
    if version is None:
        raise CatalogueError("Trạm này chưa có danh mục thủ tục; hãy nhập: motcua catalogue import TỆP.")
    try:
        match options.action:
            case "search":
                return _search(version, options)
            case "doubts":
                return _doubts(tuple(version.doubts()), options.json)
            case _:
                return _show(version, options)
    finally:
        version.close()


def _import(shelf: CatalogueShelf, options: Namespace) -> int:
    facts, doubts = take_source(
        shelf,
        options.file,
        datetime.now(VIETNAM),
        is_whole=options.whole,
        on_progress=lambda count: tell(f"đã đọc {count} thủ tục"),
    )
    if options.report is not None:
        options.report.write_text("".join(f"{doubt}\n" for doubt in doubts), encoding="utf-8")
    if options.json:
        answer({**asdict(facts), "doubts": dict(Counter(str(doubt.kind) for doubt in doubts))})
        return 0
    say(_told(facts))
    _counted(doubts)
    return 0


def _told(facts: VersionFacts) -> str:
    return (
        f"Bản {facts.id}: {facts.entries} thủ tục đang có hiệu lực; thêm {facts.added}, đổi {facts.changed}, "
        f"giữ nguyên {facts.unchanged}, hết hiệu lực {facts.ended}."
    )


def _counted(doubts: tuple[Doubt, ...]) -> None:
    for kind, count in Counter(doubt.kind for doubt in doubts).most_common():
        say(f"  {count:>6}  {kind.words}")


def _doubts(doubts: tuple[Doubt, ...], as_json: bool) -> int:
    for doubt in doubts:
        if as_json:
            answer(asdict(doubt))
        else:
            say(str(doubt))
    return 0


def _versions(shelf: CatalogueShelf, as_json: bool) -> int:
    current = shelf.current_id()
    for version_id in shelf.ids():
        version = shelf.open(version_id)
        if version is None:
            continue
        if as_json:
            answer({**asdict(version.facts), "current": version_id == current})
        else:
            say(f"{'*' if version_id == current else ' '} {_told(version.facts)} {version.facts.source}")
        version.close()
    if not shelf.ids() and not as_json:
        say("Chưa có bản danh mục nào.")
    return 0


def _search(version: CatalogueVersion, options: Namespace) -> int:
    today = datetime.now(VIETNAM).date()
    lines = version.in_force(today)
    hits = CatalogueSearch(lines).find(" ".join(options.words), limit=options.limit)
    for hit in hits:
        if options.json:
            answer(
                {
                    "code": hit.line.code,
                    "name": hit.line.name,
                    "sector": hit.line.sector,
                    "agency": hit.line.agency,
                    "score": hit.score,
                }
            )
        else:
            say(
                f"{hit.line.code:<12} {shorten(hit.line.name, _SHOWN_NAME, placeholder='…')}  [{hit.line.sector or 'chưa rõ lĩnh vực'}]"
            )
    if not hits and not options.json:
        say("Không có thủ tục nào khớp; hãy thử ít chữ hơn.")
    return 0


def _show(version: CatalogueVersion, options: Namespace) -> int:
    entry = version.find(options.code, datetime.now(VIETNAM).date())
    if entry is None:
        raise CatalogueError(
            f"Danh mục không có thủ tục {options.code}; hãy tìm: motcua catalogue search CHỮ."
        )
    doubts = [doubt for doubt in version.doubts() if doubt.procedure == entry.code]
    if options.json:
        answer({**entry.to_table(), "doubts": [asdict(doubt) for doubt in doubts]})
        return 0
    for line in _described(entry):
        say(line)
    if doubts:
        say(f"Còn {len(doubts)} chỗ chưa chắc:")
        for doubt in doubts[:_SHOWN_DOUBTS]:
            say(f"  ! {doubt}")
    return 0


def _described(entry: CatalogueEntry) -> list[str]:
    lines = [
        f"{entry.code}  {entry.name}",
        f"Lĩnh vực: {entry.sector_name or 'chưa rõ'}; cơ quan: {entry.agency or 'chưa rõ'}",
        f"Đối tượng: {', '.join(entry.subjects) or 'chưa rõ'}",
    ]
    for case in entry.cases:
        lines.append(f"Trường hợp {case.code}: {_time_words(case.time)}")
    for channel in entry.channels:
        fees = ", ".join(
            "theo lời: " + fee.text[:80] if fee.vnd is None else f"{fee.vnd} đ" for fee in channel.fees
        )
        lines.append(f"Kênh {channel.channel}: {_time_words(channel.time)}; phí: {fees or 'không ghi'}")
    situation = None
    for paper in entry.papers:
        if paper.situation != situation:
            situation = paper.situation
            lines.append(f"Giấy tờ{f' ({situation})' if situation else ''}:")
        verb = "nộp" if paper.use is ComponentUse.SUBMIT else "xuất trình"
        counts = f"chính {paper.originals if paper.originals is not None else '?'}, sao {paper.copies if paper.copies is not None else '?'}"
        lines.append(f"  - [{verb}; {counts}] {paper.name} ({paper.code or 'không mã'})")
    if entry.hints:
        lines.append(f"Hướng dẫn: {len(entry.hints)} dòng (xem --json).")
    return lines


def _time_words(time: CatalogueTime) -> str:
    if time.settled is not None:
        return str(time.settled)
    if time.quantity is not None:
        return f"{time.quantity} ({'không tròn đơn vị' if time.unit else 'đơn vị chưa rõ'})"
    return time.text or "chưa rõ thời hạn"
