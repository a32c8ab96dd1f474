"""The archive file before judges that are not ours: qpdf's checker, and PDFBox's preflight where it is installed."""

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from scanning.digitised import Digitised
from scanning.pages import ScannedPage
from scanning.pipeline import digitise
from scanning.samples.sheets import print_authorization

# Debian: libpdfbox2-java, libactivation-java, libjaxb-api-java.
_JARS = ("preflight.jar", "pdfbox2.jar", "fontbox2.jar", "xmpbox.jar", "commons-logging.jar", "commons-io.jar",
         "javax.activation.jar", "jaxb-api.jar")  # fmt: skip
_JAVA = Path("/usr/share/java")


@pytest.fixture(scope="module")
def digitised() -> Digitised:
    page = ScannedPage(np.asarray(print_authorization(stamped=True).image), 300, "giay.png", "0" * 64)
    return digitise([page])


def test_qpdf_finds_nothing_to_say(digitised: Digitised) -> None:
    with pikepdf.open(io.BytesIO(digitised.pdf)) as pdf:
        assert pdf.check_pdf_syntax() == []


@pytest.mark.skipif(
    shutil.which("java") is None or not all((_JAVA / jar).exists() for jar in _JARS),
    reason="PDFBox preflight is not installed",
)
def test_preflight_finds_nothing_that_part_two_forbids(digitised: Digitised, tmp_path: Path) -> None:
    """Preflight knows part 1 only: the file is given its number, version and plain cross references."""
    plain = tmp_path / "a1.pdf"
    with pikepdf.open(io.BytesIO(digitised.pdf)) as pdf:
        packet = pdf.Root.Metadata.read_bytes()
        pdf.Root.Metadata.write(packet.replace(b"<pdfaid:part>2", b"<pdfaid:part>1"))
        pdf.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable, force_version="1.4")
    path = ":".join(str(_JAVA / jar) for jar in _JARS)
    command = ["java", "-cp", path, "org.apache.pdfbox.preflight.Validator_A1b", str(plain)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert "PDF/A-1b file" in said
    faults = [line for line in said.splitlines() if line[:1].isdigit()]
    # Part 2 allows ICC profiles of version 4.
    assert [fault for fault in faults if "Invalid version of the ICCProfile" not in fault] == []
