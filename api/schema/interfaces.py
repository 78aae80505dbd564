"""What records have in common, and the closed lists. Names of types, fields and values are the public contract's."""

from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar

import strawberry

from api.context import Info
from api.schema.described import described
from api.schema.scalars import DateTime
from api.schema.tiers import INTERNAL, SHARED
from graph.model.gs1_keys import Spelled, key_in
from graph.model.identifiers import Kind, parse_id
from graph.model.kinds import BatchKind, IngredientCategory, PackageLevel, ProcessRoute, SiteKind


class TraceableKind(StrEnum):
    ENTERPRISE = "ENTERPRISE"
    FARM = "FARM"
    MILK_DELIVERY = "MILK_DELIVERY"
    INGREDIENT_LOT = "INGREDIENT_LOT"
    PRODUCTION_BATCH = "PRODUCTION_BATCH"
    PACKAGE = "PACKAGE"
    SHIPMENT = "SHIPMENT"
    SITE = "SITE"
    CONSUMER_QUERY = "CONSUMER_QUERY"

    @classmethod
    def of(cls, kind: Kind) -> "TraceableKind":
        """KeyError for a product, which is a class of things."""
        return cls[kind.name]


described(
    TraceableKind,
    "What a traceable record is (QB/T 4971-2018 3.5 追溯节点).",
    {
        "ENTERPRISE": "A company: supplier, manufacturer, carrier or seller (table 1-1 row 2 原料企业信息, 6.6).",
        "FARM": "A dairy farm (table 1-2 row 1 牧场信息).",
        "MILK_DELIVERY": "One delivery of raw milk from a farm (table 1-2 row 3 生乳运输信息).",
        "INGREDIENT_LOT": "One lot of an ingredient or of packaging material (table 1-1 row 1 原料信息).",
        "PRODUCTION_BATCH": "What was made in one go: pool, intermediate or finished product (8.2.4 批次).",
        "PACKAGE": "A single unit, or what packs are put into, down to a pallet (7.2 包装形态).",
        "SHIPMENT": "One dispatch of packages from a site to another (table 4 rows 1-2 发货, 物流).",
        "SITE": "Where packages are kept or sold (table 4 row 3 门店).",
        "CONSUMER_QUERY": "One public look-up of a code (table 5 row 4 追溯查询记录).",
    },
)
described(
    BatchKind,
    "What a batch is on the way to the finished product.",
    {
        "POOL": "One filling of a raw-milk silo or tank between two cleanings (table 2-1 row 1 生乳接收与处理).",
        "INTERMEDIATE": "Concentrate, base powder or premix, used by later batches (table 2-2 row 3 预混).",
        "FINISHED": "Finished product, packed into items (table 3 成品信息).",
    },
)
described(
    ProcessRoute,
    "The production process (6.2, table 6 row 5 生产工艺).",
    {
        "WET": "湿法工艺: all mixed liquid, then dried (table 2-1).",
        "DRY": "干法工艺: dry ingredients mixed (table 2-2).",
        "COMBINED": "干湿法复合工艺: base powder made wet, the rest added dry.",
    },
)
described(
    PackageLevel,
    "How a package is packed (7.2); a package holds packages of lower levels.",
    {
        "ITEM": "A single unit as a consumer buys it: a can or box (单品).",
        "INNER": "An inner pack of items.",
        "CASE": "A case (箱).",
        "PALLET": "A pallet (托盘).",
    },
)
described(
    SiteKind,
    "What a site is (table 4).",
    {
        "PLANT": "A factory.",
        "WAREHOUSE": "A warehouse (table 3 row 5 产品仓储).",
        "DISTRIBUTOR": "A distributor's store.",
        "STORE": "A shop that sells to consumers (table 4 row 3 门店).",
        "ONLINE_STORE": "A shop on the net.",
    },
)
described(
    IngredientCategory,
    "What an ingredient lot is of.",
    {
        "MILK_BASE": "Milk powder, whey and other milk ingredients (table 6 row 31 乳原料).",
        "OIL": "Fat or oil.",
        "VITAMIN_MINERAL": "Vitamins or minerals.",
        "PROBIOTIC": "Probiotic cultures (益生菌): heat-sensitive, added dry.",
        "LACTOFERRIN": "Lactoferrin (乳铁蛋白): heat-sensitive, added dry.",
        "NUCLEOTIDE": "Nucleotides (核苷酸).",
        "LACTOSE": "Lactose.",
        "PACKAGING_MATERIAL": "Packaging material (table 2-1 row 7 包装材料).",
        "OTHER": "Any other ingredient.",
    },
)


