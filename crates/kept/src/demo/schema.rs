//! The tables of the two made-up databases, once, for both engines.
//!
//! Rows are loaded before indexes and, on PostgreSQL, before foreign keys, as a restore does.

use std::fmt::Write;

use kept_core::policy::model::Engine;

use super::Which;

/// A table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// Its name.
    pub(super) name: &'static str,
    /// Its columns; the first is the primary key.
    pub(super) columns: &'static [Column],
    /// Columns that refer to other tables: column, table, what follows a deletion there.
    refers: &'static [(&'static str, &'static str, &'static str)],
    /// Indexes: whether unique, on what.
    indexes: &'static [(bool, &'static str)],
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: &'static str,
    kind: Kind,
    required: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    Instant,
}

const fn number(name: &'static str) -> Column {
    Column { name, kind: Kind::Number, required: true }
}

const fn link(name: &'static str) -> Column {
    Column { name, kind: Kind::Number, required: false }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text, required: true }
}

const fn maybe(name: &'static str) -> Column {
    Column { name, kind: Kind::Text, required: false }
}

const fn at(name: &'static str) -> Column {
    Column { name, kind: Kind::Instant, required: true }
}

const fn maybe_at(name: &'static str) -> Column {
    Column { name, kind: Kind::Instant, required: false }
}

/// The index that the demo leaves out, so that `check --stores` has one to ask for.
const LEFT_OUT: (&str, &str) = ("messages", "(recipient_id)");

const RESTRICT: &str = "";
const SET_NULL: &str = " ON DELETE SET NULL";

/// The tables of a database, those that others refer to first.
pub(super) fn tables(which: Which) -> &'static [Shape] {
    match which {
        Which::Shop => SHOP,
        Which::Desk => DESK,
    }
}

const SHOP: &[Shape] = &[
    Shape {
        name: "schema_migrations",
        columns: &[number("version"), at("applied_at")],
        refers: &[],
        indexes: &[],
    },
    Shape {
        name: "products",
        columns: &[number("id"), text("name"), number("price_cents")],
        refers: &[],
        indexes: &[],
    },
    Shape {
        name: "accounts",
        columns: &[
            number("id"),
            text("full_name"),
            text("email"),
            maybe("company"),
            maybe("phone"),
            text("password_hash"),
            maybe("language"),
            maybe("street"),
            maybe("postcode"),
            maybe("city"),
            maybe("newsletter_topics"),
            maybe_at("newsletter_at"),
            maybe_at("newsletter_stopped_at"),
            at("created_at"),
            maybe_at("closed_at"),
            maybe_at("last_seen_at"),
            maybe_at("archived_at"),
        ],
        refers: &[],
        // An erased account keeps an empty address, and there may be many of those.
        indexes: &[
            (true, "(email) WHERE email <> ''"),
            (false, "(lower(email))"),
            (false, "(closed_at)"),
            (false, "(last_seen_at)"),
        ],
    },
    Shape {
        name: "orders",
        columns: &[
            number("id"),
            number("account_id"),
            text("number"),
            at("placed_at"),
            number("total_cents"),
            text("delivery_name"),
            text("delivery_address"),
            maybe("gift_note"),
            maybe_at("archived_at"),
        ],
        refers: &[("account_id", "accounts", RESTRICT)],
        indexes: &[(true, "(number)"), (false, "(account_id)")],
    },
    Shape {
        name: "order_lines",
        columns: &[
            number("id"),
            number("order_id"),
            number("product_id"),
            text("label"),
            number("quantity"),
            number("price_cents"),
        ],
        refers: &[("order_id", "orders", RESTRICT), ("product_id", "products", RESTRICT)],
        indexes: &[(false, "(order_id)")],
    },
    Shape {
        name: "invoices",
        columns: &[
            number("id"),
            number("account_id"),
            text("number"),
            maybe("order_number"),
            text("billing_name"),
            text("billing_address"),
            number("total_cents"),
            maybe_at("issued_at"),
        ],
        refers: &[("account_id", "accounts", RESTRICT)],
        indexes: &[(true, "(number)"), (false, "(account_id)")],
    },
    Shape {
        name: "invoice_lines",
        columns: &[number("id"), number("invoice_id"), text("label"), number("amount_cents")],
        refers: &[("invoice_id", "invoices", RESTRICT)],
        indexes: &[(false, "(invoice_id)")],
    },
    Shape {
        name: "messages",
        columns: &[
            number("id"),
            link("sender_id"),
            link("recipient_id"),
            maybe("sender_name"),
            maybe("recipient_name"),
            maybe("subject"),
            text("body"),
            at("sent_at"),
        ],
        refers: &[("sender_id", "accounts", SET_NULL), ("recipient_id", "accounts", SET_NULL)],
        indexes: &[(false, "(sender_id)"), (false, "(recipient_id)"), (false, "(sent_at)")],
    },
    Shape {
        name: "usage_events",
        columns: &[
            number("id"),
            number("account_id"),
            text("page"),
            maybe("ip_address"),
            maybe("browser"),
            at("seen_at"),
        ],
        refers: &[("account_id", "accounts", RESTRICT)],
        indexes: &[(false, "(account_id)"), (false, "(seen_at)")],
    },
    Shape {
        name: "prospects",
        columns: &[
            number("id"),
            text("email"),
            maybe("full_name"),
            maybe("company"),
            maybe("source"),
            at("opted_in_at"),
            maybe_at("opted_out_at"),
            maybe_at("last_click_at"),
        ],
        refers: &[],
        indexes: &[(true, "(lower(email))"), (false, "(last_click_at)")],
    },
];

