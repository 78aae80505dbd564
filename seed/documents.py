"""Small documents for the demo: one-page PDFs in Chinese, and an unfolded can label as SVG. The same words give the same bytes."""

from html import escape

from seed.portions import SeedFile

_WATERMARK = "演示数据：企业、人员与检测结果均为虚构"


def pdf(name: str, title: str, lines: list[str]) -> SeedFile:
    """A page in a font that every PDF reader brings for Chinese, so that none has to be embedded."""
    shown = [(18, title), *((11, line) for line in lines), (8, _WATERMARK)]
    page = ["BT 56 780 Td"]
    for size, text in shown:
        page.append(f"/F1 {size} Tf <{text.encode('utf-16-be').hex()}> Tj 0 -{size + 13} Td")
    stream = "\n".join([*page, "ET"]).encode("ascii")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
        b"/FontDescriptor 7 0 R>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120"
        b"/CapHeight 880/StemV 93>>",
    ]
    content = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    content += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return SeedFile(f"{name}.pdf", "application/pdf", bytes(content))


def label_svg(name: str, brand: str, product: str, net: str, standard: str, colour: str) -> SeedFile:
    """The outer label of a can, unfolded."""
    texts = [(60, 74, 40, brand), (60, 128, 22, product), (60, 168, 18, f"净含量 {net}"), (60, 200, 14, f"产品标准号 {standard}")]
    texts += [(560, 60, 14, "追溯二维码位置"), (60, 286, 10, _WATERMARK)]
    drawn = "".join(f'<text x="{x}" y="{y}" font-size="{size}" fill="#fff">{escape(text)}</text>' for x, y, size, text in texts)
    content = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300" font-family="sans-serif">'
        f'<rect width="720" height="300" fill="{colour}"/><rect x="560" y="76" width="110" height="110" fill="#fff"/>{drawn}</svg>\n'
    )
    return SeedFile(f"{name}.svg", "image/svg+xml", content.encode())
