# The API, with the embedded engine in it; docker-compose.yml runs it against a Neo4j instead.
FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /app
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
# What others have written changes seldom: a layer of its own.
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --no-install-project
COPY auth auth
COPY graph graph
COPY api api
COPY seed seed
RUN uv sync --frozen --no-dev --no-editable

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home milkline && install -d -o milkline -g milkline -m 700 /data
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 MILKLINE_DATA=/data
USER milkline
VOLUME /data
EXPOSE 8000
# The embedded engine writes what it has in memory before it ends.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["milkline", "serve", "--data", "/data", "--host", "0.0.0.0", "--port", "8000"]
