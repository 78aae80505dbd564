"""What the parties of a chain share of a package: the maternal and baby products draft, table 7."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import strawberry

from api.schema.tiers import SHARED
from graph.verdicts import best_before


@strawberry.type(
    directives=SHARED,
    description="产品追溯共享信息: what whoever sent or got a package may read of its batch and product, without reading those records "
    "(maternal and baby products draft, table 7). Of a package of a higher level, its code and its owner alone.",
)
class SharedTrace:
    found: strawberry.Private[Mapping[str, Any]]
    trace_code: str = strawberry.field(description="产品的追溯码. Table 7 row 1; row 2, 上一级包装追溯码, is the code of `parent`.")
    product_name: str | None = strawberry.field(description="产品名称. Table 7 row 3.")
    net_content_and_specification: str | None = strawberry.field(description="净含量、规格. Table 7 row 4.")
    batch_number: str | None = strawberry.field(description="批号. Table 7 row 5.")
    shelf_life_days: int | None = strawberry.field(description="保质期, in days. Table 7 row 6.")
    enterprise_name: str | None = strawberry.field(description="生产企业: the enterprise whose code the package bears. Table 7 row 7.")
    enterprise_address: str | None = strawberry.field(description="地址. Table 7 row 8.")
    producer_name_and_contact: str | None = strawberry.field(
        description="生产者名称和联系方式, where the batch was made by another (QB/T 4971-2018 table 6 row 20)."
    )

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "SharedTrace":
        """From a row of package/shared_traces."""
        return cls(
            found=found,
            trace_code=found["code"],
            product_name=found["productName"],
            net_content_and_specification=found["netContentAndSpecification"],
            batch_number=found["batchNumber"],
            shelf_life_days=found["shelfLifeDays"],
            enterprise_name=found["enterpriseName"],
            enterprise_address=found["enterpriseAddress"],
            producer_name_and_contact=found["producerNameAndContact"],
        )

    @strawberry.field(description="生产日期. Table 7 row 5.")
    def production_date(self) -> date | None:
        day = self.found["productionDate"]
        return date.fromisoformat(day) if day else None

    @strawberry.field(description="保质期至; where it is not recorded, production date and shelf life. Table 7 row 6.")
    def best_before(self) -> date | None:
        day = best_before(self.found)
        return date.fromisoformat(day) if day else None
