"""Two hundred invented citizens, the same ones for the same seed.

Numbers follow the structure of the 12-digit personal number (place of birth registration, century
and sex, year, six digits). Cards carry the three-level address in force when they were printed; the
register answers with the two-level one.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import resources
from typing import Any

CITIZEN_COUNT = 200
DEFAULT_SEED = 20261122


@dataclass(frozen=True)
class Commune:
    """A place to live: today's unit with its codes, and its name on older cards."""

    province_code: str
    province: str
    code: str
    name: str
    old: str
    birth_place: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class Citizen:
    """One invented person, as the register knows them."""

    personal_id: str
    old_id: str | None
    name_parts: tuple[str, str, str]
    birth_date: date
    sex: str
    ethnicity: str
    detail: str
    commune: Commune
    card_issued: date
    marital_status: str = "1"
    father_id: str | None = None
    mother_id: str | None = None
    spouse_id: str | None = None
    household_head_id: str | None = None

    @property
    def full_name(self) -> str:
        """Family name, middle names and given name with single spaces."""
        return " ".join(part for part in self.name_parts if part)

    @property
    def address(self) -> str:
        """Residence in today's two-level units."""
        return f"{self.detail}, {self.commune.name}, {self.commune.province}"

    @property
    def card_qr(self) -> str:
        """The text of the code on the card."""
        return "|".join(
            (
                self.personal_id,
                self.old_id or "",
                self.full_name,
                self.birth_date.strftime("%d%m%Y"),
                "Nam" if self.sex == "male" else "Nữ",
                f"{self.detail}, {self.commune.old}",
                self.card_issued.strftime("%d%m%Y"),
            )
        )


def citizens(seed: int = DEFAULT_SEED) -> tuple[Citizen, ...]:
    """All invented citizens; the first two are fixed, so that a demonstration can name them."""
    return _Town(seed).populate()


