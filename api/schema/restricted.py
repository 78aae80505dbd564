"""What is of tier RESTRICTED: to named duties of the owner, to others by an approved request, for a time."""

from collections.abc import Mapping
from typing import Any, Self

import orjson
import strawberry

from api.schema.scalars import DateTime, Decimal
from api.schema.tiers import RESTRICTED


@strawberry.type(directives=RESTRICTED, description="One ingredient's part of a product (QB/T 4971-2018 table 2-1 row 2 产品配方).")
class FormulaShare:
    ingredient: str = strawberry.field(description="原料名称: name of the ingredient.")
    share_percent: Decimal = strawberry.field(description="Its part of the product's mass, in %.")
    tolerance_percent: Decimal | None = strawberry.field(description="By how much that may differ, in % of the product's mass.")
    heat_sensitive: bool | None = strawberry.field(description="Whether heat harms it, so that it is added dry.")


@strawberry.type(directives=RESTRICTED, description="What a product is made of (QB/T 4971-2018 table 2-1 row 2 产品配方).")
class Formula:
    product: strawberry.ID = strawberry.field(description="ID of the product.")
    formula_version: str = strawberry.field(description="The owner's name of this version of the formula.")
    shares: list[FormulaShare] = strawberry.field(description="The ingredients, as recorded.")
    version: int = strawberry.field(description="1 when first recorded, one more at each change.")
    recorded_at: DateTime = strawberry.field(description="When this version was recorded.")

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """From what graph.restricted gives."""
        shares = [
            FormulaShare(
                ingredient=share["ingredient"],
                share_percent=share["sharePercent"],
                tolerance_percent=share.get("tolerancePercent"),
                heat_sensitive=share.get("heatSensitive"),
            )
            for share in map(orjson.loads, fields["shares"] or ())
        ]
        return cls(**{name: value for name, value in fields.items() if name not in {"of", "shares"}}, shares=shares)


@strawberry.type(
    directives=RESTRICTED, description="What the development of a product tried and found (maternal and baby products draft 8.3.1)."
)
class ResearchRecord:
    number: str = strawberry.field(description="The owner's own number of the record.")
    product: strawberry.ID = strawberry.field(description="ID of the product.")
    project: str = strawberry.field(description="研发项目 (8.3.1 c).")
    stage: str | None = strawberry.field(description="阶段 (8.3.1 c).")
    test_item: str | None = strawberry.field(description="测试项目名称 (8.3.1 f).")
    purpose: str | None = strawberry.field(description="测试目的 (8.3.1 f).")
    method: str | None = strawberry.field(description="测试方法标准 (8.3.1 f).")
    conditions: str | None = strawberry.field(description="测试环境条件 (8.3.1 c).")
    data: str | None = strawberry.field(description="过程数据 (8.3.1 f).")
    result: str | None = strawberry.field(description="最终检验结果 (8.3.1 f).")
    problem: str | None = strawberry.field(description="发现的问题 (8.3.1 f).")
    action: str | None = strawberry.field(description="处理措施 (8.3.1 f).")
    responsible: str | None = strawberry.field(description="责任人 (8.3.1 c).")
    version: int = strawberry.field(description="1 when first recorded, one more at each change.")
    recorded_at: DateTime = strawberry.field(description="When this version was recorded.")

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """From what graph.restricted gives."""
        return cls(**{name: value for name, value in fields.items() if name != "of"})


@strawberry.type(
    directives=RESTRICTED, description="The person to ask at an enterprise: personal data (QB/T 4971-2018 table 1-1 row 2 联系方式)."
)
class ContactPerson:
    name: str = strawberry.field(description="Name.")
    position: str | None = strawberry.field(description="Position.")
    phone: str | None = strawberry.field(description="Telephone number.")
    email: str | None = strawberry.field(description="E-mail address.")
    version: int = strawberry.field(description="1 when first recorded, one more at each change.")
    recorded_at: DateTime = strawberry.field(description="When this version was recorded.")

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """From what graph.restricted gives."""
        return cls(**{name: value for name, value in fields.items() if name != "of"})
