"""`motcua doctor`: is everything this station needs there, and if not, how to mend it."""

from __future__ import annotations

import shutil
from argparse import Namespace
from dataclasses import dataclass

from app.bootstrap import choose_printer, open_station
from app.commands.answers import answer, say
from app.config import ConfigError, Settings
from app.gateways.provincial import ProvincialSystem
from app.scanners import choose_source, scan_profiles
from app.workflow.station import Station
from offline_queue import keys
from offline_queue.backup import DATABASE
from offline_queue.errors import LineDown, QueueError
from offline_queue.integrity import check_database
from scanning import ocr

_LOW_DISK_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `advice` is how to mend it, empty when it is well."""

    name: str
    is_well: bool
    state: str
    advice: str = ""


def run(options: Namespace, settings: Settings) -> int:
    """Exit 0 when all that a station must have is well."""
    findings = [
        _ocr(),
        _scanner(settings),
        _printer(settings),
        _disk(settings),
        *_data(settings),
        _province(settings),
    ]
    if options.json:
        answer({"findings": [vars(f) for f in findings], "is_well": all(f.is_well for f in findings)})
    else:
        for finding in findings:
            say(f"{'✓' if finding.is_well else '!'} {finding.name}: {finding.state}")
            if finding.advice:
                say(f"    {finding.advice}")
    return 0 if all(f.is_well for f in findings) else 1


def _ocr() -> Finding:
    is_well, words = ocr.check()
    return Finding("Đọc chữ", True, words) if is_well else Finding("Đọc chữ", False, "chưa dùng được", words)


def _scanner(settings: Settings) -> Finding:
    try:
        scan_profiles(settings)
        scanners = [
            choose_source(settings),
            *(choose_source(settings, None, n) for n in settings.scanner.devices),
        ]
    except ConfigError as error:
        return Finding("Máy quét", False, "cấu hình sai", str(error))
    kinds = [settings.scanner.source, *(device.source for device in settings.scanner.devices.values())]
    for kind, scanner in zip(kinds, scanners, strict=True):
        is_usable, reason = scanner.is_usable()
        if is_usable:
            continue
        # A folder without paper is a scanner that waits.
        if kind == "folder":
            return Finding("Máy quét", True, f"chờ giấy ({kind})", reason)
        return Finding("Máy quét", False, scanner.name, reason)
    return Finding("Máy quét", True, "sẵn sàng", "")


def _printer(settings: Settings) -> Finding:
    try:
        printer = choose_printer(settings)
    except ConfigError as error:
        return Finding("Máy in", False, "cấu hình sai", str(error))
    if printer is None:
        return Finding(
            "Máy in",
            True,
            "chưa cài",
            'Ghi [printer] kind = "cups", name = "..." trong cấu hình để in giấy hẹn.',
        )
    usability = printer.is_usable()
    return Finding("Máy in", bool(usability), "sẵn sàng" if usability else "chưa dùng được", usability.reason)


def _disk(settings: Settings) -> Finding:
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    words = f"còn {free / 1024**3:.0f} GB"
    if free < _LOW_DISK_BYTES:
        return Finding("Đĩa", False, words, "Hãy dọn đĩa: dưới 2 GB thì có thể không lưu được hồ sơ.")
    return Finding("Đĩa", True, words)


def _data(settings: Settings) -> list[Finding]:
    try:
        with open_station(settings) as station:
            return [_keys(settings), _database(settings, station), _numbers(station), _clock(station)]
    except QueueError as error:
        return [Finding("Cơ sở dữ liệu", False, "không mở được", str(error))]


def _keys(settings: Settings) -> Finding:
    kept_in = keys.open_keys(settings.home, settings.key_folder, settings.passphrase).kept_in
    match kept_in:
        case "keyring":
            return Finding("Khóa", True, "trong kho khóa của hệ điều hành")
        case "passphrase":
            return Finding("Khóa", True, "khóa bằng mật khẩu (argon2id)")
    return Finding(
        "Khóa",
        True,
        f"trong tệp riêng ở {settings.key_folder}",
        "Chỉ quyền tệp bảo vệ khóa này; hãy cài kho khóa hệ điều hành hoặc đặt MOTCUA_PASSPHRASE ở máy mới.",
    )


def _database(settings: Settings, station: Station) -> Finding:
    found = keys.open_keys(settings.home, settings.key_folder, settings.passphrase)
    fault = check_database(settings.home / DATABASE, found.database)
    if fault is not None:
        return Finding("Cơ sở dữ liệu", False, "có lỗi", fault)
    return Finding("Cơ sở dữ liệu", True, f"nguyên vẹn, {station.sending.line().waiting} hồ sơ chờ gửi")


def _numbers(station: Station) -> Finding:
    left = station.codes_left()
    if left == 0:
        return Finding(
            "Số hồ sơ",
            True,
            "hết số cấp trước",
            "Khi có mạng, chạy motcua sync để lấy số; trước đó cấp số biên nhận tạm.",
        )
    return Finding("Số hồ sơ", True, f"còn {left} số cho hôm nay")


def _clock(station: Station) -> Finding:
    if station.clock.is_corrected:
        return Finding(
            "Đồng hồ",
            True,
            "máy chạy sai, đang dùng giờ hệ thống tỉnh",
            "Hãy bật tự chỉnh giờ của hệ điều hành.",
        )
    return Finding("Đồng hồ", True, f"{station.clock.now():%H:%M %d/%m/%Y}")


def _province(settings: Settings) -> Finding:
    server = settings.province
    if not server.url:
        return Finding("Hệ thống tỉnh", True, "chưa nối", "Ghi [province] url trong cấu hình để gửi hồ sơ.")
    try:
        ProvincialSystem(server.url, server.client_id, server.client_secret, 5.0).greet()
    except LineDown as silent:
        return Finding("Hệ thống tỉnh", True, "chưa có mạng", str(silent))
    except QueueError as error:
        return Finding("Hệ thống tỉnh", False, "trả lời lạ", str(error))
    return Finding("Hệ thống tỉnh", True, "có kết nối")
