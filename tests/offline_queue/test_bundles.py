"""Hand-over on a stick: whole, once, for the right station from a known one, or refused with a sentence."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_queue import bundle_files
from offline_queue.bundle_files import BundleKind, write_bundle
from offline_queue.bundle_keys import Identity, Peer, open_identity
from offline_queue.bundles import Confirmed, Stage
from offline_queue.edits import EditRequest, edit, note_sent, versions_of
from offline_queue.errors import BundleRefused, HandoverStopped, StoreError
from offline_queue.outbox import OutboxState, step
from offline_queue.records import FileEntry, Record, get_record, seal
from offline_queue.store import Store
from tests.offline_queue.desks import Desk
from tests.offline_queue.records import COMPONENT, NOON, new_key, seal_request
from tests.offline_queue.rows import list_outbox


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Desk]:
    """Has dossiers and no line."""
    desk = Desk.open(tmp_path / "laptop", "Q03")
    desk.give_numbers()
    yield desk
    desk.store.close()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Desk]:
    """Has a line, and a record and numbers of its own."""
    desk = Desk.open(tmp_path / "office", "Q01")
    desk.give_numbers(51, 60)
    desk.seal(100)
    yield desk
    desk.store.close()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """An empty stick."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def edited(desk: Desk, key: str, reason: str, file: bytes = b"") -> None:
    """A later version, with one more paper where given."""
    files = []
    if file:
        kept = desk.files.put(file)
        name = f"bo-sung-{kept.sha256[:4]}.pdf"
        files = [FileEntry(COMPONENT, name, "application/pdf", kept.size, kept.sha256, kept.blob)]
    edit(
        desk.store,
        EditRequest(key, lambda body: {**body, "form": {"reason": reason}}, NOON, "cb01", reason, files),
    )


def is_one_sentence(words: str) -> bool:
    return words.endswith(".") and "\n" not in words and "Error" not in words


def check_the_same(taker: Desk, giver: Desk, key: str) -> None:
    """The record as it was sealed and changed, with every byte of its files."""
    ours, theirs = get_record(taker.store, key), get_record(giver.store, key)
    assert (ours.body, ours.body_sha256, ours.local, ours.code, ours.alias, ours.sealed_at) == (
        theirs.body,
        theirs.body_sha256,
        theirs.local,
        theirs.code,
        theirs.alias,
        theirs.sealed_at,
    )
    raw = "SELECT body FROM records WHERE key = ?"
    assert taker.store.rows(raw, key) == giver.store.rows(raw, key)
    assert versions_of(taker.store, key) == versions_of(giver.store, key)
    assert [(f.part, f.name, f.media_type, f.size, f.sha256) for f in ours.files] == [
        (f.part, f.name, f.media_type, f.size, f.sha256) for f in theirs.files
    ]
    for mine, other in zip(ours.files, theirs.files, strict=True):
        assert taker.files.get(mine.blob) == giver.files.get(other.blob)


def test_everything_goes_over_and_stays_with_the_giver(laptop: Desk, office: Desk, stick: Path) -> None:
    first, second, bare = laptop.seal(200_000, 3), laptop.seal(70_000), laptop.seal()
    edited(laptop, second.key, "sửa ngày sinh", b"giay bo sung")
    before, own = laptop.everything(), office.everything()
    given = laptop.give(stick / "a.motcua", office)
    keys = (first.key, second.key, bare.key)
    assert (given.keys, given.left_out, given.taker) == (keys, (), "Q01")
    assert os.listdir(stick) == ["a.motcua"]
    taken = office.taken(stick / "a.motcua", laptop)
    assert (taken.keys, taken.known, taken.left_out, taken.giver) == (keys, (), (), "Q03")
    for key in keys:
        check_the_same(office, laptop, key)
        assert laptop.events(key)[-1] == "handed_over"
        assert office.events(key) == [*laptop.events(key)[:-1], "taken_over"]
    after = laptop.everything()
    for table in ("records", "record_files", "outbox", "record_edits", "number_blocks"):
        assert after[table] == before[table]
    assert [(h["record_key"], h["direction"]) for h in after["handovers"]] == [(k, "given") for k in keys]
    rows = {row.key: row for row in list_outbox(office.store)}
    assert [rows[k].state for k in keys] == [OutboxState.SEALED] * 3
    assert office.everything()["number_blocks"] == own["number_blocks"]
    assert [(a["action"], a["subject"], a["officer"]) for a in office.everything()["audit"]][-3:] == [
        ("import", k, "cb-Q01") for k in keys
    ]
    assert {p.stage for p in laptop.seen} == {Stage.WRITING, Stage.CHECKING}
    assert {p.stage for p in office.seen} == {Stage.CHECKING, Stage.TAKING}


