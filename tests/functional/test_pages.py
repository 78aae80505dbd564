"""The look-up page and GraphiQL as a browser shows them: every verdict, on a phone and on a desk, with and without scripts."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, introspection_from_schema
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from api.web.assets import static_mount
from api.web.fields import LABELS
from api.web.graphiql_page import Question, graphiql_routes
from api.web.pages import LookUpRefused, TraceAnswer, routes
from api.web.verdicts import WORDINGS
from tests.functional.browser import DESKTOP, PHONE, Watched, chromium, watched
from tests.functional.served import served

IN_CIRCULATION = ("AUTHENTIC", "RECALLED", "EXPIRED", "SUSPICIOUS")
FILE = {"name": "检验报告-批2013-010234.pdf", "url": f"/files/{'ab' * 32}", "sha256": "ab" * 32}
PRODUCT: Mapping[str, Any] = {
    "productName": "金装较大婴儿配方奶粉（2 段）",
    "netContentAndSpecification": "800 g/罐",
    "productStandard": "GB 10766—2021",
    "productCategory": "产品类别：较大婴儿配方食品；产品属性：乳基粉状产品",
    "productionProcess": "干湿法复合工艺",
    "packagingArtwork": {"name": "外包装展开图.png", "url": f"/files/{'cd' * 32}", "sha256": "cd" * 32},
    "productionDate": "2026-03-01",
    "bestBefore": "2028-02-29",
    "placeOfProduction": "黑龙江省哈尔滨市",
    "batchNumber": "批2013-010234",
    "traceCode": "6901234.A0000123456789",
    "enterpriseName": "北原乳业有限公司",
    "enterpriseAddress": "黑龙江省哈尔滨市松北区乳香路 8 号",
    "enterpriseWebsite": "https://dairy.example.cn/",
    "integrityCertificateNumber": "FIC-2025-00417",
    "integrityCertificate": {"name": "诚信评价证书.pdf", "url": f"/files/{'ef' * 32}", "sha256": "ef" * 32},
    "integrityCertificateValidity": "自 2025-11-28 起，至 2028-11-27 止",
    "productionLicenceNumber": "SC10523010900017",
    "productionLicenceValidity": "自 2024-04-02 起，至 2029-04-01 止",
    "producerNameAndContact": "北原乳业有限公司，联系电话：400-000-0000",
    "enterpriseTraceUrl": "javascript:alert(1)",
    "suitableAge": "适合 6～12 月龄较大婴儿食用",
    "instructionsForUse": "1. 洗净双手并消毒奶具。\n2. 先倒入 40～50 ℃ 的温开水。\n3. 一平匙奶粉（约 4.5 g）配 30 mL 水，摇匀后试温喂哺。",
    "warnings": "6 个月龄以上婴儿食用本产品时，须配合添加辅助食品。",
    "ingredientList": "生牛乳、脱盐乳清粉、乳糖、植物油（1,3-二油酸-2-棕榈酸甘油三酯、葵花籽油）、"
    "乳清蛋白粉、低聚半乳糖、复配维生素、复配矿物质、乳铁蛋白、二十二碳六烯酸。",
    "storageConditions": "存放于阴凉干燥处，开罐后请在一个月内食用完。",
    "nutrition": "每 100 g 含量：能量 1990 kJ，蛋白质 17.2 g，脂肪 21.5 g，碳水化合物 53.8 g，钙 620 mg，铁 6.8 mg。",
    "productInspectionReport": FILE,
    "mainIngredientCertificates": [FILE | {"name": "脱盐乳清粉合格证明.pdf"}, FILE | {"name": "乳糖合格证明.pdf"}],
    "milkSourceOrigin": "黑龙江省齐齐哈尔市自有牧场",
    "uploadedOn": "2026-03-05",
    "voluntaryDisclosures": "<script>alert('x')</script>",
}
QUESTIONS: list[Question] = [
    {
        "title": f"Question {number}: which batches does milk/6901234/M{number} </script> reach?",
        "query": f"query Question{number}($from: [ID!]!) {{ forward(from: $from) {{ counts {{ kind count }} }} }}",
        "variables": {"from": [f"milk/6901234/M{number}"]},
        "token": f"token-{number}",
    }
    for number in range(1, 6)
]

SCHEMA = """
type Query { viewer: Viewer! forward(from: [ID!]!, maxHops: Int): Lineage! }
type Viewer { role: String! enterprise: Enterprise permissions: [String!]! }
type Enterprise { id: ID! name: String! }
type Lineage { counts: [KindCount!]! }
type KindCount { kind: String! count: Int! }
"""


@dataclass(frozen=True)
class Site:
    """The pages with made-up answers: a code's look-up has the verdict that the code names."""

    base: str
    looked_up: list[str]
    posted: list[tuple[str | None, Any]]


