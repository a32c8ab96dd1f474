"""How many papers nobody asks for: a thousand visits of invented citizens against the training province.

python -m benchmarks.bench_reuse [VISITS=1000] [SEED=1]

Each visit: a citizen of the sandbox, a procedure and a case by chance; card, register and result store are asked as the
counter does. The baseline is what an inspected system lists: every paper of every case of the procedure.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections import Counter as Tally
from pathlib import Path
from random import Random

import requests

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

from app.bootstrap import open_station
from app.config import PopulationSettings, ResultSettings, Settings
from app.workflow.reusing import ReuseQuestion
from tests.sandbox.process import SandboxProcess


def run(visits: int = 1000, seed: int = 1) -> None:
    """Prints the table."""
    random = Random(seed)
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        province = SandboxProcess(home / "province")
        try:
            told = requests.get(f"{province.url}/sandbox/citizens", timeout=10).json()
            people = [str(citizen["card_qr"]) for citizen in told["citizens"]]
            settings = Settings(
                home / "home",
                home / "keys",
                population=PopulationSettings(url=province.url),
                results=ResultSettings(url=province.url),
            )
            tally = _visits(settings, people, visits, random)
        finally:
            province.close()
    listed, of_case = tally["listed"], tally["of_case"]
    asked = of_case - sum(tally[f"by_{source}"] for source in _SOURCES)
    print(f"{visits} lượt, hạt giống {seed}")
    print(f"  {'giấy phải nộp hoặc xuất trình':<46}{'số giấy':>9}{'mỗi lượt':>10}{'so với liệt kê hết':>20}")
    for words, count in (
        ("liệt kê mọi giấy của mọi trường hợp (nền)", listed),
        ("chỉ của trường hợp này", of_case),
        ("sau thẻ, CSDLQG dân cư, kho dữ liệu", asked),
    ):
        print(f"  {words:<46}{count:>9}{count / visits:>10.2f}{count / listed:>20.1%}")
    for source in _SOURCES:
        print(f"    không cần vì {_SOURCES[source]:<33}{tally[f'by_{source}']:>9}")
    print(
        f"  không hỏi lại: {1 - asked / of_case:.1%} giấy của trường hợp; {tally['visits_spared'] / visits:.1%} lượt có ít nhất một giấy"
    )


_SOURCES = {
    "card": "thẻ căn cước",
    "register": "CSDLQG dân cư",
    "result_store": "kho dữ liệu điện tử",
    "earlier_dossier": "hồ sơ trước tại trạm",
}


def _visits(settings: Settings, people: list[str], visits: int, random: Random) -> Tally[str]:
    tally: Tally[str] = Tally()
    with open_station(settings) as station:
        procedures = list(station.counter.procedures.values())
        for _ in range(visits):
            procedure = random.choice(procedures)
            session = station.begin()
            session.choose_procedure(str(procedure.code), station.clock.now())
            session.take_card(station.read_card(random.choice(people)))
            session.take_answer(*station.look_up(session.query))
            session.choose_case(random.choice(procedure.cases).code)
            if (question := ReuseQuestion.of(session)) is not None:
                session.take_reused(station.reusing.find(question))
            needed = [p for p in procedure.components_of(session.visit.case) if p.is_required]
            tally["listed"] += len(procedure.components)
            tally["of_case"] += len(needed)
            proofs = [proof for p in needed if (proof := session.proof_of(p)) is not None]
            for proof in proofs:
                tally[f"by_{proof}"] += 1
            tally["visits_spared"] += bool(proofs)
    return tally


if __name__ == "__main__":
    run(*map(int, sys.argv[1:3]))
