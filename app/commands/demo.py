"""`motcua demo`: the whole story on sample paper, through the real window, with the line cut in between.

Every step is read from what happened (the queue, the sandbox's own state, the files' hashes) and the
demo ends with one sentence at the first step that did not happen.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from app.bootstrap import open_station
from app.commands.answers import answer, tell
from app.commands.face import make_application, open_desk
from app.commands.sandbox import Sandbox
from app.commands.story import Story, WindowDriver
from app.config import PopulationSettings, PrinterSettings, ScannerSettings, ServerSettings, Settings
from app.qt.bridge import StationDesk
from app.workflow.errors import WorkflowError
from app.workflow.views import BlockerKind, ComponentState, FieldState, PageState
from offline_queue.records import Record
from scanning.drivers.sample import SamplePaper, printed_paper, save_paper
from scanning.samples.damage import Damage
from scanning.samples.people import SAMPLE_REQUESTER
from scanning.samples.sheets import PrintedSheet

DECLARATION = "000.00.00.G15-KQ003037"
_PROCEDURE = "2.000635"
_CASE = "relative"
_READ = (ComponentState.READ, ComponentState.DOUBTFUL)
_OWN_RESULTS = ("receipt.pdf", "story.json")


def run(options: Namespace, settings: Settings) -> int:
    """Plays the story; its results are in `--out`."""
    out: Path = options.out.absolute()
    _make_room(out)
    # The demo's station is its own: the secret of a real station is never touched.
    with (
        tempfile.TemporaryDirectory(prefix="motcua-demo-") as scratch,
        Sandbox(Path(scratch) / "province") as sandbox,
    ):
        demo = replace(
            settings,
            home=Path(scratch) / "station",
            key_folder=Path(scratch) / "keys",
            passphrase=None,
            province=ServerSettings(url=sandbox.url, timeout_s=5.0),
            population=PopulationSettings(url=sandbox.url, timeout_s=5.0),
            scanner=ScannerSettings(source="folder", folder=str(Path(scratch) / "scanner")),
            printer=PrinterSettings(kind="folder", folder=str(Path(scratch) / "printer")),
        )
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        story = Story(sandbox)
        try:
            key = _visit(story, sandbox, demo, out, options.headless)
            _check_delivery(story, sandbox, demo, key, out)
        finally:
            (out / "story.json").write_text(
                json.dumps(story.to_json(), ensure_ascii=False, indent=2) + "\n", "utf-8"
            )
    tell(f"Xong trong {story.total_s:.1f} giây; kết quả ở {out}")
    answer({"out": str(out), "code": story.facts.get("code"), "steps": len(story.steps)})
    return 0


def _make_room(out: Path) -> None:
    """Only what a demo made is cleared; a folder with anything else in it is left alone."""
    if out.exists() and any(out.iterdir()) and not (out / "story.json").exists():
        raise WorkflowError(f"Thư mục {out} đã có tệp khác; hãy chọn thư mục trống cho --out.")
    for name in ("digitised", "screens"):
        shutil.rmtree(out / name, ignore_errors=True)
        (out / name).mkdir(parents=True)
    for name in _OWN_RESULTS:
        (out / name).unlink(missing_ok=True)


def _visit(story: Story, sandbox: Sandbox, settings: Settings, out: Path, is_headless: bool) -> str:
    """Card, papers, review, acceptance with the line cut, and the line's return; the record's key."""
    application = make_application(is_headless)
    with open_desk(settings) as (desk, tasks):
        from app.faces.counter.window import open_window

        window = open_window(desk, tasks.run)
        driver = WindowDriver(application, window, out / "screens")
        window.resize(1366, 768)
        desk.start(lambda: None)
        window.show()
        with story.step("Mở quầy, lấy số từ hệ thống tỉnh") as step:
            driver.wait(lambda: desk.line().is_online is True, "Trạm chưa nối được hệ thống tỉnh tập huấn.")
            step["is_online"] = desk.line().is_online
            driver.shoot("01-mo-quay")
        with story.step("Quét thẻ căn cước, tìm thủ tục, tra CSDLQG về dân cư") as step:
            driver.read_with_handheld(SAMPLE_REQUESTER.qr_payload())
            driver.wait(
                lambda: len(desk.visits()) == 1 and desk.view(desk.visits()[0].visit_id).has_person,
                "Thẻ chưa được nhận.",
            )
            visit_id = desk.visits()[0].visit_id
            driver.choose_procedure(desk, visit_id, "trich luc", _PROCEDURE)
            driver.wait(lambda: driver.is_verified(desk.view(visit_id)), "CSDLQG về dân cư chưa trả lời.")
            step["applicant_locked_by"] = driver.sources(desk.view(visit_id))
            driver.shoot("02-the-can-cuoc")
        with story.step("Chọn trường hợp") as step:
            driver.choose_case(desk, visit_id, _CASE)
            driver.wait(lambda: desk.view(visit_id).case_code == _CASE, "Chưa chọn được trường hợp.")
            step["case"] = desk.view(visit_id).case_name
            step["papers"] = [c.name for c in desk.view(visit_id).components]
            driver.shoot("03-giay-to-can-co")
        with story.step("Quét tờ khai (giấy nghiêng 4 độ, có dấu đỏ), đọc chữ") as step:
            paper = _lay_paper(Path(settings.scanner.folder))
            driver.press("F2")
            driver.wait(
                lambda: _paper_state(desk, visit_id) is ComponentState.SCANNING, "Máy quét chưa lấy giấy."
            )
            driver.shoot("04-dang-doc")
            driver.wait(lambda: _is_read(desk, visit_id), "Giấy chưa đọc xong.", timeout_s=60)
            step["read"] = {
                f.name: [f.shown, f.state, f.confidence]
                for section in desk.view(visit_id).sections
                for f in section.fields
                if f.state in (FieldState.READ, FieldState.DOUBTFUL)
            }
            driver.shoot("05-da-doc")
        with story.step("Xem lại ô nghi ngờ, nhập ô còn thiếu") as step:
            step["reviewed"] = driver.review(desk, visit_id, paper.fields)
            driver.fill("contact_phone", "0905318642")
            left = [b.text for b in desk.view(visit_id).blockers if b.kind is not BlockerKind.SCANNING]
            if left:
                raise WorkflowError(f"Vẫn còn việc chưa xong: {left[0]}")
            driver.shoot("06-san-sang")
        with story.step("Cắt mạng") as step:
            sandbox.fault({"down": True})
            desk.sync_now()
            driver.wait(lambda: desk.line().is_online is False, "Trạm chưa nhận ra là mất mạng.")
            step["is_online"] = desk.line().is_online
        with story.step("Tiếp nhận (F9): niêm phong, cấp mã, in giấy hẹn khi không có mạng") as step:
            driver.press("F9")
            driver.wait(lambda: len(desk.queue()) == 1, driver.last_sentence() or "Hồ sơ chưa được lưu.")
            row = desk.queue()[0]
            driver.wait(lambda: desk.print_state(row.key)[0] == "printed", "Giấy hẹn chưa in xong.")
            story.facts["code"] = row.code
            step |= {"code": row.code, "state": row.state_text, "print": desk.print_state(row.key)[1]}
            shutil.copyfile(Path(settings.printer.folder) / f"{row.code}.pdf", out / "receipt.pdf")
            driver.settle()
            driver.shoot("07-da-tiep-nhan-mat-mang")
            if any(d["key"] == row.key for d in sandbox.dossiers()):
                raise WorkflowError("Mạng đã cắt mà tỉnh vẫn có hồ sơ: phần cắt mạng không thật.")
            driver.press("Alt+4")
            driver.settle()
            driver.shoot("08-hang-cho-mat-mang")
        with story.step("Có mạng lại: hồ sơ tự đến tỉnh") as step:
            sandbox.clear_faults()
            driver.press("F5")
            driver.wait(
                lambda: _state(desk, row.key) == "accepted",
                "Hồ sơ chưa đến tỉnh sau khi có mạng.",
                timeout_s=60,
            )
            step["state"] = desk.queue()[0].state_text
            step["history"] = [words for _at, words in desk.queue()[0].history]
            driver.settle()
            driver.shoot("09-tinh-da-nhan")
        window.close()
        return row.key


def _lay_paper(folder: Path) -> PrintedSheet:
    """A declaration as a scanner would drop it: askew by 4 degrees, noisy, with a red seal."""
    folder.mkdir(parents=True, exist_ok=True)
    paper = printed_paper(SamplePaper.DECLARATION)
    save_paper(
        paper,
        folder / "to-khai.jpg",
        damage=Damage(skew_degrees=4.0, noise=4.0, stamps=((0.72, 0.86),)),
        seed=7,
    )
    return paper


def _paper_state(desk: StationDesk, visit_id: str) -> ComponentState | None:
    return next((c.state for c in desk.view(visit_id).components if c.code == DECLARATION), None)


def _is_read(desk: StationDesk, visit_id: str) -> bool:
    """True once every page of the declaration is read and its values stand in the form."""
    paper = next(c for c in desk.view(visit_id).components if c.code == DECLARATION)
    return paper.state in _READ and all(p.state is not PageState.UNREAD for p in paper.pages)


def _state(desk: StationDesk, key: str) -> str:
    row = desk.sync_state(key)
    return row.state if row else ""


def _check_delivery(story: Story, sandbox: Sandbox, settings: Settings, key: str, out: Path) -> None:
    """Holds what the station keeps against what the province has, file by file."""
    with (
        story.step("Đối chiếu hai bên: một hồ sơ, mọi tệp trùng SHA-256") as step,
        open_station(settings) as station,
    ):
        record: Record = station.record(key)
        found = [d for d in sandbox.dossiers() if d["key"] == key]
        if len(found) != 1 or not found[0]["complete"]:
            raise WorkflowError(f"Tỉnh có {len(found)} hồ sơ mang khóa này, cần đúng một và đủ tệp.")
        there = {f["sha256"] for f in found[0]["files"]}
        here: set[str] = set()
        for entry in record.files:
            content = station.file(entry.blob)
            here.add(hashlib.sha256(content).hexdigest())
            (out / "digitised" / entry.name).write_bytes(content)
        if here != there:
            raise WorkflowError("Tệp ở trạm và ở tỉnh không trùng SHA-256.")
        step |= {
            "dossiers_at_province": 1,
            "times_received": found[0]["times_received"],
            "sha256": sorted(there),
        }
        step["code_at_province"] = found[0]["code"]