def test_given_and_taken_twice_is_one_record(laptop: Desk, office: Desk, stick: Path) -> None:
    record = laptop.seal(5000)
    laptop.give(stick / "a.motcua", office)
    laptop.give(stick / "b.motcua", office)
    assert office.taken(stick / "a.motcua", laptop).keys == (record.key,)
    before = office.everything()
    for name in ("a.motcua", "b.motcua"):
        again = office.taken(stick / name, laptop)
        assert (again.keys, again.known, again.left_out) == ((), (record.key,), ())
    assert office.everything() == before


def test_a_named_record_is_given_alone(laptop: Desk, office: Desk, stick: Path) -> None:
    _, wanted = laptop.seal(10), laptop.seal(10)
    assert laptop.give(stick / "a", office, wanted.number, wanted.key).keys == (wanted.key,)
    with pytest.raises(StoreError, match="Không có hồ sơ"):
        laptop.give(stick / "b", office, "H00-no")
    assert os.listdir(stick) == ["a"]


def test_what_the_province_has_is_not_given(laptop: Desk, office: Desk, stick: Path) -> None:
    record = laptop.seal(10)
    accept(laptop, record)
    for keys in ((), (record.key,)):
        with pytest.raises(BundleRefused) as refused:
            laptop.give(stick / "a", office, *keys)
        assert is_one_sentence(str(refused.value))
    assert os.listdir(stick) == []


def accept(desk: Desk, record: Record) -> None:
    """As if the province had taken it."""
    step(desk.store, record.key, OutboxState.SENDING, NOON)
    step(desk.store, record.key, OutboxState.ACCEPTED, NOON, official_code=record.code)


def test_a_later_version_comes_on_top(laptop: Desk, office: Desk, stick: Path) -> None:
    record = laptop.seal(100)
    laptop.give(stick / "a", office)
    office.take(stick / "a", laptop)
    edited(laptop, record.key, "bổ sung giấy", b"to giay moi")
    laptop.give(stick / "b", office)
    assert office.taken(stick / "b", laptop).keys == (record.key,)
    check_the_same(office, laptop, record.key)
    # The older bundle comes again, from another stick: nothing goes back.
    before = office.everything()
    assert office.taken(stick / "a", laptop).known == (record.key,)
    assert office.everything() == before


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_later_version_of_what_is_settled_is_queued_again(
    laptop: Desk, office: Desk, stick: Path, is_refused: bool
) -> None:
    record = laptop.seal(100)
    laptop.give(stick / "a", office)
    office.take(stick / "a", laptop)
    if is_refused:
        step(office.store, record.key, OutboxState.SENDING, NOON)
        step(office.store, record.key, OutboxState.NEEDS_OFFICER, NOON, reason="Thiếu số điện thoại.")
    else:
        accept(office, record)
        note_sent(office.store, record.key, versions_of(office.store, record.key)[0], 1)
    edited(laptop, record.key, "thêm số điện thoại")
    laptop.give(stick / "b", office)
    assert office.taken(stick / "b", laptop).keys == (record.key,)
    (row,) = list_outbox(office.store, record.key)
    assert row.state is (OutboxState.SEALED if is_refused else OutboxState.TO_UPDATE)
    check_the_same(office, laptop, record.key)


