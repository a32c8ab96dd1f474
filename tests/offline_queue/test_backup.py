"""A backup brings a station back: here or elsewhere, never over a sound one, never a number twice."""

from __future__ import annotations

import json
import os
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from offline_queue.backup import Backup, back_up, find_backup, open_backup, verify_backup
from offline_queue.errors import KeyMissing, StationInUse, StoreError, UpkeepStopped
from offline_queue.files import blobs_in
from offline_queue.integrity import required_blobs
from offline_queue.numbers import SerialRequest, serials_left, take_serial
from offline_queue.outbox import OutboxState, step
from offline_queue.presence import using
from offline_queue.records import history_of, seal
from offline_queue.recovery import write_recovery
from offline_queue.restore import Recovery, Restored, finish_restore, restore
from tests.offline_queue.homes import Home, flip
from tests.offline_queue.office import Office
from tests.offline_queue.records import AGENCY, NOON, NOON_DAY, block, give_numbers, paper, seal_request
from tests.offline_queue.rows import list_outbox

PASSPHRASE = "mật khẩu khôi phục"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.under(tmp_path)


@pytest.fixture
def expected(home: Home) -> dict[str, str]:
    return home.fill()


def backed_up(home: Home, target: Path, minutes: int = 0) -> Backup:
    return back_up(home.folder, home.keys(), target, NOON + timedelta(minutes=minutes))


def restored(
    backup: Backup, home: Home, recovery: Recovery | None = None, *, replaces_sound: bool = False
) -> Restored:
    return restore(
        backup.folder,
        home.folder,
        home.key_folder,
        home.passphrase,
        NOON + timedelta(days=1),
        "cb01",
        recovery,
        replaces_sound=replaces_sound,
    )


def wreck(home: Home) -> None:
    """The middle of the database is gone."""
    database = home.folder / "queue.db"
    for at in range(4096, database.stat().st_size, 2048):
        flip(database, at)


def test_everything_comes_back_into_a_damaged_home(
    home: Home, expected: dict[str, str], tmp_path: Path
) -> None:
    backup = backed_up(home, tmp_path / "disk")
    assert (backup.files, backup.copied, backup.missing) == (7, 7, ())
    wreck(home)
    wrecked = (home.folder / "queue.db").read_bytes()
    shutil.rmtree(home.folder / "files")
    done = restored(backup, home)
    home.check(expected)
    assert done.waiting == 3
    assert done.aside is not None
    assert (done.aside / "queue.db").read_bytes() == wrecked


def test_a_second_backup_copies_only_what_is_new(
    home: Home, expected: dict[str, str], tmp_path: Path
) -> None:
    backed_up(home, tmp_path / "disk")
    with home.store() as store:
        record = seal(store, seal_request(files=[paper(home.files(), 5000)]))
    second = backed_up(home, tmp_path / "disk", 1)
    assert (second.files, second.copied) == (8, 1)
    shutil.rmtree(home.folder)
    assert restored(second, home).waiting == 4
    home.check(expected | {record.key: record.body_sha256})
    assert find_backup(tmp_path / "disk") == second.folder


def test_a_file_that_rotted_in_the_backup_is_copied_anew(
    home: Home, expected: dict[str, str], tmp_path: Path
) -> None:
    first = backed_up(home, tmp_path / "disk")
    # One that a record is made of: what nobody names any more is not asked for.
    blob = min(required_blobs(home.folder / "queue.db", home.keys().database))
    flip(first.files_folder / blob[:2] / blob[2:], 40)
    with pytest.raises(StoreError, match="thiếu hoặc hỏng"):
        verify_backup(first, home.keys())
    assert backed_up(home, tmp_path / "disk", 1).copied == 1
    verify_backup(first, home.keys())
    assert expected


def test_a_file_that_rotted_on_the_station_is_told_and_the_older_copy_kept(
    home: Home, expected: dict[str, str], tmp_path: Path
) -> None:
    backed_up(home, tmp_path / "disk")
    for path in (home.folder / "files").glob("*/*"):
        flip(path, 40)
    assert backed_up(home, tmp_path / "disk", 1).missing == ()
    assert len(backed_up(home, tmp_path / "other", 2).missing) == 7
    assert expected


