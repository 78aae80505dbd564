"""The values of closed lists in Chinese, as tables and documents may have them beside the names in the schema."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "PLANT": "工厂",
    "WAREHOUSE": "仓库",
    "DISTRIBUTOR": "经销商",
    "STORE": "门店",
    "ONLINE_STORE": "网店",
    "MILK_BASE": "乳原料",
    "OIL": "油脂",
    "VITAMIN_MINERAL": "维生素和矿物质",
    "PROBIOTIC": "益生菌",
    "LACTOFERRIN": "乳铁蛋白",
    "NUCLEOTIDE": "核苷酸",
    "LACTOSE": "乳糖",
    "PACKAGING_MATERIAL": "包装材料",
    "OTHER": "其他",
    "POOL": "混合储存",
    "INTERMEDIATE": "半成品",
    "FINISHED": "成品",
    "WET": "湿法工艺",
    "DRY": "干法工艺",
    "COMBINED": "干湿法复合工艺",
    "ITEM": "单品",
    "INNER": "中包装",
    "CASE": "箱",
    "PALLET": "托盘",
    "ADD": "装入",
    "REMOVE": "取出",
}
_VALUES = {word: value for value, word in WORDS.items()}


def value_of(text: str) -> str:
    """The name in the schema of a word; any other text as it is."""
    return _VALUES.get(text.strip(), text)