def test_two_different_edits_are_told_and_both_kept(laptop: Desk, office: Desk, stick: Path) -> None:
    record, other = laptop.seal(100), laptop.seal(50)
    laptop.give(stick / "a", office, record.key)
    office.take(stick / "a", laptop)
    edited(laptop, record.key, "một")
    edited(office, record.key, "hai")
    laptop.give(stick / "b", office)
    before = versions_of(office.store, record.key)
    taken = office.taken(stick / "b", laptop)
    assert taken.keys == (other.key,)
    (left,) = taken.left_out
    assert left.key == record.key
    assert "sửa khác nhau" in left.reason
    assert versions_of(office.store, record.key) == before


def test_the_same_key_with_another_body_is_told_by_name(laptop: Desk, office: Desk, stick: Path) -> None:
    key = new_key()
    laptop.seal(100, key=key)
    other = laptop.seal(100)
    office.seal(key=key)
    mine = get_record(office.store, key)
    laptop.give(stick / "a", office)
    taken = office.taken(stick / "a", laptop)
    assert (taken.keys, [left.key for left in taken.left_out]) == ((other.key,), [key])
    assert is_one_sentence(taken.left_out[0].reason)
    assert get_record(office.store, key) == mine


def test_a_number_that_is_taken_keeps_only_that_record_out(laptop: Desk, office: Desk, stick: Path) -> None:
    clash = laptop.seal(100)
    other = laptop.seal(100)
    with office.store.transaction() as db:
        db.execute("UPDATE records SET code = ?", [clash.code])
    laptop.give(stick / "a", office)
    taken = office.taken(stick / "a", laptop)
    assert (taken.keys, [left.key for left in taken.left_out]) == ((other.key,), [clash.key])
    assert clash.code in taken.left_out[0].reason  # type: ignore[operator]


def test_an_official_code_given_later_clashes_too(laptop: Desk, office: Desk, stick: Path) -> None:
    clash = laptop.seal(100)
    with office.store.transaction() as db:
        db.execute("UPDATE records SET code = NULL, alias = 'TN-Q01-1'")
        db.execute("UPDATE outbox SET official_code = ?", [clash.code])
    laptop.give(stick / "a", office)
    assert [left.key for left in office.taken(stick / "a", laptop).left_out] == [clash.key]


def test_a_provisional_number_stays(office: Desk, stick: Path, tmp_path: Path) -> None:
    bare = Desk.open(tmp_path / "bare", "Q09")
    record = bare.seal(10)
    assert record.code is None
    bare.give(stick / "a", office)
    office.take(stick / "a", bare)
    assert get_record(office.store, record.alias or "").key == record.key
    bare.store.close()


def test_a_rotten_file_keeps_only_its_record_out(laptop: Desk, office: Desk, stick: Path) -> None:
    rotten, sound = laptop.seal(100), laptop.seal(200)
    blob = rotten.files[0].blob
    (laptop.home / "files" / blob[:2] / blob[2:]).write_bytes(b"MCF1 nothing")
    given = laptop.give(stick / "a", office)
    assert (given.keys, [left.key for left in given.left_out]) == ((sound.key,), [rotten.key])
    assert office.taken(stick / "a", laptop).keys == (sound.key,)


# ---- the office's word comes back


def test_the_receipt_tells_the_giver_what_arrived(laptop: Desk, office: Desk, stick: Path) -> None:
    record, waiting = laptop.seal(100), laptop.seal(100)
    given = laptop.give(stick / "a", office, record.key)
    office.take(stick / "a", laptop, stick / "receipt")
    confirmed = laptop.take(stick / "receipt", office)
    assert confirmed == Confirmed(given.bundle, "Q01", (record.key,), ())
    assert laptop.events(record.key)[-1] == "confirmed_v1"
    before = laptop.everything()
    assert laptop.take(stick / "receipt", office) == confirmed
    assert laptop.everything() == before
    # What is confirmed need not be carried again, unless it was changed since.
    assert laptop.give(stick / "b", office).keys == (waiting.key,)
    edited(laptop, record.key, "đổi ý")
    assert laptop.give(stick / "c", office).keys == (record.key, waiting.key)


