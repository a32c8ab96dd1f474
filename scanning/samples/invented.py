"""Invented people and facts behind the samples: what is filled into each kind of paper, by a seed."""

import random

from scanning.samples.people import SamplePerson, invented_resident, unaccented
from scanning.samples.sheets import AuthorizationValues

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
Values = dict[str, str]


def day_in_words(day_text: str) -> str:
    """ "Ngày mười bốn tháng năm năm một nghìn chín trăm chín mươi hai", as certificates write it."""
    day, month, year = map(int, day_text.split("/"))
    month_word = "tư" if month == 4 else _number(month)
    return f"Ngày {_number(day)}, tháng {month_word}, năm {_year(year)}"


def _number(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if ones == 0:
        return head
    last = "lăm" if ones == 5 else "mốt" if ones == 1 and tens > 1 else _DIGITS[ones]
    return f"{head} {last}"


def _year(year: int) -> str:
    thousands, rest = divmod(year, 1000)
    hundreds, rest = divmod(rest, 100)
    words = f"{_DIGITS[thousands]} nghìn {_DIGITS[hundreds]} trăm"
    if rest == 0:
        return words
    return f"{words} {'linh ' if rest < 10 else ''}{_number(rest)}"


def office(person: SamplePerson) -> tuple[str, str]:
    """The people's committee of the person's commune, and the commune."""
    commune, province = person.residence.split(", ")[-2:]
    return f"Ủy ban nhân dân {commune}, {province}", commune


def _day(draw: random.Random, first: int, last: int) -> str:
    return f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{draw.randint(first, last)}"


def about(person: SamplePerson, prefix: str, *, upper: bool = True) -> Values:
    name = person.full_name.upper() if upper else person.full_name
    return {
        f"{prefix}_name": name,
        f"{prefix}_birth_date": person.birth_text,
        f"{prefix}_sex": person.sex_word,
        f"{prefix}_ethnicity": person.ethnicity,
        f"{prefix}_nationality": "Việt Nam",
        f"{prefix}_residence": person.residence,
        f"{prefix}_id": person.personal_id,
    }


def _parent(person: SamplePerson, prefix: str) -> Values:
    values = about(person, prefix)
    values[f"{prefix}_birth_year"] = str(person.birth_date.year)
    return {
        name: value for name, value in values.items() if not name.endswith(("_birth_date", "_sex", "_id"))
    }


def _requester(person: SamplePerson) -> Values:
    values = about(person, "requester")
    return {name: values[name] for name in ("requester_name", "requester_residence", "requester_id")}


class Story:
    """The invented people and facts behind one paper."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(f"paper {seed}")  # noqa: S311 - invented papers
        self.first = invented_resident(seed * 10)
        self.woman = invented_resident(seed * 10 + 1, sex="female", born=(1970, 2003))
        self.man = invented_resident(seed * 10 + 2, sex="male", born=(1970, 2003))
        self.child = invented_resident(seed * 10 + 3, born=(2005, 2025))
        self.old = invented_resident(seed * 10 + 4, born=(1935, 1960))
        self.office, self.commune = office(self.first)
        self.made = {
            "made_on": _day(self.draw, 2025, 2026),
            "made_at": self.commune.split(" ", 1)[1].removeprefix("khu "),
        }


def _child(story: Story) -> Values:
    values = about(story.child, "child")
    values["child_birth_date_words"] = day_in_words(values["child_birth_date"])
    hospital = story.draw.choice(("Bệnh viện Đa khoa", "Trạm y tế", "Bệnh viện Phụ sản"))
    place = ", ".join(story.child.residence.split(", ")[-2:])
    values["birth_place"] = f"{hospital}, {place}"
    values["home_place"] = ", ".join(story.man.residence.split(", ")[-2:])
    values |= _parent(story.woman, "mother") | _parent(story.man, "father")
    values.pop("child_residence")
    return values


def _dead(story: Story) -> Values:
    values = about(story.old, "deceased")
    died = _day(story.draw, 2021, 2025)
    return values | {
        "death_time": f"{story.draw.randint(0, 23):02d} giờ {story.draw.randint(0, 59):02d} phút",
        "death_date": died,
        "death_place": story.old.residence,
        "death_cause": story.draw.choice(("Già yếu", "Bệnh tim mạch", "Tai nạn giao thông", "Ung thư phổi")),
    }


def marital_declaration(story: Story) -> Values:
    status = story.draw.choice(("Chưa đăng ký kết hôn với ai", "Đã ly hôn, chưa kết hôn lại"))
    purpose = story.draw.choice(("Để đăng ký kết hôn", "Để mua bán nhà đất", "Bổ sung hồ sơ vay vốn"))
    return (
        _requester(story.first)
        | about(story.first, "subject")
        | {
            "addressee": story.office,
            "relation": "Bản thân",
            "marital_status": status,
            "purpose": purpose,
        }
        | story.made
    )


def birth_declaration(story: Story) -> Values:
    values = _requester(story.man) | _child(story)
    values.pop("child_id")
    return values | {"addressee": story.office, "relation": "Cha đẻ"} | story.made


def death_declaration(story: Story) -> Values:
    issued = _day(story.draw, 2025, 2026)
    return (
        _requester(story.first)
        | _dead(story)
        | {
            "addressee": story.office,
            "relation": story.draw.choice(("Con", "Vợ", "Cháu")),
            "notice_number": f"{story.draw.randint(1, 400)}/{issued[-4:]}",
            "notice_agency": "Trạm y tế",
            "notice_date": issued,
        }
        | story.made
    )


def marriage_declaration(story: Story) -> Values:
    values = {"addressee": story.office} | story.made
    for person, prefix in ((story.woman, "bride"), (story.man, "groom")):
        values |= about(person, prefix, upper=False)
        values.pop(f"{prefix}_sex")
        values[f"{prefix}_marriage_count"] = story.draw.choice(("01", "02"))
    return values


def residence_change(story: Story) -> Values:
    values: Values = {}
    people = ((story.first, "declarant"), (story.woman, "member_1"), (story.child, "member_2"))
    for person, prefix in people:
        facts = about(person, prefix, upper=prefix == "declarant")
        values |= {
            name: facts[name] for name in (f"{prefix}_{k}" for k in ("name", "birth_date", "sex", "id"))
        }
    values["member_1_relation"], values["member_2_relation"] = "Vợ", "Con"
    surname = unaccented(story.first.full_name.split()[-1]).lower()
    return (
        values
        | {
            "addressee": f"Công an {', '.join(story.first.residence.split(', ')[-2:])}",
            "declarant_phone": f"09{story.draw.randint(10_000_000, 99_999_999)}",
            "declarant_email": f"{surname}{story.draw.randint(10, 99)}@example.vn",
            "head_name": story.man.full_name.upper(),
            "relation_to_head": "Em",
            "head_id": story.man.personal_id,
            "request": f"Đăng ký thường trú tại {story.first.residence}",
        }
        | story.made
    )


def birth_notice(story: Story) -> Values:
    mother = about(story.woman, "mother")
    kept = ("mother_name", "mother_birth_date", "mother_residence", "mother_id", "mother_ethnicity")
    place = ", ".join(story.first.residence.split(", ")[-2:])
    return (
        {name: mother[name] for name in kept}
        | {
            "hospital": "Bệnh viện Đa khoa",
            "birth_time": f"{story.draw.randint(0, 23):02d} giờ {story.draw.randint(0, 59):02d} phút",
            "child_birth_date": _day(story.draw, 2025, 2026),
            "birth_place": f"Bệnh viện Đa khoa, {place}",
            "birth_count": f"{story.draw.randint(1, 4):02d}",
            "living_children": f"{story.draw.randint(1, 4):02d}",
            "children_this_time": "01",
            "child_sex": story.child.sex_word,
            "weight_g": str(story.draw.randint(24, 42) * 100),
            "child_state": story.draw.choice(("Khỏe mạnh", "Bình thường")),
            "child_name": story.child.full_name.upper(),
            "midwife": story.old.full_name,
        }
        | story.made
    )


def birth_certificate(story: Story) -> Values:
    registered = _day(story.draw, 2025, 2026)
    return _child(story) | {
        "number": f"{story.draw.randint(1, 900)}/{registered[-4:]}",
        "requester_name": story.man.full_name,
        "requester_id": story.man.personal_id,
        "registered_at": story.office,
        "registered_on": registered,
    }


def death_extract(story: Story) -> Values:
    registered = _day(story.draw, 2025, 2026)
    return (
        _dead(story)
        | {
            "office": story.commune,
            "number": f"{story.draw.randint(1, 400)}/TLKT-BS",
            "registered_at": story.office,
            "registration_number": f"{story.draw.randint(1, 400)}/{registered[-4:]}",
            "registered_on": registered,
        }
        | story.made
    )


def marriage_certificate(story: Story) -> Values:
    registered = _day(story.draw, 2015, 2026)
    values = {
        "number": f"{story.draw.randint(1, 400)}/{registered[-4:]}",
        "registered_at": story.office,
        "registered_on": registered,
    }
    for person, prefix in ((story.woman, "wife"), (story.man, "husband")):
        values |= about(person, prefix)
        values.pop(f"{prefix}_sex")
    return values


def marital_certificate(story: Story) -> Values:
    return (
        about(story.first, "subject")
        | {
            "office": story.commune,
            "number": f"{story.draw.randint(1, 400)}/UBND-XNTTHN",
            "requester_name": story.first.full_name,
            "marital_status": "Chưa đăng ký kết hôn với ai",
            "purpose": "Đăng ký kết hôn",
        }
        | story.made
    )


def land_certificate(story: Story) -> Values:
    place = ", ".join(story.first.residence.split(", ")[-2:])
    return {
        "owner_name": story.man.full_name.upper(),
        "owner_id": story.man.personal_id,
        "owner_residence": story.man.residence,
        "parcel_number": str(story.draw.randint(1, 900)),
        "map_sheet": str(story.draw.randint(1, 120)),
        "area_m2": f"{story.draw.randint(40, 900)},{story.draw.randint(0, 9)}",
        "land_use": story.draw.choice(("Đất ở tại đô thị", "Đất ở tại nông thôn", "Đất trồng cây lâu năm")),
        "term": "Lâu dài",
        "manner_of_use": "Sử dụng riêng",
        "parcel_address": place,
        "assets": "Nhà ở riêng lẻ",
        "serial": f"AA {story.draw.randint(10_000_000, 99_999_999):08d}",
    } | story.made


def authorization(story: Story) -> AuthorizationValues:
    values: Values = {}
    for person, prefix in ((story.woman, "principal"), (story.man, "agent")):
        facts = about(person, prefix)
        values |= {
            f"{prefix}_{name}": facts[f"{prefix}_{name}"]
            for name in ("name", "birth_date", "id", "residence")
        }
    return AuthorizationValues(**values, made_on=story.made["made_on"])