@strawberry.interface(description="Anything with a global ID.")
class Node:
    id: strawberry.ID = strawberry.field(
        directives=SHARED, description="`<kind>/<enterprise code>/<number>`; an enterprise's own is `enterprise/<enterprise code>`."
    )


@strawberry.interface(description="A record that custody runs through, from the farm to the consumer (QB/T 4971-2018 3.5 追溯节点).")
class Traceable(Node):
    kind: TraceableKind = strawberry.field(directives=SHARED, description="What the record is.")


@strawberry.type(directives=INTERNAL, description="An earlier version of a record, kept when a later one came (9.4 防篡改).")
class RecordVersion:
    version: int = strawberry.field(description="1 for the first.")
    recorded_at: DateTime = strawberry.field(description="When that version was recorded.")
    recorded_by: str | None = strawberry.field(description="Who recorded it: the subject of the token.")
    content: str = strawberry.field(description="The fields as they were then, in the form in which they are sent: a JSON object.")


@strawberry.interface(description="What is common to all records that enterprises keep.")
class Record(Node):
    """An instance holds the fields as the graph gives them: times in ms, decimals as text; the scalars write them out."""

    KIND: ClassVar[Kind]

    owner: str = strawberry.field(directives=SHARED, description="The code of the enterprise that recorded it.")
    version: int = strawberry.field(directives=SHARED, description="1 when first recorded, one more at each change.")
    recorded_at: DateTime = strawberry.field(directives=SHARED, description="When this version was recorded.")
    recorded_by: str | None = strawberry.field(directives=INTERNAL, description="Who recorded it: the subject of the token.")

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Self:
        """From a row of graph.records; the fields are not copied, and no initialiser runs: a page has hundreds of them."""
        record = object.__new__(cls)
        record.__dict__ = fields
        return record

    @strawberry.field(directives=INTERNAL, description="Its earlier versions, the newest first.")
    async def history(self, info: Info) -> list[RecordVersion]:
        versions = await info.context.loaders.history(str(self.id))
        info.context.spend(len(versions))
        return [RecordVersion(**version._asdict()) for version in versions]


@strawberry.interface(description="A record whose number may be a GS1 key (docs/reference/gs1-keys.md).")
class Gs1Named(Node):
    @strawberry.field(
        directives=SHARED,
        description="Its GS1 key as an EPC URN (EPC Tag Data Standard; QB/T 4971-2018 5.1 编码): SGTIN or SSCC of a package, LGTIN of a "
        "batch or lot, SGLN of a site or farm; null where its number is no such key of its enterprise's.",
    )
    def epc_uri(self) -> str | None:
        key = self._key()
        return None if key is None else key.epc_uri

    @strawberry.field(directives=SHARED, description="The same key as a GS1 Digital Link URI.")
    def digital_link(self) -> str | None:
        key = self._key()
        return None if key is None else key.digital_link

    def _key(self) -> Spelled | None:
        record = parse_id(str(self.id))
        return key_in(record.kind, record.number or "", (record.enterprise, *self._suppliers()))

    def _suppliers(self) -> tuple[str, ...]:
        """The codes of others whose key the number may be."""
        return ()


RECORD_TYPES: dict[Kind, type[Record]] = {}
"""The type of each kind of record; each noun's module adds its own."""

R = TypeVar("R", bound=type[Record])


def of_kind(kind: Kind) -> Any:
    """Decorates the type of a kind of record."""

    def add(cls: R) -> R:
        cls.KIND = kind
        RECORD_TYPES[kind] = cls
        return cls

    return add
