"""What the workflow will not do yet, in one sentence for the officer."""

from __future__ import annotations


class WorkflowError(Exception):
    """Something is missing or does not fit; nothing entered so far is lost."""


class RegisterRefused(WorkflowError):
    """A register answered, but not with what was asked for; the visit goes on by card and paper."""
