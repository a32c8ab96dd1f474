"""The command line: `motcua`. Human text on stderr, results on stdout; 0 done, 1 mendable, 2 wrong usage."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from app.catalogue.errors import CatalogueError
from app.commands.answers import tell
from app.commands.outcome_arguments import add_outcome
from app.config import ConfigError, load_settings
from app.domain.errors import DomainError
from app.domain.officers import Role
from app.workflow.errors import WorkflowError
from offline_queue.errors import QueueError
from printing.errors import PrintError
from scanning.errors import ScanError

#: What a person can mend: told in one sentence. Anything else is a fault of ours and says so loudly.
MENDABLE = (CatalogueError, ConfigError, DomainError, WorkflowError, QueueError, PrintError, ScanError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status tells how it ended."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    # A command is imported when it is asked for: the window does not wait for the sandbox's libraries.
    command = importlib.import_module(f"app.commands.{options.command or 'face'}")
    try:
        settings = load_settings(options.config)
        return int(command.run(options, settings))
    except MENDABLE as error:
        tell(f"motcua: {error}")
        return 1
    except OSError as error:
        where = f" ({Path(error.filename).name})" if error.filename else ""
        tell(f"motcua: Không đọc hoặc ghi được tệp{where}: {error.strerror}.")
        return 1
    except KeyboardInterrupt:
        tell("motcua: Đã dừng theo yêu cầu; những gì đã lưu còn nguyên.")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="motcua", description="Bộ phận Một cửa: tiếp nhận hồ sơ, có mạng hay không."
    )
    parser.add_argument("--config", type=Path, help="tệp cấu hình TOML (mặc định: MOTCUA_HOME/config.toml)")
    parser.add_argument(
        "--face", choices=("counter", "kiosk", "pickup"), default="counter", help="mặt máy cần mở"
    )
    parser.add_argument("--sandbox", action="store_true", help="mở quầy tập huấn với hệ thống tỉnh mô phỏng")
    commands = parser.add_subparsers(dest="command", metavar="LỆNH")

    demo = commands.add_parser("demo", help="chạy trọn câu chuyện trên giấy mẫu với hệ thống tỉnh tập huấn")
    demo.add_argument("--out", type=Path, default=Path("out/demo"), help="thư mục kết quả")
    demo.add_argument("--headless", action="store_true", help="không mở cửa sổ trên màn hình")

    digitise = commands.add_parser("digitise", help="số hóa ảnh, TIFF, PDF")
    digitise.add_argument("paths", type=Path, nargs="+", metavar="TỆP")
    digitise.add_argument("--out", type=Path, required=True, help="thư mục kết quả")
    digitise.add_argument("--json", action="store_true")
    digitise.add_argument(
        "--split", action="store_true", help="tách chồng giấy theo tờ ngăn (mã QR của Một Cửa hoặc Patch-T)"
    )

    identify = commands.add_parser("identify", help="đọc thẻ căn cước từ ảnh hoặc chuỗi")
    identify.add_argument("images", type=Path, nargs="*", metavar="ẢNH")
    identify.add_argument("--text", help="chuỗi QR hoặc ba dòng MRZ")
    identify.add_argument("--json", action="store_true")

    intake = commands.add_parser("intake", help="nộp một hồ sơ không cần cửa sổ")
    intake.add_argument("visit", type=Path, nargs="?", metavar="VISIT.json")
    intake.add_argument(
        "--attach", action="append", default=[], metavar="MÃ=TỆP", help="thêm giấy cho một thành phần"
    )
    intake.add_argument("--receipt", type=Path, help="nơi ghi giấy hẹn PDF (mặc định: cạnh VISIT.json)")
    intake.add_argument("--example", metavar="MÃ_THỦ_TỤC", help="ghi một visit.json mẫu và giấy tờ của nó")
    intake.add_argument("--out", type=Path, help="thư mục cho --example")
    intake.add_argument("--json", action="store_true")

    queue = commands.add_parser("queue", help="hàng chờ gửi")
    actions = queue.add_subparsers(dest="action", metavar="VIỆC", required=True)
    for name, words in (("list", "liệt kê"), ("show", "một hồ sơ"), ("retry", "gửi lại ngay")):
        action = actions.add_parser(name, help=words)
        if name != "list":
            action.add_argument("key", metavar="KHÓA_HOẶC_MÃ")
        action.add_argument("--json", action="store_true")

    mending = actions.add_parser("mend", help="sửa hồ sơ đã tiếp nhận, gửi thành bản mới")
    mending.add_argument("key", metavar="KHÓA_HOẶC_MÃ")
    mending.add_argument(
        "--set",
        action="append",
        required=True,
        metavar="MỤC=GIÁ_TRỊ",
        help="ví dụ applicant.phone=0912345678",
    )
    mending.add_argument("--reason", required=True, metavar="LÝ_DO", help="ghi vào lịch sử hồ sơ")
    mending.add_argument("--json", action="store_true")
    choosing = actions.add_parser("choose", help="xem và chọn khi máy và tỉnh cùng sửa một hồ sơ")
    choosing.add_argument("key", metavar="KHÓA_HOẶC_MÃ")
    choosing.add_argument("keep", nargs="?", choices=["ours", "theirs"], help="ours: máy này, theirs: tỉnh")
    choosing.add_argument("--json", action="store_true")
    export = actions.add_parser("export", help="chép hồ sơ vào gói bàn giao trên thẻ nhớ")
    export.add_argument("file", type=Path, metavar="TỆP_HOẶC_THƯ_MỤC")
    export.add_argument(
        "--key", dest="keys", action="append", default=[], help="chỉ hồ sơ này (mặc định: mọi hồ sơ chưa gửi)"
    )
    export.add_argument("--json", action="store_true")
    taking = actions.add_parser("import", help="nhận gói bàn giao, hoặc giấy báo nhận của trạm kia")
    taking.add_argument("file", type=Path, metavar="TỆP")
    taking.add_argument("--receipt", type=Path, metavar="TỆP", help="ghi giấy báo nhận để mang về trạm giao")
    taking.add_argument("--json", action="store_true")
    identity = actions.add_parser("identity", help="dòng khóa của trạm này, để trạm khác nhận ra")
    identity.add_argument("--json", action="store_true")

    for name, words, target in (
        ("backup", "sao lưu cả trạm vào một thư mục", "THƯ_MỤC"),
        ("restore", "khôi phục trạm từ bản sao lưu", "THƯ_MỤC"),
        ("recovery", "ghi tệp khôi phục: khóa của trạm dưới một mật khẩu", "TỆP"),
        ("rotate-key", "đổi khóa của trạm", None),
        ("clean", "dọn tệp không hồ sơ nào còn dùng", None),
    ):
        action = actions.add_parser(name, help=words)
        if target is not None:
            action.add_argument("target", type=Path, metavar=target)
        if name == "restore":
            action.add_argument("--recovery", type=Path, metavar="TỆP", help="khi máy này không có khóa")
            action.add_argument(
                "--replace", action="store_true", help="thay cả trạm còn nguyên, dữ liệu cũ giữ riêng"
            )
        if name == "clean":
            action.add_argument("--dry-run", action="store_true", help="chỉ đếm, không xóa")
        action.add_argument("--json", action="store_true")

    sync = commands.add_parser("sync", help="gửi hồ sơ lên hệ thống tỉnh")
    sync.add_argument("--once", action="store_true", help="một lượt rồi thôi")
    sync.add_argument("--json", action="store_true")

    add_outcome(commands)

    printing = commands.add_parser("print", help="in lại giấy của hồ sơ")
    printing.add_argument("number", metavar="MÃ_HOẶC_KHÓA")
    printing.add_argument(
        "--form",
        choices=[*(f"{n:02d}" for n in range(1, 8)), "declaration"],
        default="01",
        help="mẫu thuộc bước của hồ sơ: 01 giấy hẹn, 02 bổ sung, 03 từ chối, 04 xin lỗi, 05 dừng, 06 kiểm soát",
    )
    printing.add_argument("--out", type=Path, help="ghi ra tệp PDF này")
    printing.add_argument("--printer", help="tên máy in CUPS")
    printing.add_argument("--json", action="store_true")

    catalogue = commands.add_parser("catalogue", help="danh mục thủ tục hành chính quốc gia")
    tasks = catalogue.add_subparsers(dest="action", metavar="VIỆC", required=True)
    for name, words, argument in (
        ("import", "nhập từ tệp hoặc thư mục", "file"),
        ("search", "tìm theo chữ không dấu, mã, hay gõ nhầm", "words"),
        ("show", "một thủ tục", "code"),
        ("doubts", "những chỗ nguồn ghi chưa chắc", None),
        ("versions", "các bản danh mục", None),
        ("use", "quay về một bản", "version"),
    ):
        task = tasks.add_parser(name, help=words)
        if argument == "file":
            task.add_argument("file", type=Path, metavar="TỆP")
            task.add_argument(
                "--whole", action="store_true", help="thủ tục không có trong tệp thì hết hiệu lực"
            )
            task.add_argument("--report", type=Path, metavar="TỆP", help="ghi mọi chỗ chưa chắc ra tệp này")
        elif argument == "words":
            task.add_argument("words", nargs="+", metavar="CHỮ")
            task.add_argument("--limit", type=int, default=20, metavar="SỐ")
        elif argument is not None:
            task.add_argument(argument, metavar="MÃ")
        if argument != "version":
            task.add_argument("--json", action="store_true")

    officer = commands.add_parser("officer", help="cán bộ đăng nhập ở máy này")
    officers = officer.add_subparsers(dest="action", metavar="VIỆC", required=True)
    for name, words in (
        ("add", "thêm một cán bộ"),
        ("list", "liệt kê"),
        ("disable", "khóa một cán bộ"),
        ("password", "đặt lại mật khẩu"),
    ):
        action = officers.add_parser(name, help=words)
        if name != "list":
            action.add_argument("login", metavar="TÊN_ĐĂNG_NHẬP")
        if name == "add":
            action.add_argument("--name", required=True, metavar="HỌ_TÊN")
            action.add_argument("--position", default="Công chức Một cửa", metavar="CHỨC_VỤ")
            action.add_argument("--role", choices=[str(role) for role in Role], default=str(Role.RECEIVING))
        if name in ("add", "password"):
            action.add_argument(
                "--password-stdin", action="store_true", help="đọc mật khẩu từ dòng đầu của stdin"
            )
        action.add_argument("--json", action="store_true")

    doctor = commands.add_parser(
        "doctor", help="kiểm tra máy quét, máy in, OCR, đĩa, đồng hồ, khóa, mạng, CSDL"
    )
    doctor.add_argument("--json", action="store_true")

    sandbox = commands.add_parser("sandbox", help="hệ thống tỉnh và CSDL dân cư tập huấn trên máy này")
    sandbox.add_argument("--port", type=int, default=0)
    sandbox.add_argument("--state", type=Path)
    return parser
