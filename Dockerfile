# One image for web, worker and scheduler; it runs what the Makefile runs.
# docker run ... nexustop web | worker | scheduler | db upgrade

FROM python:3.11-slim-bookworm AS build
WORKDIR /srv
COPY deploy/requirements.txt deploy/
RUN python -m venv /srv/.venv \
 && /srv/.venv/bin/python -m pip install --no-cache-dir --require-hashes -r deploy/requirements.txt
COPY pyproject.toml ./
COPY app app
COPY menus menus
COPY providers providers
COPY workers workers
COPY migrations migrations
RUN /srv/.venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation --editable .

FROM python:3.11-slim-bookworm
RUN useradd --system --no-create-home --uid 10001 nexustop \
 && install -d -o nexustop /srv/var /srv/var/metrics
WORKDIR /srv
COPY --from=build /srv /srv
ENV PATH=/srv/.venv/bin:$PATH DATA_DIR=/srv/var PROMETHEUS_MULTIPROC_DIR=/srv/var/metrics \
    BIND_ADDRESS=0.0.0.0 PYTHONUNBUFFERED=1
USER nexustop
EXPOSE 8000
ENTRYPOINT ["nexustop"]
CMD ["web"]