@dataclass(frozen=True)
class Settings:
    public_url: str = ""


def answer(verdict: str, code: str) -> TraceAnswer:
    known = verdict in IN_CIRCULATION
    return {
        "code": code,
        "verdict": verdict,
        "message": f"该追溯码的查询结论是 {verdict}。",
        "queryCount": 3 if known else 0,
        "firstQueriedAt": "2026-10-01T02:03:04Z" if known else None,
        "product": PRODUCT if known else None,
    }


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    looked_up: list[str] = []
    posted: list[tuple[str | None, Any]] = []

    async def look_up(code: str, request: Request) -> TraceAnswer:
        looked_up.append(code)
        if code == "BUSY":
            raise LookUpRefused(429, retry_after_s=30)
        return answer(code if code in WORDINGS else "MALFORMED", code)

    async def graphql(request: Request) -> Response:
        body = await request.json()
        posted.append((request.headers.get("authorization"), body))
        if body.get("operationName") == "IntrospectionQuery":
            return JSONResponse({"data": introspection_from_schema(build_schema(SCHEMA))})
        return JSONResponse({"data": {"forward": {"counts": [{"kind": "PACKAGE", "count": 4212}]}}})

    app = Starlette(
        routes=[
            *routes(look_up, Settings()),
            *graphiql_routes("/graphql", lambda: QUESTIONS),
            Mount("/plain", Starlette(routes=[*graphiql_routes("/graphql"), static_mount(), Route("/graphql", graphql, methods=["POST"])])),
            static_mount(),
            Route("/graphql", graphql, methods=["POST"]),
        ]
    )
    with served(app) as base:
        yield Site(base, looked_up, posted)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: MILKLINE_TEST_PICTURES, for who wants to look at them, else a folder that goes away."""
    folder = Path(os.environ.get("MILKLINE_TEST_PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def assert_well_behaved(watched: Watched, base: str) -> None:
    assert watched.foreign(base) == []
    assert watched.complaints == []


def contrast(page: Page, selector: str) -> float:
    """WCAG contrast between an element's text and the nearest painted background."""
    return page.eval_on_selector(
        selector,
        """element => {
          const channels = text => text.match(/[\\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          let ground = element;
          while (ground && channels(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
          const pair = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor].map(c => light(channels(c)));
          return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        }""",
    )


@pytest.mark.parametrize("screen", ["phone", "desktop"])
@pytest.mark.parametrize("verdict", list(WORDINGS))
def test_verdict_is_shown_in_words_and_colour(site: Site, browser: Browser, pictures: Path, verdict: str, screen: str) -> None:
    with watched(browser, **(PHONE if screen == "phone" else DESKTOP)) as seen:
        response = seen.page.goto(f"{site.base}/trace/{verdict}")
        assert response is not None
        assert response.status == (400 if verdict == "MALFORMED" else 200)
        seen.page.screenshot(path=pictures / f"{verdict}-{screen}.png", full_page=True)

        wording = WORDINGS[verdict]
        expect(seen.page.locator("h1")).to_have_text(wording.headline)
        expect(seen.page.locator(".verdict .label")).to_contain_text(wording.label)
        expect(seen.page.locator(".meaning")).to_have_text(f"该追溯码的查询结论是 {verdict}。")
        for line in wording.advice:
            expect(seen.page.locator(".advice")).to_contain_text(line)
        for selector in (".verdict h1", ".verdict .label", ".looked-up dt", ".brand", ".bottom p", ".look-up button"):
            assert contrast(seen.page, selector) >= 4.5, selector
        width = seen.page.evaluate("document.documentElement.scrollWidth")
        assert width <= (seen.page.viewport_size or {})["width"], "the page scrolls sideways"
        assert seen.page.locator("[data-field]").count() == (33 if verdict in IN_CIRCULATION else 0)
        assert_well_behaved(seen, site.base)


