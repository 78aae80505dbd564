"""The classes of product, as the schema describes them."""

from api.schema.described import described
from auth.classes import ProductClass

__all__ = ["ProductClass"]

described(
    ProductClass,
    "A class of infant formula (QB/T 4971-2018 table 6 row 4 产品的类别), by the standard that it is made to.",
    {
        "INFANT": "婴儿配方食品, from birth to 6 months (GB 10765).",
        "OLDER_INFANT": "较大婴儿配方食品, 6 to 12 months (GB 10766).",
        "YOUNG_CHILD": "幼儿配方食品, 12 to 36 months (GB 10767).",
        "MEDICAL": "特殊医学用途婴儿配方食品 (GB 25596).",
    },
)