def test_it_is_consistent_while_others_write(home: Home, expected: dict[str, str], tmp_path: Path) -> None:
    is_over = threading.Event()
    written: list[str] = []

    def write() -> None:
        with home.store() as store:
            while not is_over.is_set() and len(written) < 500:
                written.append(seal(store, seal_request()).key)

    thread = threading.Thread(target=write)
    thread.start()
    backups = [backed_up(home, tmp_path / "disk", n) for n in range(3)]
    is_over.set()
    thread.join()
    for backup in backups:
        verify_backup(backup, home.keys())
    shutil.rmtree(home.folder)
    restored(backups[-1], home)
    home.check(expected)
    found = {row["key"] for row in home.rows("SELECT record_key AS key FROM outbox")}
    there = [key in found for key in written]
    assert there == sorted(there, reverse=True)  # one moment: all before it, none after it


def test_it_is_whole_or_absent(home: Home, expected: dict[str, str], tmp_path: Path) -> None:
    calls = iter([False, False, True])
    with pytest.raises(UpkeepStopped):
        back_up(home.folder, home.keys(), tmp_path / "disk", NOON, is_cancelled=lambda: next(calls))
    with pytest.raises(StoreError, match="Không có bản sao lưu"):
        find_backup(tmp_path / "disk")
    assert backed_up(home, tmp_path / "disk").copied == 5  # the two copied before are not copied again
    assert expected


def test_nothing_in_it_opens_without_the_key(home: Home, expected: dict[str, str], tmp_path: Path) -> None:
    backup = backed_up(home, tmp_path / "disk")
    (secret,) = [path.read_text() for path in home.key_folder.iterdir()]
    for path in (tmp_path / "disk").rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes()
            assert "Nguyễn".encode() not in path.read_bytes()
    elsewhere = Home.under(tmp_path / "other machine")
    with pytest.raises(KeyMissing, match="--recovery"):
        restored(backup, elsewhere)
    assert not (elsewhere.folder / "queue.db").exists()
    assert expected


