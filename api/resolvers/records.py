"""Everything that reads records, for the query root."""

import strawberry

from api.resolvers.batch import BatchQueries
from api.resolvers.consumer_query import ConsumerQueryQueries
from api.resolvers.enterprise import EnterpriseQueries
from api.resolvers.farm import FarmQueries
from api.resolvers.ingredient_lot import IngredientLotQueries
from api.resolvers.milk_delivery import MilkDeliveryQueries
from api.resolvers.node import NodeQueries
from api.resolvers.package import PackageQueries
from api.resolvers.product import ProductQueries
from api.resolvers.shipment import ShipmentQueries
from api.resolvers.site import SiteQueries


@strawberry.type
class RecordQueries(
    NodeQueries,
    EnterpriseQueries,
    FarmQueries,
    MilkDeliveryQueries,
    IngredientLotQueries,
    ProductQueries,
    BatchQueries,
    PackageQueries,
    ShipmentQueries,
    SiteQueries,
    ConsumerQueryQueries,
):
    """node, nodes, and a connection for each kind of record."""