const DESK: &[Shape] = &[
    Shape {
        name: "agents",
        columns: &[number("id"), text("full_name"), text("email"), at("hired_at"), maybe_at("left_at")],
        refers: &[],
        indexes: &[(true, "(lower(email))")],
    },
    Shape {
        name: "contacts",
        columns: &[
            number("id"),
            text("email"),
            maybe("full_name"),
            maybe("phone"),
            at("created_at"),
            at("updated_at"),
        ],
        refers: &[],
        indexes: &[(true, "(lower(email)) WHERE email <> ''"), (false, "(lower(email))")],
    },
    Shape {
        name: "tickets",
        columns: &[
            number("id"),
            number("contact_id"),
            link("assignee_id"),
            text("reference"),
            text("subject"),
            maybe("body"),
            text("status"),
            at("opened_at"),
            at("updated_at"),
            maybe_at("closed_at"),
        ],
        refers: &[("contact_id", "contacts", RESTRICT), ("assignee_id", "agents", SET_NULL)],
        indexes: &[(true, "(reference)"), (false, "(contact_id)"), (false, "(assignee_id)")],
    },
    Shape {
        name: "ticket_notes",
        columns: &[
            number("id"),
            number("ticket_id"),
            link("agent_id"),
            link("mentioned_contact_id"),
            text("body"),
            at("written_at"),
        ],
        refers: &[
            ("ticket_id", "tickets", RESTRICT),
            ("agent_id", "agents", SET_NULL),
            ("mentioned_contact_id", "contacts", RESTRICT),
        ],
        indexes: &[(false, "(ticket_id)"), (false, "(agent_id)"), (false, "(mentioned_contact_id)")],
    },
    Shape {
        name: "access_log",
        columns: &[
            number("id"),
            number("contact_id"),
            link("agent_id"),
            text("action"),
            maybe("ip_address"),
            at("seen_at"),
        ],
        refers: &[("contact_id", "contacts", RESTRICT), ("agent_id", "agents", SET_NULL)],
        indexes: &[(false, "(contact_id)"), (false, "(agent_id)"), (false, "(seen_at)")],
    },
    Shape {
        name: "privacy_requests",
        columns: &[
            number("id"),
            number("contact_id"),
            text("kind"),
            maybe("body"),
            at("received_at"),
            maybe_at("answered_at"),
            maybe_at("archived_at"),
        ],
        refers: &[("contact_id", "contacts", RESTRICT)],
        indexes: &[(false, "(contact_id)"), (false, "(received_at)")],
    },
];

/// The statement that makes a table, with its foreign keys on SQLite, which can't add them later.
pub(super) fn create(engine: Engine, shape: &Shape) -> String {
    let mut sql = format!("CREATE TABLE {} (", shape.name);
    for (place, column) in shape.columns.iter().enumerate() {
        let kind = match (engine, column.kind) {
            (Engine::Sqlite, Kind::Number) => "INTEGER",
            (Engine::Postgres, Kind::Number) => "bigint",
            (Engine::Sqlite, Kind::Text | Kind::Instant) => "TEXT",
            (Engine::Postgres, Kind::Text) => "text",
            (Engine::Postgres, Kind::Instant) => "timestamptz",
            (Engine::Mariadb, Kind::Number) => "BIGINT",
            (Engine::Mariadb, Kind::Text) => "VARCHAR(190)",
            (Engine::Mariadb, Kind::Instant) => "TIMESTAMP NULL",
        };
        let end = match (place, column.required) {
            (0, _) => " PRIMARY KEY",
            (_, true) => " NOT NULL",
            (_, false) => "",
        };
        let comma = if place == 0 { "" } else { "," };
        // Writing to a string can't fail.
        let _ = write!(sql, "{comma}\n  {} {kind}{end}", column.name);
    }
    if engine == Engine::Sqlite {
        for (column, table, on_delete) in shape.refers {
            let _ = write!(sql, ",\n  FOREIGN KEY ({column}) REFERENCES {table} (id){on_delete}");
        }
    }
    sql.push_str("\n)");
    sql
}

/// The statements that make a table's indexes; one is left out where `every` is not asked for.
pub(super) fn indexes(shape: &Shape, every: bool) -> Vec<String> {
    let wanted = shape.indexes.iter().filter(|(_, on)| every || (shape.name, *on) != LEFT_OUT);
    wanted
        .enumerate()
        .map(|(place, (unique, on))| {
            let unique = if *unique { "UNIQUE " } else { "" };
            format!("CREATE {unique}INDEX {}_{} ON {} {on}", shape.name, place + 1, shape.name)
        })
        .collect()
}

/// The statements that add a table's foreign keys on PostgreSQL.
pub(super) fn foreign_keys(shape: &Shape) -> Vec<String> {
    let add = |(column, table, on_delete): &(&str, &str, &str)| {
        format!("ALTER TABLE {} ADD FOREIGN KEY ({column}) REFERENCES {table} (id){on_delete}", shape.name)
    };
    shape.refers.iter().map(add).collect()
}

/// The names of a table's columns, separated by commas.
pub(super) fn column_list(shape: &Shape) -> String {
    let names: Vec<&str> = shape.columns.iter().map(|column| column.name).collect();
    names.join(", ")
}
