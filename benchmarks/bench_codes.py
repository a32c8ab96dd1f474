"""Codes of damaged photographs of cards: the reading library alone, with simple retries, and ours; then the zone.

    python -m benchmarks.bench_codes [EACH] [SEED]

EACH photographs of every condition (6: 120 fronts; and 5 of every condition of backs), all ways on the same
pictures in one run. Times are of one processor core. "Read" counts a picture whose codes were all read exactly;
"wrong" counts texts that stand on no card in the picture.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import zxingcpp

from benchmarks.corpus.cards import Photograph, backs, fronts
from scanning.cards import parse_card_text
from scanning.codes import codes_in, codes_in_patiently, machine_readable_zones
from scanning.errors import ScanError
from scanning.pages import Pixels

Reading = Callable[[Pixels], set[str]]


@dataclass
class Tally:
    way: str
    pictures: int = 0
    read: int = 0
    wrong: int = 0
    times_s: list[float] = field(default_factory=list)
    missed: dict[str, int] = field(default_factory=dict)

    def count(self, shot: str, got: set[str], truth: set[str], took_s: float) -> None:
        self.pictures += 1
        self.read += truth <= got
        self.wrong += len(got - truth)
        self.times_s.append(took_s)
        if not truth <= got:
            self.missed[shot] = self.missed.get(shot, 0) + 1

    def row(self) -> str:
        middle, high = np.percentile(self.times_s, (50, 99))
        share = 100 * self.read / self.pictures
        return (
            f"{self.way:26} {self.read:4}/{self.pictures:<4} {share:5.1f} % {self.wrong:5} "
            f"{middle * 1000:8.0f} {high * 1000:8.0f}"
        )


def alone(picture: Pixels) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(_grey(picture)) if code.text}


def with_retries(picture: Pixels) -> set[str]:
    """Other sizes, contrasts and turns of the whole picture until one shows a code."""
    for view in _simple_views(_grey(picture)):
        found = {code.text for code in zxingcpp.read_barcodes(view) if code.text}
        if found:
            return found
    return set()


def ours(picture: Pixels) -> set[str]:
    """As a card is identified: the first look, then the patient one."""
    found = codes_in(picture) or codes_in_patiently(picture)
    return {code.text for code in found}


def ours_all(picture: Pixels) -> set[str]:
    """The patient search alone: goes on for a second card."""
    return {code.text for code in codes_in_patiently(picture)}


def _grey(picture: Pixels) -> Pixels:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.uint8)


def _simple_views(grey: Pixels) -> Iterator[Pixels]:
    yield grey
    long_side = max(grey.shape)
    for scale in (s for s in (2.0, 0.5, 1.5, 3.0, 0.75, 0.33) if 500 <= long_side * s <= 5200):
        way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        sized = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way).astype(np.uint8)
        yield sized
        yield cv2.createCLAHE(3.0, (8, 8)).apply(sized).astype(np.uint8)
        soft = cv2.GaussianBlur(sized, (0, 0), 2.0)
        yield cv2.addWeighted(sized, 2.2, soft, -1.2, 0).astype(np.uint8)
        yield cv2.medianBlur(sized, 3).astype(np.uint8)
    for degrees in (15.0, 30.0, 45.0, 60.0, 75.0):
        turn = cv2.getRotationMatrix2D((grey.shape[1] / 2, grey.shape[0] / 2), degrees, 1.0)
        yield cv2.warpAffine(grey, turn, grey.shape[::-1], borderValue=255.0).astype(np.uint8)


def timed(tally: Tally, photo: Photograph, read: Reading, truth: set[str]) -> None:
    started = time.process_time()
    got = read(photo.pixels)
    tally.count(photo.shot, got, truth, time.process_time() - started)


def run_codes(each: int = 6, seed: int = 1) -> list[Tally]:
    """Tallies of every way of reading the QR code."""
    ways: list[tuple[Tally, Reading]] = [
        (Tally("zxing-cpp alone"), alone),
        (Tally("zxing-cpp, simple retries"), with_retries),
        (Tally("ours, as at the counter"), ours),
        (Tally("ours, patient search"), ours_all),
    ]
    for photo in fronts(each, seed):
        truth = {person.qr_payload() for person in photo.people}
        for tally, read in ways:
            timed(tally, photo, read, truth)
    return [tally for tally, _ in ways]


def run_zones(each: int = 5, seed: int = 1) -> Tally:
    """Tally of the zone; the engine's own processes are counted by the clock on the wall."""
    tally = Tally("zone on the back (wall)")
    for photo in backs(each, seed):
        started = time.perf_counter()
        got = zone_readings(photo.pixels)
        tally.count(photo.shot, got, {photo.people[0].personal_id}, time.perf_counter() - started)
    return tally


def zone_readings(picture: Pixels) -> set[str]:
    """The number in the zone of a card's back, straight from the photograph."""
    for zone in machine_readable_zones(_grey(picture), 300):
        try:
            return {parse_card_text(zone).personal_id}
        except ScanError:
            continue
    return set()


def main() -> None:
    given = [int(argument) for argument in sys.argv[1:3]]
    each, seed = (*given, *(6, 1)[len(given) :])
    cv2.setNumThreads(1)
    tallies = run_codes(each, seed)
    tallies.append(run_zones(max(1, each - 1), seed))
    print(f"{'way':26} {'read':>9} {'share':>7} {'wrong':>5} {'median ms':>9} {'p99 ms':>7}")
    for tally in tallies:
        print(tally.row())
    for tally in tallies:
        print(f"missed, {tally.way}: {tally.missed or 'none'}")


if __name__ == "__main__":
    main()
