"""Which paper the next scan is for, and how papers and pages are named in short."""

from __future__ import annotations

from app.workflow.views import ComponentState, ComponentView, VisitView

_SHORT = 2  # words of a paper's name that tell it from the others at a glance


def can_be_scanned(component: ComponentView) -> bool:
    """False for what is only shown, and for what a source has already given."""
    return component.state not in (ComponentState.REUSED, ComponentState.VERIFIED)


def can_be_marked(component: ComponentView) -> bool:
    """True for a paper of which only the original is to be seen, while nobody has seen it."""
    return component.is_shown_only and component.state in (ComponentState.MISSING, ComponentState.OPTIONAL)


def scan_target(view: VisitView, chosen: str) -> str:
    """The chosen paper if it can be scanned, else the first missing one, else the first that can be; or ""."""
    able = [c for c in view.components if can_be_scanned(c)]
    if any(c.code == chosen for c in able):
        return chosen
    missing = [c for c in able if c.state is ComponentState.MISSING and not c.is_shown_only]
    first = next(iter(missing or able or view.components), None)
    return first.code if first is not None else ""


def pages_of(view: VisitView) -> tuple[tuple[ComponentView, int], ...]:
    """Every page of the visit in the order of its papers; a page that is arriving has the number -1."""
    pages: list[tuple[ComponentView, int]] = []
    for component in view.components:
        pages += [(component, page) for page in range(len(component.pages))]
        if component.is_arriving:
            pages.append((component, -1))
    return tuple(pages)


def short_name(name: str) -> str:
    """'Tờ khai' of 'Tờ khai cấp bản sao trích lục hộ tịch'."""
    words = name.split()
    return " ".join(words[:_SHORT])