def test_a_receipt_for_what_was_never_given_is_not_noted(laptop: Desk, office: Desk, stick: Path) -> None:
    record = laptop.seal(100)
    laptop.give(stick / "a", office)
    office.take(stick / "a", laptop, stick / "receipt")
    with laptop.store.transaction() as db:
        db.execute("DELETE FROM handovers")
    before = laptop.everything()
    assert laptop.take(stick / "receipt", office).unknown == (record.key,)
    assert laptop.everything() == before


def test_a_receipt_is_written_again_for_what_is_known(laptop: Desk, office: Desk, stick: Path) -> None:
    record = laptop.seal(100)
    laptop.give(stick / "a", office)
    office.take(stick / "a", laptop)
    office.take(stick / "a", laptop, stick / "receipt")
    assert laptop.take(stick / "receipt", office).keys == (record.key,)
    with pytest.raises(BundleRefused, match="Đã có tệp"):
        office.take(stick / "a", laptop, stick / "receipt")


# ---- what is not sound is refused


def test_strangers_others_and_newer_ones_are_refused(
    laptop: Desk, office: Desk, stick: Path, tmp_path: Path
) -> None:
    laptop.seal(1000)
    third = Desk.open(tmp_path / "third", "Q07")
    laptop.give(stick / "a", office)
    whole = (stick / "a").read_bytes()
    (stick / "short").write_bytes(whole[:-1000])
    (stick / "start").write_bytes(whole[:17])
    (stick / "changed").write_bytes(whole[:-500] + bytes([whole[-500] ^ 1]) + whole[-499:])
    (stick / "newer").write_bytes(whole[:14] + b"\0\2" + whole[16:])
    (stick / "picture").write_bytes(b"\x89PNG" + bytes(100))
    (stick / "empty").write_bytes(b"")
    before, kept = office.everything(), office.blobs()
    for name, taker, giver, words in (
        ("a", third, laptop, "dành cho trạm khác"),
        ("a", office, third, "trạm lạ"),
        ("short", office, laptop, "bị cụt"),
        ("start", office, laptop, "bị cụt"),
        ("changed", office, laptop, "đã bị thay đổi"),
        ("newer", office, laptop, "cập nhật chương trình"),
        ("picture", office, laptop, "không phải gói bàn giao"),
        ("empty", office, laptop, "không phải gói bàn giao"),
        ("missing", office, laptop, "Không đọc được"),
    ):
        with pytest.raises(BundleRefused, match=words) as refused:
            taker.take(stick / name, giver)
        assert is_one_sentence(str(refused.value))
    assert (office.everything(), office.blobs()) == (before, kept)
    third.store.close()


def test_another_s_name_on_a_bundle_does_not_help(laptop: Desk, office: Desk, stick: Path) -> None:
    """A trusted station puts its own head and signature on what another one locked: it cannot be opened."""
    laptop.seal(1000)
    laptop.give(stick / "a", office)
    thief = Identity("Q05", bytes(32))
    whole = (stick / "a").read_bytes()
    own, others = (base64.b64encode(p.signing) for p in (thief.peer, laptop.peer))
    body = whole.replace(others, own)[:-76]
    (stick / "b").write_bytes(
        body + thief.sign(b"motcua bundle\0" + hashlib.sha256(body).digest()) + b"\nMOTCUA-END\n"
    )
    before = office.everything()
    with pytest.raises(BundleRefused):
        office.handover().take(stick / "b", [thief.peer])
    assert office.everything() == before


