//! Every path of the API that needs a key, as the OpenAPI document must list it.

/// A path and its method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// The method, in small letters as OpenAPI writes it.
    pub method: &'static str,
    /// The path.
    pub path: &'static str,
}

const fn post(path: &'static str) -> Endpoint {
    Endpoint { method: "post", path }
}

const fn get(path: &'static str) -> Endpoint {
    Endpoint { method: "get", path }
}

/// All of them.
pub const ENDPOINTS: &[Endpoint] = &[
    post("/v1/collect"),
    post("/v1/events"),
    post("/v1/links"),
    post("/v1/told"),
    post("/v1/agreements"),
    post("/v1/deaths"),
    post("/v1/guardian-reports"),
    post("/v1/guardian-reports/dismissed"),
    post("/v1/consents"),
    post("/v1/consents/withdrawals"),
    post("/v1/consents/export"),
    post("/v1/objections"),
    post("/v1/objections/decisions"),
    post("/v1/restrictions"),
    post("/v1/restrictions/told"),
    post("/v1/restrictions/lifted"),
    post("/v1/holds"),
    post("/v1/holds/released"),
    post("/v1/decide"),
    post("/v1/why"),
    post("/v1/audience"),
    post("/v1/messages"),
    post("/v1/statistics"),
    post("/v1/statistics/records"),
    post("/v1/read"),
    post("/v1/disclose"),
    post("/v1/records"),
    post("/v1/records/read"),
    post("/v1/records/change"),
    post("/v1/records/correct"),
    post("/v1/records/delete"),
    post("/v1/records/list"),
    post("/v1/screenings"),
    post("/v1/screenings/decisions"),
    post("/v1/secrecy"),
    post("/v1/secrecy/ended"),
    get("/v1/forecast"),
    post("/v1/sweep"),
    get("/v1/requests"),
    get("/v1/audit"),
    get("/v1/audit/history"),
    get("/audit"),
    get("/metrics"),
    get("/v1/webhooks"),
];
