"""What is restricted: QB/T 4971-2018 table 2-1 row 2 (formula) and table 1-1 row 2 (contact); the maternal and baby products draft."""

import strawberry

from api.schema.scalars import Decimal


@strawberry.input(description="One ingredient's part of a product (QB/T 4971-2018 table 2-1 row 2 产品配方).")
class FormulaShareInput:
    ingredient: str = strawberry.field(description="Name of the ingredient, each once (QB/T 4971-2018 table 2-1 row 2 原料名称).")
    share_percent: Decimal = strawberry.field(description="Its part of the product's mass, in %, above 0 (QB/T 4971-2018 table 2-1 row 2).")
    tolerance_percent: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="By how much that may differ, in % of the product's mass (QB/T 4971-2018 table 2-1 row 2)."
    )
    heat_sensitive: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Whether heat harms it, so that it is added dry (QB/T 4971-2018 table 2-1 row 2)."
    )


@strawberry.input(description="The formula of a product of one's own; RESTRICTED (QB/T 4971-2018 table 2-1 row 2 产品配方).")
class FormulaInput:
    product: str = strawberry.field(description="The product's code, or its ID (QB/T 4971-2018 table 2-1 row 2).")
    formula_version: str = strawberry.field(description="The enterprise's own name of this version (QB/T 4971-2018 table 2-1 row 2).")
    shares: list[FormulaShareInput] = strawberry.field(description="At least one; together at most 100 % (QB/T 4971-2018 table 2-1 row 2).")


@strawberry.input(description="A record of research for a product of one's own; RESTRICTED (maternal and baby products draft 8.3.1).")
class ResearchRecordInput:
    number: str = strawberry.field(description="The record's number, 1 to 64 characters (maternal and baby products draft 8.3.1 g).")
    product: str = strawberry.field(description="The product's code, or its ID (maternal and baby products draft 8.3.1 d).")
    project: str = strawberry.field(description="研发项目: the project (maternal and baby products draft 8.3.1 c).")
    stage: str | None = strawberry.field(
        default=strawberry.UNSET, description="阶段: the stage of the project (maternal and baby products draft 8.3.1 c)."
    )
    test_item: str | None = strawberry.field(
        default=strawberry.UNSET, description="测试项目名称: what was tested (maternal and baby products draft 8.3.1 f)."
    )
    purpose: str | None = strawberry.field(
        default=strawberry.UNSET, description="测试目的: what for (maternal and baby products draft 8.3.1 f)."
    )
    method: str | None = strawberry.field(
        default=strawberry.UNSET, description="测试方法标准: by which method (maternal and baby products draft 8.3.1 f)."
    )
    conditions: str | None = strawberry.field(
        default=strawberry.UNSET, description="测试环境条件: under which conditions (maternal and baby products draft 8.3.1 c)."
    )
    data: str | None = strawberry.field(
        default=strawberry.UNSET, description="过程数据: what was measured (maternal and baby products draft 8.3.1 f)."
    )
    result: str | None = strawberry.field(
        default=strawberry.UNSET, description="最终检验结果: what came out (maternal and baby products draft 8.3.1 f)."
    )
    problem: str | None = strawberry.field(
        default=strawberry.UNSET, description="发现的问题: what went wrong (maternal and baby products draft 8.3.1 f)."
    )
    action: str | None = strawberry.field(
        default=strawberry.UNSET, description="处理措施: what was done about it (maternal and baby products draft 8.3.1 f)."
    )
    responsible: str | None = strawberry.field(
        default=strawberry.UNSET, description="责任人: who answers for it (maternal and baby products draft 8.3.1 c)."
    )


@strawberry.input(
    description="The person to ask at one's own enterprise: personal data, RESTRICTED (QB/T 4971-2018 table 1-1 row 2 联系方式)."
)
class ContactPersonInput:
    name: str = strawberry.field(description="Name of the person (QB/T 4971-2018 table 1-1 row 2 联系方式).")
    position: str | None = strawberry.field(default=strawberry.UNSET, description="Position (QB/T 4971-2018 table 1-1 row 2).")
    phone: str | None = strawberry.field(default=strawberry.UNSET, description="Telephone number (QB/T 4971-2018 table 1-1 row 2).")
    email: str | None = strawberry.field(default=strawberry.UNSET, description="E-mail address (QB/T 4971-2018 table 1-1 row 2).")
