"""What a look-up says of a package: the verdict, the gravest that holds, and its sentence for a consumer (QB/T 4971-2018 5.3)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from graph.model.times import CHINA


class Verdict(StrEnum):
    AUTHENTIC = "AUTHENTIC"
    RECALLED = "RECALLED"
    EXPIRED = "EXPIRED"
    SUSPICIOUS = "SUSPICIOUS"
    NOT_ACTIVATED = "NOT_ACTIVATED"
    VOIDED = "VOIDED"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    UNKNOWN_ENTERPRISE = "UNKNOWN_ENTERPRISE"
    MALFORMED = "MALFORMED"


MESSAGES = {
    Verdict.AUTHENTIC: "追溯码有效，产品信息如下。",
    Verdict.RECALLED: "该产品已被召回，请立即停止食用，并联系购买门店或生产企业。",
    Verdict.EXPIRED: "该产品已超过保质期，请勿食用。",
    Verdict.SUSPICIOUS: "该追溯码被查询的次数或地点异常，请核对包装与购买渠道，谨防假冒。",
    Verdict.NOT_ACTIVATED: "该追溯码尚未启用，请勿食用，并联系生产企业核实。",
    Verdict.VOIDED: "该追溯码已作废，请勿食用，并联系生产企业核实。",
    Verdict.UNKNOWN_CODE: "未查询到该追溯码，请核对输入；如与包装一致，请联系生产企业核实。",
    Verdict.UNKNOWN_ENTERPRISE: "未查询到该企业，请核对输入。",
    Verdict.MALFORMED: "追溯码格式不正确，请核对输入。正确的形式是“企业编码.产品编码”，或包装上二维码中的内容。",
}
UNJUDGED = "该追溯码所属的产品批次尚未登记，无法核实保质期和召回情况，请暂勿食用，并联系生产企业核实。"
"""Of an item whose batch has not come: nothing can be said of it."""
OF_CONTAINERS = {
    "INNER": "这是中包装的追溯码，包装本身状态正常；请查询罐（盒）上的追溯码，核对产品信息、保质期和召回情况。",
    "CASE": "这是包装箱的追溯码，包装箱本身状态正常；请查询罐（盒）上的追溯码，核对产品信息、保质期和召回情况。",
    "PALLET": "这是托盘的追溯码，托盘本身状态正常；请查询罐（盒）上的追溯码，核对产品信息、保质期和召回情况。",
}
"""By the level of an AUTHENTIC package that is no item: products are told by their own codes."""


def date_in_china(at: int) -> date:
    """The day in China, where the best-before dates of this standard are read."""
    return datetime.fromtimestamp(at / 1000, CHINA).date()


def best_before(row: Mapping[str, Any]) -> str | None:
    """As recorded, or production date and shelf life, as YYYY-MM-DD; None where that is no date of our calendar."""
    if row["bestBefore"] or not (row["productionDate"] and row["shelfLifeDays"]):
        return row["bestBefore"]
    try:
        return (date.fromisoformat(row["productionDate"]) + timedelta(days=row["shelfLifeDays"])).isoformat()
    except (OverflowError, ValueError):
        return None


def message_of(verdict: Verdict, row: Mapping[str, Any]) -> str:
    if verdict is Verdict.NOT_ACTIVATED and row["state"] != "ALLOCATED" and _is_unjudged(row):
        return UNJUDGED
    return OF_CONTAINERS.get(row["level"], MESSAGES[verdict]) if verdict is Verdict.AUTHENTIC else MESSAGES[verdict]


def _is_unjudged(row: Mapping[str, Any]) -> bool:
    """Whether neither shelf life nor recall can be known: an item, or what may be one, whose batch has not come."""
    return row["level"] not in OF_CONTAINERS and row["batch"] is None


def judge(row: Mapping[str, Any], today: date, now: int) -> Verdict:
    """The gravest thing that holds comes first; how often the code was looked up is not known yet. now: ms, with the tolerance of
    clocks added."""
    if not row["known"]:
        return Verdict.UNKNOWN_CODE if row["enterpriseKnown"] else Verdict.UNKNOWN_ENTERPRISE
    if row["state"] == "VOIDED":
        return Verdict.VOIDED
    if row["state"] == "RECALLED":
        return Verdict.RECALLED
    if row["state"] == "ALLOCATED" or row["packedAt"] > now or _is_unjudged(row):
        return Verdict.NOT_ACTIVATED
    until = best_before(row)
    if until and date.fromisoformat(until) < today:
        return Verdict.EXPIRED
    return Verdict.AUTHENTIC