class _Town:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        folder = resources.files("sandbox") / "data"
        self._people: dict[str, Any] = tomllib.loads((folder / "people.toml").read_text("utf-8"))
        table = tomllib.loads((folder / "communes.toml").read_text("utf-8"))["commune"]
        self._communes = [Commune(**{**row, "people": tuple(row["people"])}) for row in table]
        self._taken_ids: set[str] = set()
        self._citizens: list[Citizen] = []

    def populate(self) -> tuple[Citizen, ...]:
        self._settle_fixed_household()
        for people in ("kinh", "ede", "gia_rai"):
            self._settle_household(people)
        long_names = zip(self._people["kinh"]["long"], self._people["kinh"]["long_sex"], strict=True)
        for name, sex in long_names:
            family, *middle, given = name.split(" ")
            self._citizens.append(
                self._citizen("kinh", sex, self._birth_date(1940, 2004), (family, " ".join(middle), given))
            )
        while len(self._citizens) < CITIZEN_COUNT:
            people = self._random.choices(("kinh", "ede", "gia_rai"), weights=(6, 3, 2))[0]
            sex = self._random.choice(("male", "female"))
            self._citizens.append(self._citizen(people, sex, self._birth_date(1938, 2010)))
        return tuple(self._citizens)

    def _settle_fixed_household(self) -> None:
        by_code = {commune.code: commune for commune in self._communes}
        wife = Citizen(
            personal_id="066188004127",
            old_id="240918273",
            name_parts=("Nguyễn", "Thị Phương Thảo", "Nguyên"),
            birth_date=date(1988, 5, 17),
            sex="female",
            ethnicity="01",
            detail="Số 128/45 đường Y Moan Ênuôl, tổ dân phố 7",
            commune=by_code["24121"],
            card_issued=date(2021, 8, 9),
            marital_status="2",
            spouse_id="066085002316",
            household_head_id="066188004127",
        )
        husband = Citizen(
            personal_id="066085002316",
            old_id=None,
            name_parts=("", "", "Y Bhăm Niê Kđăm"),
            birth_date=date(1985, 9, 2),
            sex="male",
            ethnicity="12",
            detail="Buôn Alê A",
            commune=by_code["24169"],
            card_issued=date(2021, 7, 1),
            marital_status="2",
            spouse_id="066188004127",
            household_head_id="066085002316",
        )
        self._taken_ids.update((wife.personal_id, husband.personal_id))
        self._citizens += [wife, husband]
        self._citizens.append(self._child(husband, wife, ("", "", "H'Wiêng Niê Kđăm"), "female", 2010))

    def _settle_household(self, people: str) -> None:
        husband = self._citizen(people, "male", self._birth_date(1970, 1982))
        wife = self._citizen(people, "female", self._birth_date(1972, 1984), home=husband)
        husband = replace(husband, marital_status="2", spouse_id=wife.personal_id)
        wife = replace(
            wife, marital_status="2", spouse_id=husband.personal_id, household_head_id=husband.personal_id
        )
        self._citizens += [husband, wife]
        for birth_year, sex in ((2004, "male"), (2008, "female")):
            parts = self._name(people, sex)
            if people == "kinh":
                parts = (husband.name_parts[0], parts[1], parts[2])
            self._citizens.append(self._child(husband, wife, parts, sex, birth_year))

    def _child(
        self, father: Citizen, mother: Citizen, parts: tuple[str, str, str], sex: str, birth_year: int
    ) -> Citizen:
        born = self._birth_date(birth_year, birth_year)
        child = self._citizen("kinh", sex, born, parts, home=father)
        return replace(
            child,
            ethnicity=father.ethnicity,
            father_id=father.personal_id,
            mother_id=mother.personal_id,
            household_head_id=father.personal_id,
        )

    def _citizen(
        self,
        people: str,
        sex: str,
        born: date,
        parts: tuple[str, str, str] | None = None,
        home: Citizen | None = None,
    ) -> Citizen:
        commune = (
            home.commune
            if home
            else self._random.choice([place for place in self._communes if people in place.people])
        )
        number = self._personal_id(commune.birth_place, sex, born)
        has_old_id = born.year < 2000 and self._random.random() < 0.6
        return Citizen(
            personal_id=number,
            old_id=f"{self._random.randrange(20, 39)}{self._random.randrange(10**7):07d}"
            if has_old_id
            else None,
            name_parts=parts or self._name(people, sex),
            birth_date=born,
            sex=sex,
            ethnicity=str(self._people[people]["ethnicity"]),
            detail=home.detail if home else self._detail(people),
            commune=commune,
            card_issued=self._issue_date(born),
            household_head_id=home.household_head_id if home else number,
        )

    def _name(self, people: str, sex: str) -> tuple[str, str, str]:
        words = self._people[people]
        given = self._random.choice(words[f"given_{sex}"])
        if people == "kinh":
            return self._random.choice(words["family"]), self._random.choice(words[f"middle_{sex}"]), given
        clan = self._random.choice(words["clans"])
        # The register keeps such names whole in the given-name field: they have no Kinh parts.
        return "", "", f"{given} {clan}" if people == "ede" else f"{clan} {given}"

    def _detail(self, people: str) -> str:
        streets = self._people["streets"]
        if people != "kinh":
            return str(self._random.choice(streets["villages"]))
        number = self._random.randrange(1, 400)
        block = self._random.randrange(1, 15)
        return f"Số {number} đường {self._random.choice(streets['names'])}, tổ dân phố {block}"

    def _birth_date(self, first_year: int, last_year: int) -> date:
        first = date(first_year, 1, 1)
        return first + timedelta(days=self._random.randrange((date(last_year, 12, 31) - first).days))

    def _issue_date(self, born: date) -> date:
        grown = born + timedelta(days=14 * 366)
        first = max(date(2021, 3, 1), grown)
        return first + timedelta(days=self._random.randrange(1, 140))

    def _personal_id(self, birth_place: str, sex: str, born: date) -> str:
        century = 2 * (born.year // 100 - 19) + (1 if sex == "female" else 0)
        while True:
            tail = self._random.randrange(1, 10**6)
            number = f"{birth_place}{century}{born.year % 100:02d}{tail:06d}"
            if number not in self._taken_ids:
                self._taken_ids.add(number)
                return number
