"""Every setting, from the environment (`MILKLINE_…`) or the command line. docs/operator.md lists them all; a test holds it to that."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.lineage.gaps import Limits


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MILKLINE_", extra="ignore")

    data: Path = Field(Path("milkline-data"), description="Folder of the embedded engine, the keys and the files.")
    engine: str | None = Field(None, description="URI of a Neo4j (`neo4j://`, `bolt+s://` …); without one the embedded engine runs.")
    engine_user: str = Field("neo4j", description="User of that Neo4j.")
    engine_password: str = Field("", description="Password of that Neo4j.")
    engine_database: str = Field("neo4j", description="Database of that Neo4j.")
    engine_heap: str = Field("2g", description="Java heap of the embedded engine, such as `2g`.")
    statement_seconds: float = Field(20.0, gt=0, description="Seconds that one statement may run.")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    introspection: bool = Field(True, description="Whether the schema may be read by introspection.")
    graphiql: bool = Field(True, description="Whether the GraphiQL page is served.")
    public_url: str = Field("", description="Address under which consumers reach the look-up page, for codes in print.")

    tolerance_minutes: float = Field(
        30.0, ge=0, description="How far clocks may differ: lineage follows an edge up to this much too early."
    )
    lineage_hops: int = Field(64, ge=1, description="Hops that a lineage question follows at the most.")
    lineage_records: int = Field(200_000, ge=1, description="Farms, deliveries, lots and batches in one lineage at the most.")
    lineage_items: int = Field(1_000_000, ge=1, description="Items in one lineage or recall at the most.")
    lineage_seconds: float = Field(20.0, gt=0, description="Seconds that one lineage question may take.")
    lineage_seeds: int = Field(1_000, ge=1, description="IDs that one lineage question may start from.")
    recall_radius: int = Field(10, ge=0, description="The widest recall radius that may be asked for.")

    records_per_call: int = Field(5_000, ge=1, le=5_000, description="Records in one mutation at the most.")
    body_bytes: int = Field(32 * 1024 * 1024, ge=1024, description="Bytes in the body of one request at the most.")
    file_bytes: int = Field(32 * 1024 * 1024, ge=1024, description="Bytes in one uploaded file at the most.")
    query_tokens: int = Field(20_000, ge=100, description="Tokens in the text of one operation at the most.")
    query_depth: int = Field(16, ge=3, description="Depth of nested fields at the most; introspection is not counted.")
    query_aliases: int = Field(50, ge=1, description="Aliases in one operation at the most.")
    query_cost: int = Field(500_000, ge=100, description="Fields that one operation may resolve, as estimated from its page sizes.")
    page_size: int = Field(500, ge=1, description="`first` or `last` of a connection of records at the most.")
    lineage_page_size: int = Field(10_000, ge=1, description="`first` of a lineage or recall connection at the most.")
    operation_seconds: float = Field(30.0, gt=0, description="Seconds that one operation may take.")

    suspicious_queries: int = Field(500, ge=2, description="Look-ups of one code from which on it is called SUSPICIOUS.")
    suspicious_places: int = Field(8, ge=2, description="Different places of look-ups of one code from which on it is called SUSPICIOUS.")

    @property
    def limits(self) -> Limits:
        """What a lineage question may cost."""
        return Limits(
            hops=self.lineage_hops,
            records=self.lineage_records,
            items=self.lineage_items,
            seconds=min(self.lineage_seconds, self.operation_seconds * 0.9),
            tolerance_ms=int(self.tolerance_minutes * 60_000),
        )