@pytest.fixture(scope="module")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Peer, bytes]]:
    """An office, a known giver and a sound bundle, for many spoilt copies of it."""
    folder = tmp_path_factory.mktemp("carried")
    laptop, office = Desk.open(folder / "laptop", "Q03"), Desk.open(folder / "office", "Q01")
    laptop.seal(70_000, 3)
    laptop.give(folder / "a", office)
    yield office, laptop.peer, (folder / "a").read_bytes()
    laptop.store.close()
    office.store.close()


@given(data=st.data())
@settings(max_examples=400, deadline=None, derandomize=True, database=None)
def test_any_spoilt_bundle_is_refused_and_changes_nothing(
    carried: tuple[Desk, Peer, bytes], data: st.DataObject
) -> None:
    office, giver, whole = carried
    # Half of the places in the head and the tail, where they have a meaning each.
    place = data.draw(st.integers(0, len(whole) - 1) | st.integers(0, 400) | st.integers(-100, -1)) % len(
        whole
    )
    match data.draw(st.sampled_from(["flip", "cut", "drop", "add", "swap"])):
        case "flip":
            bit = 1 << data.draw(st.integers(0, 7))
            spoilt = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
        case "cut":
            spoilt = whole[:place]
        case "drop":
            spoilt = whole[:place] + whole[place + 1 :]
        case "swap":
            chunk = bundle_files.CHUNK_BYTES + 16
            start = len(whole) - 76 - 70_000 % chunk
            spoilt = whole[: start - 50] + whole[start:] + whole[start - 50 : start]
        case _:
            spoilt = whole[:place] + bytes([data.draw(st.integers(0, 255))]) + whole[place:]
    if spoilt == whole:
        return
    before, kept = office.everything(), office.blobs()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(spoilt)
        with pytest.raises(BundleRefused) as refused:
            office.handover().take(path, [giver])
    assert is_one_sentence(str(refused.value))
    assert (office.everything(), office.blobs()) == (before, kept)


@given(sizes=st.lists(st.sampled_from([0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]), max_size=4))
@settings(max_examples=25, deadline=None, derandomize=True, database=None)
def test_content_of_any_length_comes_back(sizes: list[int]) -> None:
    giver, taker = Identity("a", b"a" * 32), Identity("b", b"b" * 32)
    pieces = [bytes([n + 1]) * size for n, size in enumerate(sizes)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        write_bundle(path, BundleKind.DOSSIERS, giver, taker.peer, pieces)
        bundle = bundle_files.open_bundle(path, taker, [giver.peer])
        assert b"".join(bundle.content()) == b"".join(pieces)


def test_a_stick_exchanged_after_the_check_is_noticed(laptop: Desk, office: Desk, stick: Path) -> None:
    laptop.seal(300_000)
    laptop.give(stick / "a", office)
    bundle = bundle_files.open_bundle(stick / "a", office.handover().identity(), [laptop.peer])
    whole = bytearray((stick / "a").read_bytes())
    whole[100_000] ^= 1
    (stick / "a").write_bytes(whole)
    with pytest.raises(BundleRefused, match="nhập lại"):
        b"".join(bundle.content())


# ---- keys


def test_the_line_of_a_station_survives_copying_or_is_refused(store: Store) -> None:
    peer = open_identity(store, "Q03 tầng 1").peer
    assert Peer.parse(f"  {peer.line}\n") == peer
    assert open_identity(store, "Q03 tầng 1").peer == peer
    for n in range(len(peer.line)):
        with pytest.raises(BundleRefused) as refused:
            Peer.parse(peer.line[:n] + peer.line[n + 1 :] if n > 9 else peer.line[n + 20 :])
        assert is_one_sentence(str(refused.value))
    with pytest.raises(BundleRefused):
        Peer("x", bytes(32), bytes(32)).lock()


# ---- the stick


def test_a_bundle_is_never_written_over(laptop: Desk, office: Desk, stick: Path) -> None:
    laptop.seal(10)
    (stick / "a").write_bytes(b"older")
    with pytest.raises(BundleRefused, match="Đã có tệp"):
        laptop.give(stick / "a", office)
    assert (stick / "a").read_bytes() == b"older"


def test_a_file_too_large_for_the_stick_leaves_nothing(laptop: Desk, office: Desk, stick: Path) -> None:
    laptop.seal(900_000)
    before, limits = laptop.everything(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, limits[1]))
    try:
        with pytest.raises(BundleRefused, match="không chứa được") as refused:
            laptop.give(stick / "a", office)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert is_one_sentence(str(refused.value))
    assert (os.listdir(stick), laptop.everything()) == ([], before)