def test_public_fields_have_their_labels_and_values(site: Site, browser: Browser) -> None:
    with watched(browser, **DESKTOP) as seen:
        seen.page.goto(f"{site.base}/trace/AUTHENTIC")
        rows = seen.page.locator("[data-field]")
        shown = {row.get_attribute("data-field"): row.locator("dt").inner_text() for row in rows.all()}
        assert shown == LABELS
        assert seen.page.locator(".card h2").all_inner_texts()[:5] == ["产品信息", "生产信息", "企业信息", "消费说明", "检验与原料"]

        def value(field: str) -> str:
            return seen.page.locator(f"[data-field={field}] dd").inner_text()

        assert value("batchNumber") == "批2013-010234"
        assert value("instructionsForUse") == PRODUCT["instructionsForUse"]
        assert value("qualityCommitment") == "企业未提供"
        assert value("voluntaryDisclosures") == "<script>alert('x')</script>"
        assert seen.page.locator("[data-field=enterpriseTraceUrl] a").count() == 0
        assert seen.page.locator("[data-field=enterpriseWebsite] a").get_attribute("href") == "https://dairy.example.cn/"
        assert seen.page.locator("[data-field=productInspectionReport] a").get_attribute("href") == FILE["url"]
        assert seen.page.locator("[data-field=mainIngredientCertificates] li").count() == 2
        expect(seen.page.locator(".looked-up")).to_contain_text("3 次")
        expect(seen.page.locator(".looked-up")).to_contain_text("2026年10月1日 10:03")
        expect(seen.page.locator(".link")).to_have_text(f"{site.base}/trace/AUTHENTIC")


@pytest.mark.parametrize("scripts", [True, False])
def test_form_looks_up_what_was_typed(site: Site, browser: Browser, pictures: Path, scripts: bool) -> None:
    with watched(browser, java_script_enabled=scripts, **PHONE) as seen:
        seen.page.goto(site.base)
        seen.page.screenshot(path=pictures / "home-phone.png", full_page=True)
        seen.page.get_by_label("产品追溯码").fill(" RECALLED ")
        seen.page.get_by_role("button", name="查询").click()
        expect(seen.page.locator("h1")).to_have_text(WORDINGS["RECALLED"].headline)
        expect(seen.page.get_by_label("产品追溯码")).to_have_value("RECALLED")
        assert site.looked_up[-1] == "RECALLED"
        assert_well_behaved(seen, site.base)


def test_form_can_be_used_from_the_keyboard(site: Site, browser: Browser, pictures: Path) -> None:
    with watched(browser, **DESKTOP) as seen:
        seen.page.goto(site.base)
        seen.page.screenshot(path=pictures / "home-desktop.png", full_page=True)
        seen.page.keyboard.press("Tab")
        expect(seen.page.get_by_text("跳到主要内容")).to_be_focused()
        for _ in range(2):
            seen.page.keyboard.press("Tab")
        expect(seen.page.get_by_label("产品追溯码")).to_be_focused()
        seen.page.keyboard.type("EXPIRED")
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator("h1")).to_have_text(WORDINGS["EXPIRED"].headline)


def test_malformed_code_keeps_what_was_typed_and_says_so(site: Site, browser: Browser) -> None:
    typed = '(01)06901234567892(21)A"><b>x</b>/..?&#%'
    with watched(browser, **PHONE) as seen:
        seen.page.goto(site.base)
        seen.page.get_by_label("产品追溯码").fill(typed)
        seen.page.get_by_role("button", name="查询").click()
        field = seen.page.get_by_label("产品追溯码")
        expect(field).to_have_value(typed)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description("请检查后重新输入")
        assert site.looked_up[-1] == typed
        assert seen.page.locator("b").count() == 0
        assert_well_behaved(seen, site.base)


