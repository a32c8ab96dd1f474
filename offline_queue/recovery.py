"""The recovery file: a station's secret under a passphrase, for the day its machine is gone.

With it, its passphrase and a backup the station lives on elsewhere; without it a backup opens only where
the key still is. It is good for one secret: after a change of keys a new one must be made.
"""

from __future__ import annotations

import json
from pathlib import Path

from offline_queue.errors import KeyMissing, StoreError
from offline_queue.files import write_durably
from offline_queue.keys import MARKER, StationKeys, read_marker, read_secret, unwrap, wrap

_FORMAT = "motcua recovery 1"
SHORTEST_PASSPHRASE = 12


def write_recovery(
    home: Path, key_folder: Path, passphrase: str | None, file: Path, recovery_passphrase: str
) -> None:
    """Writes the recovery file of the station in `home`; `passphrase` is the station's own, if it has one.

    KeyMissing where the station's key is not there, StoreError where the passphrase is too short or the
    disk refuses.
    """
    if len(recovery_passphrase) < SHORTEST_PASSPHRASE:
        raise StoreError(f"Mật khẩu khôi phục phải có ít nhất {SHORTEST_PASSPHRASE} ký tự; hãy đặt lại.")
    marker = read_marker(home / MARKER)
    secret = read_secret(marker, key_folder, passphrase)
    table = {
        "format": _FORMAT,
        "station_id": marker["station_id"],
        "mark": StationKeys.derive(secret, "").mark,
        **wrap(secret, recovery_passphrase),
    }
    try:
        write_durably(file, json.dumps(table).encode(), mode=0o600)
    except OSError as refused:
        raise StoreError(
            f"Không ghi được tệp khôi phục ({refused.strerror}); hãy chọn nơi khác."
        ) from refused


def read_recovery(file: Path, recovery_passphrase: str, mark: str) -> bytes:
    """The secret of a recovery file; `mark` is that of the backup it should open.

    KeyMissing for another passphrase or another key, StoreError where the file is spoiled.
    """
    try:
        table = json.loads(file.read_bytes())
        is_ours = table["format"] == _FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise StoreError(
            f"Tệp {file.name} không phải tệp khôi phục hoặc đã hỏng; hãy dùng bản khác của tệp này."
        )
    if table.get("mark") != mark:
        raise KeyMissing(
            "Tệp khôi phục này thuộc khóa khác với bản sao lưu; hãy dùng tệp khôi phục làm sau lần đổi khóa của bản đó."
        )
    try:
        secret = unwrap(table, recovery_passphrase)
    except KeyMissing:
        raise KeyMissing("Mật khẩu của tệp khôi phục không đúng; hãy nhập lại.") from None
    except StoreError as broken:
        raise StoreError(f"Tệp khôi phục {file.name} đã hỏng; hãy dùng bản khác của tệp này.") from broken
    return secret
