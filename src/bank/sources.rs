//! Where a reference may point: the documentation of Python and of the libraries the syllabus names.
//!
//! A host is added here when its pages are written by the people who make the thing.

/// Hosts of primary documentation; a host stands for its subdomains too.
const HOSTS: &[&str] = &[
    // The language, its proposals, its packaging, its other implementations.
    "docs.python.org",
    "peps.python.org",
    "packaging.python.org",
    "typing.python.org",
    "devguide.python.org",
    "docs.pypi.org",
    "pypy.org",
    // Tools.
    "mypy.readthedocs.io",
    "docs.pytest.org",
    "hypothesis.readthedocs.io",
    "coverage.readthedocs.io",
    "pip.pypa.io",
    "setuptools.pypa.io",
    "virtualenv.pypa.io",
    "build.pypa.io",
    "hatch.pypa.io",
    "pipx.pypa.io",
    "python-poetry.org",
    "docs.astral.sh",
    "docs.conda.io",
    "tox.wiki",
    "pre-commit.com",
    "docs.github.com",
    "docs.gitlab.com",
    "docs.docker.com",
    "kubernetes.io",
    "import-linter.readthedocs.io",
    "bandit.readthedocs.io",
    "black.readthedocs.io",
    // Libraries and servers.
    "numpy.org",
    "pandas.pydata.org",
    "numba.readthedocs.io",
    "cython.readthedocs.io",
    "cython.org",
    "cffi.readthedocs.io",
    "pybind11.readthedocs.io",
    "attrs.org",
    "pydantic.dev",
    "docs.aiohttp.org",
    "python-httpx.org",
    "requests.readthedocs.io",
    "uvloop.readthedocs.io",
    "uvicorn.org",
    "uvicorn.dev",
    "gunicorn.org",
    "asgi.readthedocs.io",
    "wsgi.readthedocs.io",
    "flask.palletsprojects.com",
    "click.palletsprojects.com",
    "docs.djangoproject.com",
    "fastapi.tiangolo.com",
    "typer.tiangolo.com",
    "docs.celeryq.dev",
    "docs.sqlalchemy.org",
    "structlog.org",
    "redis.io",
    "postgresql.org",
    "arrow.apache.org",
    "parquet.apache.org",
    "avro.apache.org",
    "protobuf.dev",
    "msgpack.org",
    "opentelemetry.io",
    // Standards.
    "rfc-editor.org",
    "datatracker.ietf.org",
    "unicode.org",
    "yaml.org",
    "toml.io",
    "json.org",
    "spdx.org",
    "sqlite.org",
    "man7.org",
    "semver.org",
];

/// Whether an address leads to primary documentation.
pub fn is_primary(address: &str) -> bool {
    let host = address.strip_prefix("https://").unwrap_or(address);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    HOSTS.iter().any(|known| {
        host.strip_suffix(known)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    })
}
