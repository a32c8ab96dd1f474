"""A process of its own that keeps Tesseract loaded: its models stay in memory from page to page.

The program writes requests to our input, each one line of JSON and a grey picture, and reads from our output: `READY`
with the engine's version, then a line of JSON for each request. When the input ends, because the program did, so do we,
also in the middle of a page. Nothing is written anywhere else.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

import tesserocr

if sys.platform != "win32":
    import resource

READY = "ready"
FAILED, MISSING = "failed", "missing"
_Request = tuple[dict[str, Any], bytes]


def main() -> None:
    """Serves until the input ends."""
    # Ctrl-C in a terminal is for the program, which then lets us go.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        # A core file would hold a citizen's page.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, target = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    # What the engine might say of itself must not stand between answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    requests: SimpleQueue[_Request] = SimpleQueue()
    threading.Thread(target=_receive, args=(source, requests), daemon=True).start()
    _tell(target, {READY: tesserocr.tesseract_version().split()[1]})
    loaded: dict[tuple[str, str], tesserocr.PyTessBaseAPI] = {}
    while True:
        _tell(target, _answer(loaded, *requests.get()))


def _receive(source: BinaryIO, requests: "SimpleQueue[_Request]") -> None:
    for line in source:
        facts = json.loads(line)
        picture = source.read(facts["width"] * facts["height"])
        requests.put((facts, picture))
    os._exit(0)


def _tell(target: BinaryIO, answer: dict[str, Any]) -> None:
    target.write(json.dumps(answer).encode() + b"\n")
    target.flush()


def _answer(
    loaded: dict[tuple[str, str], tesserocr.PyTessBaseAPI], facts: dict[str, Any], picture: bytes
) -> dict[str, Any]:
    key = facts["models"], facts["language"]
    if key not in loaded:
        if not Path(facts["models"], f"{facts['language']}.traineddata").is_file():
            return {MISSING: facts["language"]}
        # The folder's name has to end with a stroke.
        loaded[key] = tesserocr.PyTessBaseAPI(path=os.path.join(facts["models"], ""), lang=facts["language"])
    api = loaded[key]
    # Nothing of one page may change how the next is read.
    api.ClearAdaptiveClassifier()
    api.SetPageSegMode(facts["page_mode"])
    api.SetVariable("tessedit_char_whitelist", facts["whitelist"])
    api.SetImageBytes(picture, facts["width"], facts["height"], 1, facts["width"])
    api.SetSourceResolution(facts["dpi"])
    try:
        if facts["page_mode"] == tesserocr.PSM.OSD_ONLY:
            return {"orientation": api.DetectOrientationScript()}
        return {"words": api.GetTSVText(0)} if api.Recognize() else {FAILED: True}
    except RuntimeError:
        return {FAILED: True}
    finally:
        api.Clear()


if __name__ == "__main__":
    main()
