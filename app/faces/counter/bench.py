"""What the three columns share: the visit on the bench, as it stands, and where the officer is in it."""

from __future__ import annotations

from dataclasses import dataclass

from app.faces.counter.desk import Desk
from app.faces.counter.scan_target import scan_target
from app.workflow.views import ComponentView, Crop, FieldView, PageView, VisitView


@dataclass
class Place:
    """Where the officer is: the paper, its page, the field."""

    component: str = ""
    page: int = 0
    field: str = ""


class Bench:
    """One visit at a time; the places of the others are remembered."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.visit = ""
        self._view: VisitView | None = None
        self._places: dict[str, Place] = {}

    @property
    def is_empty(self) -> bool:
        """True before the first visit."""
        return self._view is None

    @property
    def view(self) -> VisitView:
        """The visit as last loaded; LookupError before the first."""
        if self._view is None:
            raise LookupError("no visit on the bench")
        return self._view

    @property
    def place(self) -> Place:
        """Where the officer is in this visit."""
        return self._places.setdefault(self.visit, Place())

    def load(self, visit_id: str = "") -> VisitView:
        """Take the visit as it stands now; another one where an id is given."""
        self.visit = visit_id or self.visit
        view = self._view = self.desk.view(self.visit)
        if self.place.component not in {c.code for c in view.components}:
            self.place.component, self.place.page = scan_target(view, ""), 0
        return view

    def forget(self, visit_id: str) -> None:
        """Let go of a visit that is closed or handed in."""
        self._places.pop(visit_id, None)

    def field(self, name: str) -> FieldView | None:
        """A field by its name."""
        if not name or self._view is None:
            return None
        return next((f for s in self._view.sections for f in s.fields if f.name == name), None)

    @property
    def page(self) -> PageView | None:
        """The page that is shown, None where there is none."""
        chosen = self.component(self.place.component)
        pages = chosen.pages if chosen is not None else ()
        return pages[self.place.page] if 0 <= self.place.page < len(pages) else None

    def page_at(self, crop: Crop) -> PageView | None:
        """The page on which a value stands."""
        component = self.component(crop.component)
        pages = component.pages if component is not None else ()
        return pages[crop.page] if crop.page < len(pages) else None

    def component(self, code: str) -> ComponentView | None:
        """A paper by its code."""
        components = self._view.components if self._view is not None else ()
        return next((c for c in components if c.code == code), None)
