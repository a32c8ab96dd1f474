"""The pictures of a visit's pages, read once and away from the window's thread."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.faces.counter.desk import Desk
from app.qt.images import PagePicture, Work, read_page

_KEPT_WHOLE = 6
Place = tuple[str, str]  # visit, picture


class Pictures(QObject):
    """Keeps the last few pages whole and every page small."""

    picture_arrived = Signal(str)

    def __init__(self, desk: Desk, work: Work) -> None:
        super().__init__()
        self._desk, self._work = desk, work
        self._whole: OrderedDict[Place, PagePicture] = OrderedDict()
        self._small: dict[Place, QImage] = {}
        self._under_way: set[Place] = set()

    def page(self, visit: str, picture: str) -> PagePicture | None:
        """A page; None while it is being read: `picture_arrived` tells of its visit when to ask again."""
        place = (visit, picture)
        if place in self._whole:
            self._whole.move_to_end(place)
            return self._whole[place]
        self._read(place)
        return None

    def small(self, visit: str, picture: str) -> QImage | None:
        """The smallest picture of a page, for the strip."""
        place = (visit, picture)
        if place not in self._small:
            self._read(place)
        return self._small.get(place)

    def forget(self, visit: str) -> None:
        """Let go of a visit's pages: it is closed, or was handed in."""
        for kept in (self._whole, self._small):
            for place in [p for p in kept if p[0] == visit]:
                del kept[place]

    def _read(self, place: Place) -> None:
        if place in self._under_way:
            return
        data = self._desk.page_image(*place)
        if data is None:
            return
        self._under_way.add(place)

        def keep(picture: PagePicture) -> None:
            self._under_way.discard(place)
            self._whole[place] = picture
            self._small[place] = picture.small
            while len(self._whole) > _KEPT_WHOLE:
                self._whole.popitem(last=False)
            self.picture_arrived.emit(place[0])

        # A page that cannot be read stays a blank sheet in the strip; the scan itself has said why.
        self._work(lambda: read_page(data), keep, lambda _: None)