def test_web_address_as_a_code_reaches_the_look_up_whole(site: Site, browser: Browser) -> None:
    address = "https://id.example.cn/01/06901234567892/21/A0001?17=280229"
    with watched(browser, **PHONE) as seen:
        seen.page.goto(site.base)
        seen.page.get_by_label("产品追溯码").fill(address)
        seen.page.get_by_role("button", name="查询").click()
        assert site.looked_up[-1] == address


def test_refusal_and_empty_code_have_friendly_pages(site: Site, browser: Browser, pictures: Path) -> None:
    with watched(browser, **PHONE) as seen:
        busy = seen.page.goto(f"{site.base}/trace/BUSY")
        assert busy is not None
        assert (busy.status, busy.headers["retry-after"]) == (429, "30")
        expect(seen.page.locator("h1")).to_have_text("查询过于频繁")
        seen.page.screenshot(path=pictures / "busy-phone.png", full_page=True)

        empty = seen.page.goto(f"{site.base}/trace?code=+")
        assert empty is not None and empty.status == 400
        expect(seen.page.locator(".problem")).to_contain_text("请先输入")
        assert_well_behaved(seen, site.base)


def test_graphiql_opens_the_questions_and_sends_their_tokens(site: Site, browser: Browser, pictures: Path) -> None:
    with watched(browser, **DESKTOP) as seen:
        page = seen.page
        page.goto(f"{site.base}/graphiql")
        questions = page.get_by_role("region", name="Questions")
        expect(page.get_by_role("tab")).to_have_count(5)
        expect(questions.get_by_role("listitem")).to_have_count(5)
        run(page)
        assert site.posted[-1][0] == "Bearer token-1"
        page.screenshot(path=pictures / "graphiql-desktop.png")

        questions.get_by_text("Question 3:").click()
        run(page)
        token, body = site.posted[-1]
        assert token == "Bearer token-3"
        assert body["variables"] == {"from": ["milk/6901234/M3"]}
        assert_well_behaved(seen, site.base)


def test_graphiql_keeps_its_tabs_over_a_reload_and_reopens_a_closed_question(site: Site, browser: Browser) -> None:
    with watched(browser, **DESKTOP) as seen:
        page = seen.page
        page.goto(f"{site.base}/graphiql")
        page.get_by_role("region", name="Questions").get_by_text("Question 2:").click()
        page.wait_for_timeout(700)  # GraphiQL writes its tabs half a second after a change
        page.reload()
        expect(page.get_by_role("tab")).to_have_count(5)
        expect(page.get_by_role("tab", selected=True)).to_contain_text("Question2")
        run(page)
        assert site.posted[-1][0] == "Bearer token-2"

        page.get_by_role("region", name="Questions").get_by_text("Question 5:").click()
        page.get_by_role("tab", selected=True).get_by_role("button", name="Close Tab").click()
        expect(page.get_by_role("tab")).to_have_count(4)
        page.get_by_role("region", name="Questions").get_by_text("Question 5:").click()
        expect(page.get_by_role("tab")).to_have_count(5)
        run(page)
        token, body = site.posted[-1]
        assert token == "Bearer token-5"
        assert body["variables"] == {"from": ["milk/6901234/M5"]}
        assert_well_behaved(seen, site.base)


def test_graphiql_without_questions_shows_where_a_token_goes(site: Site, browser: Browser, pictures: Path) -> None:
    with watched(browser, **DESKTOP) as seen:
        page = seen.page
        page.goto(f"{site.base}/plain/graphiql")
        expect(page.get_by_role("tab")).to_contain_text("Viewer")
        headers = page.locator("[aria-label=Headers] .graphiql-editor:not(.hidden) .CodeMirror")
        expect(headers).to_contain_text("Bearer <token>")
        run(page)
        assert site.posted[-1][0] is None
        page.screenshot(path=pictures / "graphiql-plain-desktop.png")
        headers.click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text('{"Authorization": "Bearer pasted"}')
        run(page)
        assert site.posted[-1][0] == "Bearer pasted"
        assert_well_behaved(seen, site.base)


def run(page: Page) -> None:
    """Runs the operation in the active tab and waits for its answer."""
    with page.expect_response("**/graphql"):
        page.get_by_role("button", name="Execute query").click()
    expect(page.locator(".result-window")).to_contain_text("4212")
