//! The page's own files.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Each file with its type. A new one is added here.
const FILES: &[(&str, &str, &str)] = &[
    ("actions.js", JAVASCRIPT, include_str!("../../web/actions.js")),
    ("api.js", JAVASCRIPT, include_str!("../../web/api.js")),
    ("base.css", CSS, include_str!("../../web/base.css")),
    ("components.css", CSS, include_str!("../../web/components.css")),
    (
        "components.js",
        JAVASCRIPT,
        include_str!("../../web/components.js"),
    ),
    ("composer.js", JAVASCRIPT, include_str!("../../web/composer.js")),
    ("dom.js", JAVASCRIPT, include_str!("../../web/dom.js")),
    ("icon.svg", "image/svg+xml", include_str!("../../web/icon.svg")),
    ("list.js", JAVASCRIPT, include_str!("../../web/list.js")),
    ("main.js", JAVASCRIPT, include_str!("../../web/main.js")),
    ("message.js", JAVASCRIPT, include_str!("../../web/message.js")),
    ("messages.css", CSS, include_str!("../../web/messages.css")),
    ("modal.js", JAVASCRIPT, include_str!("../../web/modal.js")),
    ("select.js", JAVASCRIPT, include_str!("../../web/select.js")),
    ("sidebar.js", JAVASCRIPT, include_str!("../../web/sidebar.js")),
    ("slash.js", JAVASCRIPT, include_str!("../../web/slash.js")),
    ("store.js", JAVASCRIPT, include_str!("../../web/store.js")),
    ("time.js", JAVASCRIPT, include_str!("../../web/time.js")),
];
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// Scripts only from here, whatever slips through the sanitiser; pictures from anywhere, as bots may show them.
const POLICY: &str = "default-src 'self'; img-src 'self' http: https: data:; style-src 'self' 'unsafe-inline'; \
                      object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub(super) async fn get_index() -> Response {
    let page = include_str!("../../web/index.html");
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, page).into_response()
}

pub(super) async fn get_asset(Path(wanted): Path<String>) -> Response {
    let Some((_, kind, content)) = FILES.iter().find(|(name, ..)| *name == wanted) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // The next build may have other files under the same names.
    (
        [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "no-store")],
        *content,
    )
        .into_response()
}