def test_a_full_stick_is_said_and_leaves_nothing() -> None:
    """A real one of 300 KB, seen from a child's own mount namespace."""
    script = (
        "import sys; from pathlib import Path\n"
        "from offline_queue.bundle_files import BundleKind, check_room, write_bundle\n"
        "from offline_queue.bundle_keys import Identity\n"
        "from offline_queue.errors import BundleRefused\n"
        "giver, taker = Identity('a', b'a' * 32), Identity('b', b'b' * 32)\n"
        "stick = Path('/mnt')\n"
        "for work in (lambda: write_bundle(stick / 'x', BundleKind.DOSSIERS, giver, taker.peer, [bytes(10**6)]),\n"
        "             lambda: check_room(stick, 10**6)):\n"
        "    try: work()\n"
        "    except BundleRefused as refused: print(refused)\n"
        "print(list(stick.iterdir()))\n"
    )
    mounted = "mount -t tmpfs -o size=300k none /mnt && exec "
    command = ["unshare", "-rm", "sh", "-c", mounted + f'"{sys.executable}" -c "$0"', script]
    probe = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs none /mnt"]
    if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert "Thẻ nhớ đã đầy" in told[0]
    assert "không đủ chỗ" in told[1]
    assert told[2] == "[]"


def test_a_stick_taken_out_leaves_nothing(
    laptop: Desk, office: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.seal(10)
    before = laptop.everything()

    def gone(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", gone)
    with pytest.raises(BundleRefused, match="kiểm tra thẻ nhớ"):
        laptop.give(stick / "a", office)
    assert (os.listdir(stick), laptop.everything()) == ([], before)
    with pytest.raises(BundleRefused, match="Không ghi được"):
        laptop.give(stick / "no-such-folder" / "a", office)


def test_a_stick_that_gives_back_other_bytes_is_noticed(
    laptop: Desk, office: Desk, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.seal(100_000)
    before, real = laptop.everything(), os.fsync

    def lying(handle: int) -> None:
        real(handle)
        os.pwrite(handle, b"\0", 50_000)

    monkeypatch.setattr(os, "fsync", lying)
    with pytest.raises(BundleRefused, match="dùng thẻ khác"):
        laptop.give(stick / "a", office)
    assert (os.listdir(stick), laptop.everything()) == ([], before)


@pytest.mark.parametrize("stop_after", [0, 3, 9, 12])
def test_a_stop_works_on_both_sides_and_can_be_done_again(
    laptop: Desk, office: Desk, stick: Path, stop_after: int
) -> None:
    keys = tuple(laptop.seal(300_000, 10).key for _ in range(3))

    def after(count: int) -> Callable[[], bool]:
        asked = iter(range(1000))
        return lambda: next(asked) >= count

    before = laptop.everything()
    with pytest.raises(HandoverStopped) as stopped:
        laptop.handover(after(stop_after)).give(stick / "a", office.peer)
    assert is_one_sentence(str(stopped.value))
    assert (os.listdir(stick), laptop.everything()) == ([], before)
    laptop.give(stick / "a", office)
    with pytest.raises(HandoverStopped):
        office.handover(after(stop_after)).take(stick / "a", [laptop.peer])
    taken = office.taken(stick / "a", laptop)
    assert sorted(taken.keys + taken.known) == sorted(keys)
    for key in keys:
        check_the_same(office, laptop, key)


def test_memory_does_not_grow_with_the_bundle(laptop: Desk, office: Desk, stick: Path) -> None:
    for _ in range(12):
        laptop.seal(1_000_000, 1_000_001)
    tracemalloc.start()
    laptop.give(stick / "a", office)
    office.take(stick / "a", laptop)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (stick / "a").stat().st_size > 24_000_000
    assert peak < 12_000_000


# ---- killed in the middle


def test_a_taking_that_dies_anywhere_is_done_by_repeating_it(
    laptop: Desk, stick: Path, tmp_path: Path
) -> None:
    """kill -9 before each sync, rename and commit in turn: each record is whole or absent, then all are there."""
    keys = [laptop.seal(40_000, 100).key, laptop.seal(30).key]
    edited(laptop, keys[1], "sửa", b"them mot to")
    empty = Desk.open(tmp_path / "empty", "Q01")
    laptop.give(stick / "a", empty)
    empty.store.close()
    line = laptop.peer.line
    deaths = partly = 0
    for number in range(1, 200):
        home = tmp_path / f"home-{number}"
        shutil.copytree(tmp_path / "empty", home)
        if not is_killed("take", home, stick / "a", line, number):
            break
        deaths += 1
        office = Desk.open(home, "Q01")
        there = [row.key for row in list_outbox(office.store)]
        partly += len(there) == 1
        for key in there:
            check_the_same(office, laptop, key)
        taken = office.taken(stick / "a", laptop)
        assert (sorted(taken.known), taken.left_out) == (sorted(there), ())
        for key in keys:
            check_the_same(office, laptop, key)
            assert office.events(key).count("taken_over") == 1
        office.store.close()
        shutil.rmtree(home)
    else:
        pytest.fail("the taking never came to its end")
    assert deaths >= 15
    assert partly >= 5


def test_a_giving_that_dies_leaves_a_whole_file_or_none(office: Desk, stick: Path, tmp_path: Path) -> None:
    """What a killed giving leaves is hidden and no bundle; the next giving goes over it."""
    template = Desk.open(tmp_path / "template", "Q03")
    keys = tuple(template.seal(90_000).key for _ in range(2))
    template.handover().identity()
    template.store.close()
    whole = hidden = 0
    for number in range(1, 60):
        home, target = tmp_path / f"home-{number}", stick / f"{number}.motcua"
        shutil.copytree(tmp_path / "template", home)
        was_killed = is_killed("give", home, target, office.peer.line, number)
        laptop = Desk.open(home, "Q03")
        assert [row.state for row in list_outbox(laptop.store)] == [OutboxState.SEALED] * 2
        hidden += target.with_name(f".{target.name}.part").exists()
        if target.exists():
            whole += 1
            took = office.taken(target, laptop)
            assert sorted(took.keys + took.known) == sorted(keys)
        else:
            assert laptop.events(keys[0]) == ["sealed"]
            assert laptop.give(target, office).keys == keys
        assert [p for p in stick.iterdir() if p.name.startswith(".")] == []
        laptop.store.close()
        if not was_killed:
            break
    else:
        pytest.fail("the giving never came to its end")
    assert whole >= 2
    assert hidden >= 2


def is_killed(way: str, home: Path, bundle: Path, line: str, step: int) -> bool:
    """Runs a giving or taking that dies at that step; False when it came to its end before."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.offline_queue.bundle_child", way, home, bundle, line, str(step)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode in (0, -signal.SIGKILL), child.stderr
    return child.returncode != 0


def test_a_clock_far_off_changes_nothing(laptop: Desk, office: Desk, stick: Path) -> None:
    record = seal(laptop.store, seal_request(sealed_at=NOON - timedelta(days=3650)))
    laptop.give(stick / "a", office)
    assert office.taken(stick / "a", laptop).keys == (record.key,)
