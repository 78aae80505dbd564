"""Five questions for who tries the product, about records that the seeded chain has. Nothing is read from a graph."""

import json
from dataclasses import dataclass

from auth.actor import Role
from graph.model.identifiers import Kind, owner_of
from seed.campaign import Campaign
from seed.chain import downstream
from seed.companies import CONTRACT_MAKER, DRY_BLENDER, MAKERS
from seed.lots import shared_whey
from seed.portions import Packing, Stage
from seed.settings import SeedSettings


@dataclass(frozen=True, slots=True)
class Question:
    """name: of the operation, by which GraphiQL calls its tab. title: what is asked, and what to look for. types: of the variables.
    role: whose token to ask with; PUBLIC needs none."""

    name: str
    title: str
    role: Role
    types: dict[str, str]
    variables: dict[str, object]
    body: str

    @property
    def query(self) -> str:
        """For a client that sends variables."""
        declared = ", ".join(f"${name}: {kind}" for name, kind in self.types.items())
        return f"query {self.name}({declared}) {self.body}"

    @property
    def text(self) -> str:
        """To paste, with the values in it."""
        body = self.body
        for name, value in self.variables.items():
            body = body.replace(f"${name}", json.dumps(value, ensure_ascii=False))
        return f"query {self.name} {body}"


@dataclass(frozen=True, slots=True)
class Story:
    """enterprise: whose token an ENTERPRISE asks with. cans: sold ones, of three brands, all with the shared whey lot in them."""

    enterprise: str
    cans: tuple[str, str, str]
    milk: str
    silo: str
    whey: str

    @property
    def code(self) -> str:
        """The first can's trace code, as printed."""
        _, enterprise, number = self.cans[0].split("/")
        return f"{enterprise}.{number}"

    @property
    def questions(self) -> list[Question]:
        """In the order in which they are asked."""
        first = self.cans[0]
        return [
            Question(
                "IsItReal",
                "Is this can real, and what is it?",
                Role.PUBLIC,
                {"code": "String!", "place": "String"},
                {"code": self.code, "place": "黑龙江省哈尔滨市"},
                _RESOLVE,
            ),
            Question(
                "WhatWentIn",
                "What went into this can, back to tankers and farms?",
                Role.REGULATOR,
                {"can": "ID!"},
                {"can": first},
                _BACKWARD,
            ),
            Question(
                "WhatWasMade",
                "A tanker of milk came in warm: what was made of it? (as its maker; what others own is hidden)",
                Role.ENTERPRISE,
                {"milk": "ID!"},
                {"milk": self.milk},
                _FORWARD,
            ),
            Question(
                "HowFar", "A lot of whey powder is suspect: how far did it go?", Role.REGULATOR, {"lot": "ID!"}, {"lot": self.whey}, _RADIUS
            ),
            Question(
                "InCommon",
                "Three complaints, three brands: what do the cans have in common?",
                Role.REGULATOR,
                {"cans": "[ID!]!"},
                {"cans": list(self.cans)},
                _COMMON,
            ),
        ]


def story(settings: SeedSettings) -> Story:
    """From the middle block alone: no more is generated, however large the chain."""
    campaign = Campaign(settings, CONTRACT_MAKER, settings.hero)
    cans = {maker.code: "" for maker in (CONTRACT_MAKER, MAKERS[1], DRY_BLENDER)}
    for portion in downstream(settings, settings.hero):
        if isinstance(portion, Packing) or portion.stage is not Stage.SALE:
            continue
        for item in (item for sale in portion.records for item in sale["packages"]):
            if cans.get(owner_of(item)) == "":
                cans[owner_of(item)] = item
        if all(cans.values()):
            break
    first, second, third = cans.values()
    milk = CONTRACT_MAKER.id(Kind.MILK_DELIVERY, campaign.delivery(0))
    return Story(CONTRACT_MAKER.code, (first, second, third), milk, campaign.id("奶仓"), shared_whey(settings))


_RESOLVE = """{
  resolve(code: $code, channel: "WEB", place: $place) {
    verdict message queryCount firstQueriedAt
    product {
      productName netContentAndSpecification productionDate bestBefore batchNumber traceCode
      enterpriseName milkSourceOrigin productInspectionReport { name url }
    }
  }
}"""
_BACKWARD = """{
  backward(from: [$can]) {
    counts { kind count }
    nodes(kinds: [FARM, MILK_DELIVERY, INGREDIENT_LOT, PRODUCTION_BATCH]) { edges { node { distance kind id } } }
    completeness { complete gaps { cause at detail } }
  }
}"""
_FORWARD = """{
  forward(from: [$milk]) {
    counts { kind count }
    nodes(kinds: [PRODUCTION_BATCH, SITE]) { edges { node { distance kind id disclosed } } }
    completeness { complete gaps { cause at detail } }
  }
}"""
_RADIUS = """{
  recallRadius(from: [$lot]) {
    itemCount
    whereabouts { atPlant inTransit inStock sold recovered destroyed }
    batches { ring id itemCount batch { product { name } } }
    sites { id itemCount soldCount site { name } }
    completeness { complete }
  }
}"""
_COMMON = """{
  commonSources(of: $cans, first: 5) { score reached source { id kind distance } }
}"""
