"""The devices' side of the desk: how scanner and printer are, and the receipts on their way to paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.qt.tasks import Tasks
from app.workflow.station import Station
from offline_queue.records import Record

PrintState = tuple[str, str, float | None]
"""waiting, printing, printed or problem; the words for it; how far, from 0 to 1, where that is known."""


class DeviceDesk:
    """Runs on the window's thread and asks the station through `Tasks`."""

    def __init__(
        self,
        station: Station,
        tasks: Tasks,
        *,
        tell: Callable[[str], None],
        sentence: Callable[[Exception], str],
        loud: Callable[[Exception], None],
    ) -> None:
        self._station, self._tasks = station, tasks
        self._tell, self._sentence, self._loud = tell, sentence, loud
        self._printing: dict[str, PrintState] = {}
        self._scanner = (True, "đang kiểm tra")
        self._printer = (True, "đang kiểm tra")

    def look(self) -> None:
        """Asks the devices how they are."""

        def ask() -> tuple[tuple[bool, str], tuple[bool, str]]:
            return self._station.scanner_state(), self._station.printer_state()

        def took(result: tuple[tuple[bool, str], tuple[bool, str]]) -> None:
            self._scanner, self._printer = result
            self._tell("")

        self._tasks.run(ask, took, self._loud)

    def states(self) -> tuple[tuple[str, str, bool], ...]:
        """Name, words, and whether it can be used."""
        return (
            ("Máy quét", self._scanner[1], self._scanner[0]),
            ("Máy in", self._printer[1], self._printer[0]),
            ("Đầu đọc", "sẵn sàng", True),
        )

    def print_state(self, key: str) -> PrintState:
        """Of one record's receipt."""
        return self._printing.get(key, ("waiting", "Chưa in", None))

    def print_again(self, key: str) -> None:
        """Once more, from the sealed record."""

        def failed(error: Exception) -> None:
            self._printing[key] = ("problem", self._sentence(error), None)
            self._tell("")

        self._tasks.run(lambda: self._station.record(key), self.print, failed)

    def clear(self) -> None:
        """Keeps nothing at hand that was shown to somebody."""
        self._printing = {}

    def print(self, record: Record) -> None:
        """Sends the receipt to the printer and follows it."""
        key = record.key
        self._printing[key] = ("printing", "Đang in giấy hẹn", None)
        self._tell("")

        def printed(where: str) -> None:
            self._printing[key] = ("printed", f"Đã in giấy hẹn, 1 tờ A5 · {Path(where).name}", 1.0)
            self._tell("")

        def failed(error: Exception) -> None:
            self._printing[key] = ("problem", self._sentence(error), None)
            self._tell("")

        self._tasks.run(lambda: self._station.print_record(record), printed, failed)
