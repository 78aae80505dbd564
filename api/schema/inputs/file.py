"""A file that was uploaded before, named in a record."""

import strawberry


@strawberry.input(description="A file whose bytes were uploaded before.")
class FileInput:
    name: str = strawberry.field(description="The file's name, for whoever reads it.")
    sha256: str = strawberry.field(description="The SHA-256 of its bytes, 64 hexadecimal digits, as the upload answered.")
