"""What the look-up page says of each verdict, in Chinese: a colour's name, a headline, and what to do now.

Between headline and advice the page shows the look-up's own message, which says in a sentence what was found.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["good", "danger", "warning", "neutral"]


@dataclass(frozen=True, slots=True)
class Wording:
    """`tone` picks colour and sign; the words alone carry the same meaning, for who does not see the colour."""

    tone: Tone
    label: str
    headline: str
    advice: tuple[str, ...]


_HOTLINE = "如有疑问，可联系生产企业，或拨打 12315 向市场监管部门反映。"

OF_CONTAINER = Wording(
    "neutral",
    "外包装",
    "这是外包装的追溯码",
    ("产品名称、产品批次、保质期和召回情况，请以罐（盒）上追溯码的查询结果为准。",),
)
"""For AUTHENTIC where the package is no item: of the products in it nothing is said."""

WORDINGS: dict[str, Wording] = {
    "AUTHENTIC": Wording(
        "good",
        "正常",
        "产品状态正常，可以追溯",
        ("请核对包装上的产品名称、产品批次和保质期，与下方信息一致方可食用。", "若信息不一致，请勿食用并联系生产企业。"),
    ),
    "RECALLED": Wording(
        "danger",
        "已召回",
        "已被召回，请停止食用",
        (
            "产品在已发布的召回范围内：不要继续食用，也不要转送他人。",
            "保留产品、包装和购物凭证，到购买门店或向生产企业退货。",
            "婴幼儿食用后如有不适，请及时就医，并带上产品包装。",
        ),
    ),
    "EXPIRED": Wording(
        "danger",
        "已过期",
        "已过保质期，请勿食用",
        ("如果是近期购买，请保留产品和购物凭证，联系购买门店退货，或拨打 12315 投诉。",),
    ),
    "SUSPICIOUS": Wording(
        "warning",
        "存疑",
        "查询情况异常，谨防假冒",
        (
            "该追溯码可能已被复制到别的产品上。若下方的首次查询时间早于您购买的时间，而您此前没有查询过，请暂勿食用。",
            "请核对包装信息与下方信息是否一致。",
            _HOTLINE,
        ),
    ),
    "NOT_ACTIVATED": Wording(
        "warning",
        "未启用",
        "追溯码尚未启用",
        ("生产企业还没有登记使用该追溯码的产品，或产品所属的批次。正常销售的产品不应出现这种情况。", _HOTLINE),
    ),
    "VOIDED": Wording(
        "danger",
        "已作废",
        "追溯码已作废，请勿食用",
        ("带有此码的产品不应出现在市场上。请保留产品、包装和购物凭证。", _HOTLINE),
    ),
    "UNKNOWN_CODE": Wording(
        "warning",
        "未查到",
        "没有查到该追溯码",
        ("请与包装上印制的追溯码逐位核对后再查一次。", "核对无误仍查不到的，谨防假冒，请暂勿食用。", _HOTLINE),
    ),
    "UNKNOWN_ENTERPRISE": Wording(
        "warning",
        "未查到",
        "没有查到对应的生产企业",
        ("请核对追溯码第一个点“.”之前的企业编码。", "该产品也可能由其他追溯平台管理，请查看包装上标明的查询方式。", _HOTLINE),
    ),
    "MALFORMED": Wording(
        "neutral",
        "格式有误",
        "追溯码格式不正确",
        (
            "追溯码印在包装的追溯二维码旁，形如 6901234.A00012345：企业编码、一个点、产品编码。",
            "请检查有没有漏掉或多输字符，例如把数字 0 输成字母 O。",
            "扫描二维码得到的网址或 GS1 编码，也可以整段粘贴进来。",
        ),
    ),
}