@pytest.mark.parametrize("part", ["queue.db", "station.json", "manifest.json"])
def test_a_changed_backup_is_refused_and_the_home_left_alone(
    home: Home, expected: dict[str, str], tmp_path: Path, part: str
) -> None:
    backup = backed_up(home, tmp_path / "disk")
    size = (backup.folder / part).stat().st_size
    flip(backup.folder / part, size // 2)
    wreck(home)
    before = (home.folder / "queue.db").read_bytes()
    with pytest.raises(StoreError):
        restored(backup, home)
    assert (home.folder / "queue.db").read_bytes() == before
    assert not list(home.folder.glob("*restoring*"))
    assert expected


def test_a_sound_station_is_not_overwritten(home: Home, expected: dict[str, str], tmp_path: Path) -> None:
    backup = backed_up(home, tmp_path / "disk")
    with home.store() as store:
        later = seal(store, seal_request())
    with pytest.raises(StoreError, match="--replace"):
        restored(backup, home)
    home.check(expected | {later.key: later.body_sha256})
    done = restored(backup, home, replaces_sound=True)
    home.check(expected)
    assert done.aside is not None
    assert (done.aside / "queue.db").exists()


def test_restoring_twice_changes_nothing(home: Home, expected: dict[str, str], tmp_path: Path) -> None:
    backup = backed_up(home, tmp_path / "disk")
    wreck(home)
    restored(backup, home)
    with home.store() as store:
        later = seal(store, seal_request())
    again = restored(backup, home)
    assert again.was_done_before
    home.check(expected | {later.key: later.body_sha256})


def test_no_number_is_given_twice(home: Home, tmp_path: Path) -> None:
    with home.store() as store:
        give_numbers(store, block(1, 50))
        first = seal(store, seal_request())
        store.put_setting("lease_request", '{"id": "x"}')
    backup = backed_up(home, tmp_path / "disk")
    with home.store() as store:
        after = seal(store, seal_request())
    wreck(home)
    restored(backup, home)
    with home.store() as store:
        assert serials_left(store, AGENCY, NOON_DAY) == 0
        assert store.get_setting("lease_request") is None
        give_numbers(store, block(1, 50), block(30, 80))  # the province gives the former blocks once more
        with store.transaction():
            assert take_serial(store, SerialRequest(AGENCY, NOON_DAY)) is None
        provisional = seal(store, seal_request())
        assert provisional.code is None
        assert provisional.alias is not None
        give_numbers(store, block(51, 100))
        code = seal(store, seal_request()).code
    assert code not in (first.code, after.code, None)


def test_the_province_is_asked_again_and_holds_each_dossier_once(office: Office, tmp_path: Path) -> None:
    home = Home.under(tmp_path / "station")
    bureau = Office(office.store, office.files, office.province, tmp_path)
    with home.store() as store:
        bureau.store, bureau.files = store, home.files()
        bureau.lease()
        accepted = bureau.seal(900)
        assert bureau.round().sent == 1
        waiting, being_sent = bureau.seal(901), bureau.seal(902)
        step(store, being_sent.key, OutboxState.SENDING, NOON)
    backup = backed_up(home, tmp_path / "disk")
    with home.store() as store:
        bureau.store = store
        assert bureau.round().sent == 2  # the province has all three; the backup does not know
    shutil.rmtree(home.folder)
    assert restored(backup, home).waiting == 2
    with home.store() as store:
        bureau.store, bureau.files = store, home.files()
        states = {row.key: row.state for row in list_outbox(store)}
        assert states[accepted.key] is OutboxState.ACCEPTED
        assert states[being_sent.key] is OutboxState.SEALED
        assert "Khôi phục từ bản sao lưu" in history_of(store, waiting.key)[-1].detail
        assert store.rows("SELECT subject FROM audit WHERE action = 'restore'")
        report = bureau.round()
        assert (report.sent, report.needs_officer) == (2, 0)
        for record in (accepted, waiting, being_sent):
            bureau.check_arrived(record)


def test_another_machine_lives_on_by_the_recovery_file(
    home: Home, expected: dict[str, str], tmp_path: Path
) -> None:
    backup = backed_up(home, tmp_path / "disk")
    recovery = Recovery(tmp_path / "stick" / "recovery.json", PASSPHRASE)
    recovery.file.parent.mkdir()
    write_recovery(home.folder, home.key_folder, None, recovery.file, PASSPHRASE)
    shutil.rmtree(home.folder)
    shutil.rmtree(home.key_folder)
    elsewhere = Home.under(tmp_path / "new machine")
    for wrong in (PASSPHRASE + " ", ""):
        with pytest.raises(KeyMissing, match="không đúng"):
            restored(backup, elsewhere, Recovery(recovery.file, wrong))
    restored(backup, elsewhere, recovery)
    elsewhere.check(expected)
    assert restored(backup, elsewhere).was_done_before


def test_a_spoiled_or_foreign_recovery_file_is_a_sentence(
    home: Home, expected: dict[str, str], tmp_path: Path
) -> None:
    backup = backed_up(home, tmp_path / "disk")
    file = tmp_path / "recovery.json"
    with pytest.raises(StoreError, match="12 ký tự"):
        write_recovery(home.folder, home.key_folder, None, file, "ngắn")
    other = Home.under(tmp_path / "other")
    other.fill(1)
    write_recovery(other.folder, other.key_folder, None, file, PASSPHRASE)
    wreck(home)
    with pytest.raises(KeyMissing, match="khóa khác"):
        restored(backup, home, Recovery(file, PASSPHRASE))
    for content in (
        b"",
        b"[]",
        b"{}",
        json.dumps({"format": "motcua recovery 1", "mark": backup.mark}).encode(),
    ):
        file.write_bytes(content)
        with pytest.raises(StoreError, match="hỏng"):
            restored(backup, home, Recovery(file, PASSPHRASE))
    assert expected


def test_an_open_station_is_not_restored(home: Home, expected: dict[str, str], tmp_path: Path) -> None:
    backup = backed_up(home, tmp_path / "disk")
    with using(home.folder), pytest.raises(StationInUse):
        restored(backup, home, replaces_sound=True)
    home.check(expected)


def test_a_restore_cut_off_at_any_rename_is_finished_at_the_next_opening(
    home: Home, expected: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = backed_up(home, tmp_path / "disk")
    wreck(home)
    template = tmp_path / "template"
    shutil.copytree(home.folder, template)
    real = os.replace
    cut = 0
    while True:
        left = cut

        def replace(source: Path, target: Path) -> None:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            real(source, target)

        shutil.rmtree(home.folder)
        shutil.copytree(template, home.folder)
        monkeypatch.setattr(os, "replace", replace)
        try:
            restored(backup, home)
        except KeyboardInterrupt:
            monkeypatch.setattr(os, "replace", real)
            if (home.folder / "restoring").exists():
                with pytest.raises(StoreError, match="bị ngắt giữa chừng"):
                    home.keys()
                finish_restore(home.folder)
                home.check(expected)
            else:
                assert (home.folder / "queue.db").read_bytes() == (template / "queue.db").read_bytes()
                restored(backup, home)
            home.check(expected)
            cut += 1
        else:
            monkeypatch.setattr(os, "replace", real)
            break
    assert cut >= 12
    assert set(blobs_in(home.folder / "files")) == set(blobs_in(template / "files"))


def test_a_folder_that_is_no_backup_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="không phải bản sao lưu"):
        open_backup(tmp_path)
