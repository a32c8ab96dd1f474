"""`motcua officer`: who may sign in at this station. A password is asked for or read from stdin, never an argument."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace

from app.bootstrap import open_station
from app.commands.answers import answer, say
from app.config import Settings
from app.domain.officers import ROLE_WORDS, Officer, Role
from app.workflow.errors import WorkflowError
from app.workflow.officers import Enrolled, Officers


def run(options: Namespace, settings: Settings) -> int:
    """Adds, lists or shuts out officers, or gives one another password."""
    with open_station(settings) as station:
        match options.action:
            case "list":
                return _list(station.officers, options.json)
            case "add":
                officer = Officer(options.login, options.name, options.position, Role(options.role))
                done = station.officers.enrol(officer, _password(options.password_stdin))
                words = f"Đã thêm {done.officer.full_name}, mật khẩu dùng đến {done.valid_until:%d/%m/%Y}."
            case "disable":
                done = station.officers.disable(options.login)
                words = f"Đã khóa {done.officer.full_name}; hồ sơ và lượt đang gác còn nguyên."
            case _:
                station.officers.one(options.login)
                done = station.officers.set_password(options.login, _password(options.password_stdin))
                words = f"Đã đặt mật khẩu của {done.officer.full_name}, dùng đến {done.valid_until:%d/%m/%Y}."
    if options.json:
        answer(_table(done))
    else:
        say(words)
    return 0


def _list(officers: Officers, as_json: bool) -> int:
    enrolled = officers.all()
    for one in enrolled:
        if as_json:
            answer(_table(one))
        else:
            state = f"mật khẩu đến {one.valid_until:%d/%m/%Y}" if one.officer.is_active else "đã khóa"
            role = ROLE_WORDS[one.officer.role]
            say(f"{one.officer.login:<16} {one.officer.full_name:<32} {role:<20} {state}")
    if not enrolled and not as_json:
        say("Chưa có cán bộ nào; trạm làm việc dưới tên ghi trong cấu hình.")
    return 0


def _password(is_from_stdin: bool) -> str:
    if is_from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise WorkflowError("Cần mật khẩu: hãy chạy ở cửa sổ lệnh, hoặc đưa vào bằng --password-stdin.")
    asked = getpass.getpass("Mật khẩu: ")
    if getpass.getpass("Nhập lại mật khẩu: ") != asked:
        raise WorkflowError("Hai lần nhập mật khẩu không giống nhau; hãy làm lại.")
    return asked


def _table(one: Enrolled) -> dict[str, object]:
    officer = one.officer
    return {
        "login": officer.login,
        "full_name": officer.full_name,
        "position": officer.position,
        "role": str(officer.role),
        "is_active": officer.is_active,
        "password_until": one.valid_until.isoformat(timespec="seconds"),
    }
