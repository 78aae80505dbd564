"""Every setting, from the environment (`MILKLINE_…`) or the command line. docs/operator.md lists them all; a test holds it to that."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.listed import networks, origins, web_address
from api.setting_values import algorithms, meanings, words
from auth.actor import Duty, Role
from auth.oidc.addresses import check_issuer, check_own_issuer
from auth.server.store import LONGEST_TOKEN_S
from auth.signed import ASYMMETRIC
from graph.lineage.gaps import Limits

_PRODUCTION: dict[str, object] = {
    "introspection": False,
    "graphiql": False,
    "guarded_get": True,
    "reason_required": True,
    "look_ups_per_client": 120,
    "misses_per_client": 30,
    "look_ups_per_enterprise": 6_000,
    "look_up_step_ms": 25,
}
"""What is otherwise in production, unless it is set by its own name."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MILKLINE_", extra="ignore")

    data: Path = Field(Path("milkline-data"), description="Folder of the embedded engine, the keys and the files.")
    files: Path | None = Field(None, description="Folder of the files, where it is not `files` in the data folder.")
    engine: str | None = Field(None, description="URI of a Neo4j (`neo4j://`, `bolt+s://` …); without one the embedded engine runs.")
    engine_user: str = Field("neo4j", description="User of that Neo4j.")
    engine_password: str = Field("", description="Password of that Neo4j.")
    engine_database: str = Field("neo4j", description="Database of that Neo4j.")
    engine_ca: Path | None = Field(None, description="Certificates, PEM, of authorities that vouch for that Neo4j; makes it TLS.")
    engine_cert: Path | None = Field(None, description="Certificate, PEM, that the service shows that Neo4j; makes it TLS.")
    engine_key: Path | None = Field(None, description="Private key, PEM, of `MILKLINE_ENGINE_CERT`.")
    engine_heap: str = Field("2g", description="Java heap of the embedded engine, such as `2g`.")
    engine_java_options: str = Field(
        "", description="Further options for the Java of the embedded engine, separated by spaces, such as `-XX:+UseStringDeduplication`."
    )
    statement_seconds: float = Field(20.0, gt=0, description="Seconds that one statement may run.")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    production: bool = Field(False, description="For the open net: introspection and GraphiQL are off unless they are turned on by name.")
    guarded_get: bool = Field(
        False, description="Whether each `GET /graphql` needs the header `GraphQL-Require-Preflight`; on in production."
    )
    introspection: bool = Field(True, description="Whether the schema may be read by introspection.")
    graphiql: bool = Field(True, description="Whether the GraphiQL page is served.")
    public_url: Annotated[str, AfterValidator(web_address)] = Field(
        "", description="Address under which consumers reach the look-up page, for codes in print."
    )
    cors_origins: Annotated[str, AfterValidator(origins)] = Field(
        "", description="Origins of other sites whose pages may ask, such as `https://app.example.cn`, separated by commas."
    )
    trusted_proxies: Annotated[str, AfterValidator(networks)] = Field(
        "",
        description="Addresses or networks of proxies whose `X-Forwarded-For` and `-Proto` are believed, separated by commas.",
    )
    tls_cert: Path | None = Field(None, description="Certificate chain of the service, PEM; with it HTTPS is spoken, and nothing else.")
    tls_key: Path | None = Field(None, description="Private key, PEM, of `MILKLINE_TLS_CERT`.")
    tls_ca: Path | None = Field(None, description="Certificates of authorities, PEM; clients must then show a certificate of one.")

    tolerance_minutes: float = Field(
        30.0, ge=0, le=7 * 24 * 60, description="How far clocks may differ: lineage follows an edge up to this much too early."
    )
    lineage_hops: int = Field(64, ge=1, description="Hops that a lineage question follows at the most.")
    lineage_records: int = Field(200_000, ge=1, description="Farms, deliveries, lots and batches in one lineage at the most.")
    lineage_items: int = Field(1_000_000, ge=1, description="Items in one lineage or recall at the most.")
    lineage_seconds: float = Field(20.0, gt=0, description="Seconds that one lineage question may take.")
    lineage_seeds: int = Field(1_000, ge=1, description="IDs that one lineage question may start from.")
    recall_radius: int = Field(10, ge=0, description="The widest recall radius that may be asked for.")

    records_per_call: int = Field(5_000, ge=1, le=5_000, description="Records in one mutation at the most.")
    body_bytes: int = Field(32 * 1024 * 1024, ge=1024, description="Bytes in the body of one request at the most.")
    query_bytes: int = Field(1024 * 1024, ge=1024, description="Bytes in the body of a request at the most, by who does not record.")
    file_bytes: int = Field(32 * 1024 * 1024, ge=1024, description="Bytes in one uploaded file at the most.")
    import_bytes: int = Field(1 << 30, ge=1024, description="Bytes in one file of records sent to `POST /import` at the most, as sent.")
    unpacked_bytes: int = Field(8 << 30, ge=1024, description="Bytes to which a packed file may unpack.")
    unpacked_ratio: int = Field(500, ge=2, description="How many times its size a packed file may unpack to, from 16 MB on.")
    query_tokens: int = Field(20_000, ge=100, description="Tokens in the text of one operation at the most.")
    query_depth: int = Field(16, ge=3, description="Depth of nested fields at the most; introspection is not counted.")
    query_aliases: int = Field(50, ge=1, description="Aliases in one operation at the most.")
    query_cost: int = Field(500_000, ge=100, description="Fields that one operation may resolve, as estimated from its page sizes.")
    page_size: int = Field(500, ge=1, description="`first` or `last` of a connection of records at the most.")
    lineage_page_size: int = Field(10_000, ge=1, description="`first` of a lineage or recall connection at the most.")
    operation_seconds: float = Field(30.0, gt=0, description="Seconds that one operation may take.")

    oidc_issuer: str | None = Field(None, description="Issuer of an OpenID provider, whose tokens are taken; without one, none are.")
    oidc_audience: str | None = Field(None, validate_default=True, description="Audience that its tokens name; needed with an issuer.")
    oidc_algorithms: Annotated[tuple[str, ...], NoDecode, BeforeValidator(words), AfterValidator(algorithms)] = Field(
        ASYMMETRIC, description="Algorithms that its tokens may be signed by, with commas between."
    )
    oidc_role_claim: str = Field("role", min_length=1, description="Claim that holds the role; dots lead into objects.")
    oidc_enterprise_claim: str = Field("enterprise", min_length=1, description="Claim that holds the enterprise code.")
    oidc_duties_claim: str = Field("duties", description="Claim that holds the duties; empty, and each ENTERPRISE has all of them.")
    oidc_region_claim: str = Field("region", min_length=1, description="Claim that holds the region that a REGULATOR is bound to.")
    oidc_class_claim: str = Field(
        "product_class", min_length=1, description="Claim that holds the class of product that a REGULATOR is bound to."
    )
    oidc_roles: Annotated[Mapping[str, Role], NoDecode, BeforeValidator(lambda value: meanings(value, Role))] = Field(
        {}, description="From values of that claim to roles, as a JSON object; empty, and they are named as here."
    )
    oidc_duties: Annotated[Mapping[str, Duty], NoDecode, BeforeValidator(lambda value: meanings(value, Duty))] = Field(
        {}, description="From values of that claim to duties, as a JSON object; empty, and they are named as here."
    )
    oidc_fetch_seconds: float = Field(5.0, gt=0, le=60, description="Seconds that the provider has to answer with its keys.")
    oidc_refetch_seconds: float = Field(
        30.0, ge=1, description="Seconds between two fetches of the keys that unknown keys in tokens cause."
    )
    oidc_keys_seconds: float = Field(3600.0, ge=1, description="Seconds until the keys are fetched again in any case.")
    oidc_leeway_seconds: int = Field(30, ge=0, le=300, description="Seconds by which the provider's clock may differ.")
    authorization_server: bool = Field(False, description="Whether this service issues tokens itself, to its own clients and people.")
    authorization_issuer: str = Field(
        "", description="Address that its tokens name as their issuer; without it MILKLINE_PUBLIC_URL, or the address that it listens on."
    )
    authorization_access_seconds: int = Field(600, ge=60, le=LONGEST_TOKEN_S, description="Seconds that its access tokens last.")
    authorization_login_seconds: int = Field(
        43_200, ge=300, le=31 * 24 * 3600, description="Seconds after which a person has to log in again; refresh tokens last no longer."
    )
    development_tokens: bool | None = Field(
        None, description="Whether tokens of `milkline token` are taken; unset, only where no OpenID issuer is."
    )

    look_ups_per_client: int = Field(0, ge=0, description="Look-ups by one client address in a minute; 0: any. 120 in production.")
    misses_per_client: int = Field(0, ge=0, description="Unknown codes tried by one client address in an hour; 0: any. 30 in production.")
    look_ups_per_enterprise: int = Field(0, ge=0, description="Look-ups of one enterprise's codes in a minute; 0: any. 6000 in production.")
    look_up_step_ms: int = Field(
        0, ge=0, le=1_000, description="Answers to look-ups leave at multiples of so many milliseconds; 0: at once. 25 in production."
    )
    limits_file: Path | None = Field(
        None, description="File of the counts for these limits, on a disk of this machine; without one it is in the data folder."
    )
    reason_required: bool = Field(False, description="Whether a regulator has to say why records are read; on in production.")
    suspension_seconds: float = Field(5.0, ge=0, le=60, description="Seconds for which it is remembered which enterprises are suspended.")
    access_days: int = Field(90, ge=1, le=3650, description="Days ahead for which access to restricted fields may be asked for.")
    access_records: int = Field(100, ge=1, le=1000, description="Records in one request for access at the most.")
    access_pending: int = Field(
        100, ge=1, le=10_000, description="Requests for access of one enterprise, or of one person of an authority, that may be pending."
    )
    deliver: bool = Field(
        True, description="Whether `milkline serve` delivers to partners itself; else `milkline deliver` does, beside it."
    )
    delivery_networks: Annotated[str, AfterValidator(networks)] = Field(
        "",
        description="Networks that are not open and yet take what is delivered, by http too, such as `10.1.0.0/16`, separated by commas.",
    )
    delivery_ca: Path | None = Field(None, description="Certificates, PEM, of authorities that vouch for receivers, beside the usual ones.")
    delivery_seconds: float = Field(15.0, gt=0, le=60, description="Seconds that one attempt to deliver may take.")
    delivery_attempts: int = Field(
        16, ge=1, le=100, description="Attempts after which a letter is given up: over a day, unless set shorter."
    )
    delivery_backoff_seconds: float = Field(
        5.0, gt=0, le=3600, description="Seconds until the second attempt; each wait is twice the one before, 6 hours at the most."
    )
    delivery_pause_seconds: float = Field(1.0, gt=0, le=60, description="Seconds between two looks for what is to be delivered.")
    partners: int = Field(20, ge=1, le=1000, description="Partners of one enterprise at the most.")
    suspicious_queries: int = Field(500, ge=2, description="Look-ups of one code from which on it is called SUSPICIOUS.")
    suspicious_places: int = Field(8, ge=2, description="Different places of look-ups of one code from which on it is called SUSPICIOUS.")

    @model_validator(mode="after")
    def _in_production(self) -> Self:
        if self.production:
            for name, value in _PRODUCTION.items():
                if name not in self.model_fields_set:
                    setattr(self, name, value)
        return self

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        return check_issuer(value) if value else None

    @field_validator("authorization_issuer")
    @classmethod
    def _own_issuer(cls, value: str) -> str:
        return check_own_issuer(value.rstrip("/")) if value else ""

    @field_validator("oidc_audience")
    @classmethod
    def _audience(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("oidc_issuer") and not value:
            raise ValueError("with MILKLINE_OIDC_ISSUER it has to name the audience of the tokens")
        return value or None

    @property
    def files_folder(self) -> Path:
        return self.files or self.data / "files"

    @property
    def takes_development_tokens(self) -> bool:
        return self.oidc_issuer is None if self.development_tokens is None else self.development_tokens

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
